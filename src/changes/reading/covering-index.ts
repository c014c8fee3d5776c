// Which columns does an index serve, and is there one under these columns already?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import type { IndexStmt } from '../../sql/syntax.ts';
import { isNew, printName, relationFacts } from '../name.ts';

/** The columns that a lookup by equality can use; an expression, another operator class or order ends them. */
export function leadingColumns({ accessMethod, indexParams, whereClause }: IndexStmt): readonly string[] {
  const method = accessMethod ?? 'btree';
  if (whereClause !== undefined || (method !== 'btree' && method !== 'hash')) return [];
  const columns: string[] = [];
  for (const element of indexParams ?? []) {
    if (!('IndexElem' in element)) break;
    const { name, opclass, ordering, nulls_ordering: nulls } = element.IndexElem;
    const plain =
      (ordering ?? 'SORTBY_DEFAULT') !== 'SORTBY_DESC' && (nulls ?? 'SORTBY_NULLS_DEFAULT') === 'SORTBY_NULLS_DEFAULT';
    if (name === undefined || opclass !== undefined || (!plain && columns.length > 0)) break;
    columns.push(name);
  }
  return columns;
}

/** Every part is one of the leading columns, and nothing else is kept in it: another such index does all it does. */
export function isPlainIndex(statement: IndexStmt): boolean {
  return (
    (statement.accessMethod ?? 'btree') === 'btree' &&
    (statement.indexIncludingParams ?? []).length === 0 &&
    leadingColumns(statement).length === (statement.indexParams ?? []).length
  );
}

/** Whether an index starts with these columns, in any order; null where the table's indexes are not known. */
export function isIndexed(table: Name, columns: readonly string[], facts: Facts): boolean | null {
  const known = relationFacts(table, facts);
  if (known === undefined || (known.columns === null && !facts.live)) return null;
  return known.indexed.some((index) => {
    const start = index.split(',').slice(0, columns.length);
    return start.length === columns.length && columns.every((column) => start.includes(column));
  });
}

/** `after` counts too: an index made further down in the migration is there in time. */
export function missingIndex(
  table: Name,
  columns: readonly string[],
  references: string,
  after: Facts,
): readonly Hazard[] {
  if (columns.length === 0 || isIndexed(table, columns, after) !== false) return [];
  const list = columns.join(', ');
  return [
    {
      code: 'foreign-key-without-index',
      family: 'design',
      severity: 'warning',
      message: `the foreign key (${list}) of ${printName(table)} has no index under it`,
      why: `Each DELETE of a row of ${references}, and each UPDATE of its key, reads the whole of ${printName(table)} to look for rows that refer to it; PostgreSQL makes no index for a foreign key by itself.`,
      instead: isNew(table, after)
        ? `Add CREATE INDEX ON ${printName(table)} (${list}) to this migration.`
        : `Add CREATE INDEX ON ${printName(table)} (${list}): \`roadbook apply\` builds it CONCURRENTLY where the table is large. With another tool write it CONCURRENTLY, alone in a migration before this one.`,
    },
  ];
}
