// Is it known already that a column holds no NULL, so that PostgreSQL need not read the table to see it?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { printName, relationFacts } from '../name.ts';
import { isPartitioned } from './add-constraint.ts';
import { nameOfKey } from './key.ts';
import { worthCare } from './size.ts';

/** `unknown` where nobody said what the column is. */
export type NotNullProof = 'proved' | 'unproved' | 'unknown';

/** PostgreSQL 12 and later takes a validated CHECK (column IS NOT NULL) for a proof. */
export function notNullProof(table: Name, column: string, facts: Facts): NotNullProof {
  const known = relationFacts(table, facts);
  const own = entryOf(known?.columns, column);
  if (own?.notNull === true) return 'proved';
  const constraints = Object.values(known?.constraints ?? {});
  // An unvalidated NOT NULL constraint, new in 18, is validated by reading the table, whatever a CHECK proves.
  if (constraints.some(({ kind, columns, validated }) => kind === 'not-null' && !validated && columns[0] === column))
    return 'unproved';
  const proved = constraints.some(
    (constraint) =>
      constraint.validated &&
      (constraint.proves?.includes(column) === true ||
        ((constraint.kind === 'primary-key' || constraint.kind === 'not-null') && constraint.columns.includes(column))),
  );
  // What holds for all rows of a partitioned table holds for those of each partition.
  const above = (known?.parents ?? []).map(nameOfKey).filter((parent) => isPartitioned(parent, facts));
  if (proved || above.some((parent) => notNullProof(parent, column, facts) === 'proved')) return 'proved';
  return own === undefined ? 'unknown' : 'unproved';
}

/** SET NOT NULL and ADD CONSTRAINT … NOT NULL read the table under the same lock. */
export function scansForNulls(table: Name, column: string, instead: string, facts: Facts): readonly Hazard[] {
  if (!worthCare(table, facts) || notNullProof(table, column, facts) === 'proved') return [];
  return [
    {
      code: 'set-not-null-scans-table',
      family: 'lock',
      severity: 'error',
      message: `column ${printName(table, column)} is made NOT NULL by reading the whole table under a lock`,
      lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
      why: 'Every row is read to see that none is NULL; until that is done nobody reads or writes the table. A row with NULL makes the migration fail.',
      instead,
    },
  ];
}
