// Does the database hold rows that could stand in the way, or anything that is not small, so that migrations have to be planned?

import { fewBytes, fewRows } from '../../changes/reading/size.ts';
import { bytesOfRow, ourSchemas } from '../../database/catalog/index.ts';
import type { Connection } from '../../database/connection.ts';
import { serverError } from '../../database/server-error.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/** A size is asked of the file, since a table may never have been counted. That takes ACCESS SHARE, for which nobody is to wait for long. */
const lockTimeoutMs = 200;

const own = ourSchemas.map(quoteLiteral).join(', ');

interface Measure {
  /** SQL of pg_class c. */
  readonly rows: string;
  readonly bytes: string;
  /** Whether there may be a row. */
  readonly any: string;
}

export type Holding = 'nothing' | 'few' | 'large';

const ofTheFiles: Measure = {
  rows: `pg_catalog.pg_relation_size(c.oid) * CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN c.reltuples / (c.relpages * 8192.0) ELSE 1 / ${bytesOfRow}.0 END`,
  bytes: 'pg_catalog.pg_table_size(c.oid)',
  any: 'pg_catalog.pg_relation_size(c.oid) > 0',
};

/** What was counted, and what has been written since: no lock is taken. Counts may be lost, or late, so that nobody knows that there is no row. */
const ofTheCounts: Measure = {
  rows: 'greatest(c.reltuples, pg_catalog.pg_stat_get_live_tuples(c.oid))',
  bytes: 'c.relpages * 8192.0',
  any: 'true',
};

/** Partitions and children count together: ALTER TABLE goes over them all. Of a foreign table nobody knows how large it is. What is parked may use what is dropped elsewhere: then a migration that drops something is planned. */
const holdingSql = ({ rows, bytes, any }: Measure) => `SELECT
  coalesce(bool_or(unknown) OR max(rows) >= ${fewRows} OR max(bytes) >= ${fewBytes}
    OR sum(rows) FILTER (WHERE part) >= ${fewRows} OR sum(bytes) FILTER (WHERE part) >= ${fewBytes}, false) AS large,
  coalesce(bool_or(filled), false)
  OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = pg_catalog.to_regnamespace('roadbook_parked')) AS "any"
FROM (
  SELECT c.relkind = 'f' AS unknown, CASE WHEN c.relkind <> 'f' THEN ${rows} END AS rows, CASE WHEN c.relkind <> 'f' THEN ${bytes} END AS bytes,
    EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) AS part, c.relkind <> 'f' AND (${any}) AS filled
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', ${own})) r`;

/** One round trip; no catalog is read. */
export async function whatIsHeld(connection: Connection): Promise<Holding> {
  try {
    return await ask(connection, ofTheFiles);
  } catch (error) {
    if (serverError(error)?.lost !== false) throw error;
    await connection.run('ROLLBACK');
    // Somebody has locked a table against readers.
    if (serverError(error)?.sqlstate === '55P03') return await ask(connection, ofTheCounts);
    throw error;
  }
}

async function ask(connection: Connection, measure: Measure): Promise<Holding> {
  const before = ['BEGIN READ ONLY', `SET LOCAL lock_timeout = ${lockTimeoutMs}`];
  const results = await connection.run([...before, holdingSql(measure), 'COMMIT'].join(';\n'));
  const [row = {}] = results[before.length]?.rows ?? [];
  return row.large === true ? 'large' : row.any === true ? 'few' : 'nothing';
}
