// Which sessions wait for a lock, and for whom?
import { blockers } from '../../database/blockers.ts';
import { problem } from '../../model/problem.ts';
import { withoutLiterals } from '../../sql/redact.ts';
import { sentence } from '../../verify/watch-blockers.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly pid: number;
  readonly application: string;
  readonly seconds: number;
  readonly query: string;
}

const sql = `select a.pid, coalesce(nullif(a.application_name, ''), a.usename, '') as application, coalesce(a.query, '') as query,
  pg_catalog.round(extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.state_change, a.query_start)))::float8 as seconds
from pg_catalog.pg_stat_activity a
where a.wait_event_type = 'Lock' and a.datname = pg_catalog.current_database()
  and a.state_change < pg_catalog.clock_timestamp() - interval '1 second'
order by a.state_change`;

const shown = 3;

export const waitingSessions = defineCheck({
  name: 'waiting-sessions',
  group: 'load',
  about: 'whether sessions wait for a lock',
  needs: 'database',
  look: async ({ connection }) => {
    const { rows } = await connection.query<Row>(sql);
    const found = [];
    for (const { pid, application, seconds, query } of rows.slice(0, shown)) {
      const others = (await blockers(connection, pid)).map(sentence);
      if (others.length === 0) continue;
      found.push(
        problem('session-waits', `${application} (pid ${pid}) waits for a lock, for ${seconds} s`, {
          severity: 'warning',
          detail: `It runs: ${withoutLiterals(query).slice(0, 200)}. In the way: ${others.join('; ')}.${rows.length > shown ? ` ${rows.length - shown} more wait.` : ''}`,
          hint: 'Whoever comes later waits behind it. To end what is in the way, if what it does may be lost: SELECT pg_terminate_backend(pid);',
        }),
      );
    }
    return { found };
  },
});
