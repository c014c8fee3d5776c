// How is a foreign table made, changed and taken away?
import { agree, listOf, type ObjectDefinition } from '../define.ts';
import { changedOptions, secretOption } from '../foreign-options.ts';
import { makeTable, parents } from './table.ts';

export const foreignTables: ObjectDefinition = {
  make: (object) => secretOption(null, object, 'server options') ?? makeTable(object),
  take: ({ name }) => [`DROP FOREIGN TABLE ${name}`],
  alter: (from, to) => {
    if (!agree(from, to, ['server'])) return null;
    const [was, is] = [listOf(from.properties, 'server options'), listOf(to.properties, 'server options')];
    const options = changedOptions(was, is).map((words) => `ALTER FOREIGN TABLE ${to.name} ${words}`);
    return secretOption(from, to, 'server options') ?? { statements: [...parents(from, to), ...options] };
  },
  address: ({ name }) => ({
    comment: `FOREIGN TABLE ${name}`,
    owner: `FOREIGN TABLE ${name}`,
    grant: ` ON TABLE ${name}`,
  }),
};
