// How large is the school's data, and how does it grow?
import type { Pool } from 'pg';

export async function report(pool: Pick<Pool, 'query'>) {
  const sizes = await pool.query<{ table: string; bytes: string }>(
    `SELECT relname AS "table", pg_total_relation_size(oid) AS bytes FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`,
  );
  const days = await pool.query<{ day: string; count: string }>(
    `SELECT to_char("createdAt", 'YYYY-MM-DD') AS day, count(*) FROM "activities" GROUP BY 1 ORDER BY 1 DESC LIMIT 30`,
  );
  return {
    sizes: sizes.rows.map(({ table, bytes }) => ({ table, bytes: Number(bytes) })),
    days: days.rows.map(({ day, count }) => ({ day, count: Number(count) })),
  };
}
