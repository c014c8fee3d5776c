// What does ALTER TYPE … SET (…) do?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { optionsOf } from './reading/options.ts';

export interface AlterType extends Change {
  readonly kind: 'alter-type';
  readonly type: Name;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

export default defineChange<AlterType>({
  kind: 'alter-type',
  explain: {
    title: 'Properties of a base type are changed',
    why: 'Nothing is locked, and existing columns keep their storage. Only a superuser may change how a type is read, written or stored.',
    instead: 'Write it as it is; an extension alters its own types by ALTER EXTENSION … UPDATE.',
    links: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  on: ['AlterTypeStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterTypeStmt' in node)) return null;
    const type = nameOfParts(node.AlterTypeStmt.typeName, facts);
    return {
      object: `type ${printName(type)}`,
      type,
      options: Object.fromEntries(optionsOf(node.AlterTypeStmt.options)),
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
