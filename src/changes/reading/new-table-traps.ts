// What will be regretted about a new table as a whole: its name, no key, rows that a crash takes, a table of that name?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { relationFacts } from '../name.ts';
import { nameTraps } from './name-traps.ts';

export interface NewTable {
  readonly object: string;
  readonly table: Name;
  readonly persistence: 'permanent' | 'temporary' | 'unlogged';
  readonly ifNotExists: boolean;
  /** Whether one of that name is known. */
  readonly isThere?: boolean;
}

/** `after` the migration a key may be there that this statement did not make. */
export function newTableTraps(made: NewTable, after: Facts, expectsKey: boolean): readonly Hazard[] {
  const { table, object, persistence } = made;
  if (persistence === 'temporary') return [];
  const known = relationFacts(table, after);
  const hasKey = Object.values(known?.constraints ?? {}).some(({ kind }) => kind === 'primary-key');
  return [
    ...nameTraps(table.name, object),
    ...(expectsKey && known !== undefined && !hasKey ? [noKey(object)] : []),
    ...(persistence === 'unlogged' ? [unlogged(object)] : []),
    // The live catalog knows it.
    ...(made.ifNotExists && !(after.live && made.isThere === false) ? [maybeThere(object)] : []),
  ];
}

function noKey(object: string): Hazard {
  return {
    code: 'table-without-primary-key',
    family: 'design',
    severity: 'warning',
    message: `${object} has no primary key`,
    why: 'Rows that are alike cannot be told apart, logical replication refuses UPDATE and DELETE on it, and no batch can go through it by key.',
    instead: 'Add one, such as id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or the columns that name a row.',
  };
}

function unlogged(object: string): Hazard {
  return {
    code: 'unlogged-table-loses-rows',
    family: 'data',
    severity: 'warning',
    message: `${object} is UNLOGGED`,
    why: 'After a crash of the server it is empty, and on a standby it cannot be read at all.',
    instead: 'Leave UNLOGGED out, unless every row can be made again.',
  };
}

function maybeThere(object: string): Hazard {
  return {
    code: 'if-not-exists-hides-difference',
    family: 'design',
    severity: 'note',
    message: `${object} may be there already, with another definition`,
    why: 'IF NOT EXISTS looks at the name only: another table, view or sequence of that name is taken for this one, and the migration counts as applied.',
    instead: 'Leave IF NOT EXISTS out: Roadbook’s journal knows what was applied.',
  };
}
