// What does ALTER TABLE … RENAME TO do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { cutNames, cutNameTraps, nameTraps } from './reading/name-traps.ts';
import { renamedRelation } from './reading/renamed-relation.ts';

export interface RenameTable extends Change {
  readonly kind: 'rename-table';
  readonly table: Name;
  readonly to: Name;
  readonly ifExists: boolean;
  /** Names written longer than PostgreSQL keeps. */
  readonly cutNames: readonly string[];
}

export default defineChange<RenameTable>({
  kind: 'rename-table',
  explain: {
    title: 'A table is renamed',
    why: 'Every statement that says the old name fails at once, while the old version of the application still runs; so do functions whose text names it. Views, foreign keys and indexes follow by themselves, but indexes, constraints and sequences keep their names.',
    instead:
      'In the same migration make a view under the old name, `CREATE VIEW old AS SELECT * FROM new`, which can be read and written; drop it once no version says the old name. Or leave the name, and let the application call it otherwise.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node, text }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const { newname, missing_ok } = node.RenameStmt;
    const renamed = renamedRelation(node.RenameStmt, facts);
    if (renamed?.sort !== 'table') return null;
    const table = renamed.name;
    const to = { schema: table.schema, name: newname ?? '' };
    return { object: `table ${printName(table)}`, table, to, ifExists: missing_ok === true, cutNames: cutNames(text) };
  },
  effects: ({ table, to }) => [{ effect: 'rename-relation', from: table, to }],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, to, object, cutNames: cut }, facts, after) => {
    const traps = [...nameTraps(to.name, `table ${printName(to)}`), ...cutNameTraps(cut)];
    // A view, or another table, under the old name.
    const isReplaced = after.relations[qualifiedName(table)] !== undefined;
    if (isNew(table, facts) || isReplaced) return traps;
    return [
      {
        code: 'rename-table-breaks-application',
        family: 'application',
        severity: 'error',
        message: `${object} is renamed to ${printName({ schema: null, name: to.name })} under the running application`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'A statement that says the old name fails from then on, until every running version is exchanged.',
        instead: `In the same migration CREATE VIEW ${printName(table)} AS SELECT * FROM ${printName(to)}, and drop it once no running version says the old name.`,
      },
      ...traps,
    ];
  },
});
