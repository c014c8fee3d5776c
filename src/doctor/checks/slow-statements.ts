// Which statements took most time, where that is counted?
import { ServerError } from '../../database/server-error.ts';
import type { SlowStatement } from '../../model/diagnosis.ts';
import { problem } from '../../model/problem.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { withoutLiterals } from '../../sql/redact.ts';
import { defineCheck, type Looked } from '../define.ts';

const where = `select n.nspname as schema from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'pg_stat_statements'`;

/** Before 16 it keeps the literals of utility statements, such as passwords. */
const sql = (
  schema: string,
) => `select s.query, pg_catalog.sum(s.calls)::float8 as calls, pg_catalog.sum(s.total_exec_time)::float8 as "totalMs"
from ${quoteIdentifier(schema)}.pg_stat_statements s
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and s.query <> '<insufficient privilege>'
group by s.query order by "totalMs" desc limit 5`;

const shownLetters = 200;

export const slowStatements = defineCheck({
  name: 'slow-statements',
  group: 'load',
  about: 'which statements take most time',
  needs: 'database',
  look: async ({ connection }): Promise<Looked> => {
    const schema = (await connection.query<{ schema: string }>(where)).rows[0]?.schema;
    if (schema === undefined) return { found: [] };
    try {
      const { rows } = await connection.query<Omit<SlowStatement, 'meanMs'>>(sql(schema));
      return { found: [], statements: rows.map(readable) };
    } catch (error) {
      // Its library is not loaded.
      if (!(error instanceof ServerError) || error.sqlstate !== '55000') throw error;
      const found = problem('statements-not-counted', 'pg_stat_statements is there, but counts nothing', {
        severity: 'note',
        detail: `PostgreSQL says: ${error.message}.`,
        hint: 'Add it to shared_preload_libraries, and restart the server.',
      });
      return { found: [found] };
    }
  },
});

function readable({ query, calls, totalMs }: Omit<SlowStatement, 'meanMs'>): SlowStatement {
  const text = withoutLiterals(query).replaceAll(/\s+/g, ' ').slice(0, shownLetters);
  return { query: text, calls, totalMs, meanMs: calls === 0 ? 0 : totalMs / calls };
}
