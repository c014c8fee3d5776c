// What happens where a primary key, unique or exclusion constraint builds its index under a lock?
import type { Lock, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { isNew, printName, relationFacts } from '../name.ts';
import { type AddsConstraint, hasNoPartitions, isPartitioned, partitionsHave } from './add-constraint.ts';
import { worthCare } from './size.ts';

/** With ONLY on a partitioned table the index is made for no rows, and its partitions' are attached later. */
export function buildsNothing({ table, only, facts: own }: AddsConstraint, facts: Facts): boolean {
  if ((only && isPartitioned(table, facts)) || hasNoPartitions(table, facts)) return true;
  return partitionsHave(table, facts, ({ constraints }) =>
    Object.values(constraints).some(
      ({ kind, columns }) => kind === own.kind && columns.join(',') === own.columns.join(','),
    ),
  );
}

export function keyLocks(change: AddsConstraint, facts: Facts): readonly Lock[] {
  if (isNew(change.table, facts)) return [];
  const scan = change.definition.indexname === undefined && !buildsNothing(change, facts);
  return [{ relation: printName(change.table), mode: 'ACCESS EXCLUSIVE', ...(scan ? { scan: true } : {}) }];
}

export function keyBuild(
  change: AddsConstraint,
  words: 'PRIMARY KEY' | 'UNIQUE',
  code: string,
  facts: Facts,
): Hazard | null {
  const { table, object } = change;
  if (!worthCare(table, facts) || buildsNothing(change, facts)) return null;
  return {
    code,
    family: 'lock',
    severity: 'error',
    message: `${object} builds its index while nobody reads or writes the table`,
    lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
    why: 'Every row is read and sorted before the lock is let go: minutes or hours on a large table. Two rows with the same key make it fail.',
    instead: instead(change, words, facts),
  };
}

function instead({ table, facts: { columns }, constraint, definition }: AddsConstraint, words: string, facts: Facts) {
  const [name, list] = [quoteIdentifier(constraint), columns.map(quoteIdentifier).join(', ')];
  if (definition.without_overlaps === true)
    return 'A key WITHOUT OVERLAPS needs a GiST index that no statement builds concurrently: choose a quiet time.';
  if (isPartitioned(table, facts)) {
    if (words === 'PRIMARY KEY' && facts.major >= 18)
      return 'Choose a quiet time, or write UNIQUE over columns that are NOT NULL, which `roadbook apply` adds by partitions.';
    return `\`roadbook apply\` does it by partitions: on each build a unique index CONCURRENTLY and ADD CONSTRAINT … ${words} USING INDEX; then add it to ONLY ${printName(table)} and attach theirs, which reads nothing.`;
  }
  const nulls = definition.nulls_not_distinct === true ? ' NULLS NOT DISTINCT' : '';
  return `\`roadbook apply\` does it so: CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${printName(table)} (${list})${nulls}; then ALTER TABLE ${printName(table)} ADD CONSTRAINT ${name} ${words} USING INDEX ${name}.`;
}

/** Not where the columns, or some of them, are a key already. Without columns it cannot be told. */
export function leavesInvalid(
  table: Name,
  object: string,
  columns: readonly string[],
  facts: Facts,
): readonly Hazard[] {
  const keys = Object.values(relationFacts(table, facts)?.constraints ?? {}).filter(
    ({ kind }) => kind === 'primary-key' || kind === 'unique',
  );
  if (!worthCare(table, facts) || keys.some((key) => key.columns.every((column) => columns.includes(column))))
    return [];
  const list = columns.map(quoteIdentifier).join(', ');
  return [
    {
      code: 'unique-fails-on-duplicates',
      family: 'data',
      severity: 'warning',
      message: `${object} fails where two rows have the same key`,
      why: 'The index is left behind INVALID: no query uses it, every write keeps it up to date, and it must be dropped before the next try.',
      instead:
        columns.length === 0
          ? 'Look for duplicates first: GROUP BY what is indexed, HAVING count(*) > 1.'
          : `Look for duplicates first: SELECT ${list}, count(*) FROM ${printName(table)} GROUP BY ${list} HAVING count(*) > 1.`,
    },
  ];
}
