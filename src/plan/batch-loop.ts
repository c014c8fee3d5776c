// How does plain SQL go over a table some rows at a time, each batch in a transaction of its own?
import { type Batch, rangeMark, type Step } from '../model/plan.ts';
import { dollarQuoted, quoteLiteral } from '../sql/index.ts';

const rowsOfBatch = 1_000;
/** For a table without a key: pages of a batch. */
const pagesOfBatch = 64;

/**
 * A DO statement that commits after each batch, as PostgreSQL 11 and later allow outside of a transaction. The statement of a
 * batch is planned anew each time, by EXECUTE: its names cannot be taken for variables, and no plan for an unknown range is kept.
 */
export function batchLoop({ sql, batch }: Step): string {
  if (batch === undefined) return sql;
  const body = batch.key.length === 0 ? byPlace(sql, batch) : byKey(sql, batch);
  return `DO ${dollarQuoted(`\n${body}\n`, 'roadbook')}`;
}

function byKey(sql: string, { table, alias, key, size = rowsOfBatch }: Batch): string {
  const names = (prefix: string) => key.map((_, index) => `${prefix}_${index + 1}`).join(', ');
  const own = key.map(({ name }) => `k.${name}`).join(', ');
  const aliased = key.map(({ name }) => `${alias}.${name}`).join(', ');
  const upper = key.map((_, index) => `$${key.length + index + 1}`).join(', ');
  const lower = key.map((_, index) => `$${index + 1}`).join(', ');
  const range = `(${aliased}) >= (${lower}) AND (${aliased}) <= (${upper})`;
  const backwards = key.map(({ name }) => `b.${name} DESC`).join(', ');
  const declared = ['from', 'to'].flatMap((prefix) =>
    key.map(({ type }, index) => `  ${prefix}_${index + 1} ${type};`),
  );
  return `#variable_conflict use_variable
DECLARE
${declared.join('\n')}
BEGIN
  SELECT ${own} INTO ${names('from')} FROM ${table} k ORDER BY ${own} LIMIT 1;
  WHILE FOUND LOOP
    -- The key of the batch's last row.
    SELECT ${key.map(({ name }) => `b.${name}`).join(', ')} INTO ${names('to')}
      FROM (SELECT ${own} FROM ${table} k WHERE (${own}) >= (${names('from')}) ORDER BY ${own} LIMIT ${size}) b
      ORDER BY ${backwards} LIMIT 1;
    -- Rows that were deleted meanwhile leave nothing to look for.
    EXIT WHEN NOT FOUND;
    EXECUTE ${dollarQuoted(inRange(sql, range), 'batch')}
      USING ${names('from')}, ${names('to')};
    COMMIT;
    SELECT ${own} INTO ${names('from')} FROM ${table} k WHERE (${own}) > (${names('to')}) ORDER BY ${own} LIMIT 1;
  END LOOP;
END`;
}

/** Rows that were moved to another page meanwhile are left to the stage after it. */
function byPlace(sql: string, { table, alias }: Batch): string {
  const range = `${alias}.ctid >= $1 AND ${alias}.ctid < $2`;
  const tables = `WITH RECURSIVE r (id) AS (SELECT ${quoteLiteral(table)}::regclass::oid
      UNION SELECT h.inhrelid FROM pg_inherits h JOIN r ON r.id = h.inhparent)`;
  return `DECLARE
  page bigint := 0;
  pages bigint;
BEGIN
  ${tables}
    SELECT coalesce(max(pg_relation_size(r.id)), 0) / current_setting('block_size')::int INTO pages FROM r;
  WHILE page < pages LOOP
    EXECUTE ${dollarQuoted(inRange(sql, range), 'batch')}
      USING format('(%s,0)', page)::tid, format('(%s,0)', page + ${pagesOfBatch})::tid;
    COMMIT;
    page := page + ${pagesOfBatch};
  END LOOP;
END`;
}

/** The mark is TRUE by itself; the range stands in its place. */
function inRange(sql: string, range: string): string {
  return sql.replace(rangeMark, () => `(${range})`);
}
