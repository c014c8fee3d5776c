// What does ALTER TABLE … DROP COLUMN do, lock and endanger?
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { alteredColumn, alterTable, isNewColumn } from './reading/altered-column.ts';
import { columnNeighbours } from './reading/column-neighbours.ts';
import { cascadeHazard } from './reading/dropped.ts';

export interface DropColumn extends Change {
  readonly kind: 'drop-column';
  readonly table: Name;
  readonly column: string;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropColumn>({
  kind: 'drop-column',
  explain: {
    title: 'A column is dropped',
    why: 'Its values are gone. Every statement of the running application that names it fails, and so does one that an object-relational mapper prepared with all columns. Each index and constraint that has the column goes with it, also those that it shares with others. ACCESS EXCLUSIVE is held for a moment on the table, and on the other table of a foreign key. The room is free only once rows are written anew.',
    instead:
      'First deploy a version of the application that does not name the column, then drop it. Where it is NOT NULL without a default, drop the NOT NULL before that.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropColumn'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const parts = alterTable(clause.node, clause.command);
    if (altered === null || parts === null) return null;
    const { missing_ok: ifExists, behavior } = parts.command;
    return { ...altered, ifExists: ifExists === true, cascade: behavior === 'DROP_CASCADE' };
  },
  effects: ({ table, column }) => [{ effect: 'take-column', table, column }],
  locks: ({ table, column, cascade }, facts): readonly Lock[] => {
    if (isNew(table, facts)) return [];
    const { referred, referring } = columnNeighbours(table, column, facts);
    const others = [...referred, ...(cascade ? referring : [])].filter((name) => !isNew(name, facts));
    const relations = [table, ...others].map((name) => printName(name));
    // Which views use the column is not known.
    return [...relations, ...(cascade ? ['*'] : [])].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  hazards: (change, facts): readonly Hazard[] => {
    const { table, column, object, cascade } = change;
    if (isNewColumn(table, column, facts)) return [];
    return [
      {
        code: 'drop-column-loses-data',
        family: 'data',
        severity: 'error',
        message: `${object} is dropped with all its values`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'The values are gone for good. A statement of the running application that names the column fails from then on.',
        instead:
          'First deploy a version of the application that does not name it, and keep a copy of what may be asked for; then drop it and say `roadbook:ignore drop-column-loses-data because …`.',
      },
      ...takesKeys(change, facts),
      ...(cascade ? [cascadeHazard(object, 'every view, function, trigger and foreign key that uses it')] : []),
    ];
  },
});

/** PostgreSQL drops them without a word, and without CASCADE. */
function takesKeys({ table, column, object }: DropColumn, facts: Facts): readonly Hazard[] {
  const { sharedKeys } = columnNeighbours(table, column, facts);
  if (sharedKeys.length === 0) return [];
  const list = sharedKeys.map((name) => printName({ schema: null, name })).join(', ');
  return [
    {
      code: 'drop-column-takes-keys',
      family: 'application',
      severity: 'warning',
      message: `${list} ${sharedKeys.length > 1 ? 'go' : 'goes'} with ${object}`,
      why: 'An index or constraint of several columns is dropped as a whole when one of them is: what it sped up is slow, and what it kept out gets in.',
      instead: 'Build what is to take its place, without the column, in a migration before this one.',
    },
  ];
}
