// What does ALTER COLUMN … DROP DEFAULT do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, isNewColumn, knownColumn, lockTable } from './reading/altered-column.ts';
import { isNullLiteral } from './reading/volatility.ts';

export interface DropDefault extends Change {
  readonly kind: 'drop-default';
  readonly table: Name;
  readonly column: string;
}

export default defineChange<DropDefault>({
  kind: 'drop-default',
  explain: {
    title: 'A column loses its default',
    why: 'An INSERT that leaves the column out gets NULL from then on; where the column is NOT NULL it fails. ACCESS EXCLUSIVE is held for the moment it takes to say so.',
    instead: 'First deploy a version of the application that gives the value in every INSERT, then drop the default.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_ColumnDefault'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const written = clause.command?.def;
    return altered === null || (written !== undefined && !isNullLiteral(written)) ? null : altered;
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: false } }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object }, facts, after) => {
    const known = knownColumn(table, column, facts);
    const later = knownColumn(table, column, after);
    const needed = known?.notNull === true && known.hasDefault && later?.notNull === true && !later.hasDefault;
    if (!needed || isNewColumn(table, column, facts)) return [];
    return [
      {
        code: 'drop-default-breaks-inserts',
        family: 'application',
        severity: 'warning',
        message: `${object} is NOT NULL and loses its default`,
        why: 'An INSERT of the running application that leaves the column out fails from then on.',
        instead:
          'First deploy a version of the application that gives the value in every INSERT, then drop the default.',
      },
    ];
  },
});
