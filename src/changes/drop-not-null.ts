// What does ALTER TABLE … ALTER COLUMN … DROP NOT NULL do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';

export interface DropNotNull extends Change {
  readonly kind: 'drop-not-null';
  readonly table: Name;
  readonly column: string;
  /** The NOT NULL constraints that go with it, where their names are known: they have some since PostgreSQL 18. */
  readonly constraints: readonly string[];
}

export default defineChange<DropNotNull>({
  kind: 'drop-not-null',
  explain: {
    title: 'A column may be NULL again',
    why: 'Only the catalog changes, for a moment under ACCESS EXCLUSIVE on the table. The running version of the application may not expect to read NULL there; making it NOT NULL again reads every row.',
    instead: 'Let the application cope with NULL first, then write some.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropNotNull'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const column = command.name ?? '';
    const constraints = Object.entries(relationFacts(table, facts)?.constraints ?? {});
    return {
      object: `column ${printName(table, column)}`,
      table,
      column,
      constraints: constraints.flatMap(([name, { kind, columns }]) =>
        kind === 'not-null' && columns[0] === column ? [name] : [],
      ),
    };
  },
  effects: ({ table, column, constraints }) => [
    { effect: 'set-column', table, column, facts: { notNull: false } },
    ...constraints.map((name) => ({ effect: 'take-constraint', table, name }) as const),
  ],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object }, facts, after) => {
    const known = entryOf(relationFacts(table, facts)?.columns, column);
    const still = entryOf(relationFacts(table, after)?.columns, column);
    if (isNew(table, facts) || known?.notNull === false || still === undefined || still.notNull) return [];
    return [
      {
        code: 'nullable-surprises-readers',
        family: 'application',
        severity: 'note',
        message: `${object} may hold NULL from now on`,
        why: 'The running version of the application may not expect to read NULL there.',
        instead: 'Let all versions that run cope with NULL before anything writes it.',
        together: {
          item: printName({ schema: null, name: column }),
          summary: `columns of ${printName(table)} may hold NULL from now on`,
        },
      },
    ];
  },
});
