// Do the five systems' plain migrations go in without stopping anybody, on tables with many rows?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply, plan } from '../../src/index.ts';
import { freshDatabase, majors, newest } from '../harness/servers.ts';
import { watchLocks } from './watch-locks.ts';

const full = process.env.ROADBOOK_FULL === '1';
/** More than what counts as small; with ROADBOOK_GUIDE_ROWS=1000000 as many as a system in use has. */
const rows = Number(process.env.ROADBOOK_GUIDE_ROWS ?? 30_000);
/** A catalog update takes some milliseconds; a loaded machine may hold it up. */
const briefMs = 1_000;
const examples = join(import.meta.dirname, '../../examples');

interface System {
  readonly folder: string;
  /** What was there before, made of `generate_series(1, n)`. */
  readonly fill: readonly string[];
  /** What must be true afterwards: each returns no row. */
  readonly holds: readonly string[];
}

const systems: readonly System[] = [
  {
    folder: '1-sessions-and-audit',
    fill: ["insert into users select 'u' || n, 'User' || n || '@example.org', 'N ' || n, 'x' from n"],
    holds: ["select id from users where tenant_id is null or status is distinct from 'active'"],
  },
  {
    folder: '2-konfig',
    fill: [
      "insert into tenants (name, email, hashed_password, api_key_hash) select 'T' || n, 't' || n || '@example.org', 'h', case when n % 3 > 0 then md5(n::text) end from n",
    ],
    holds: [
      "select t.id from tenants t where not exists (select from users u where u.tenant_id = t.id and u.role = 'owner')",
      'select 1 where (select count(*) from users) <> (select count(*) from tenants)',
      'select 1 where (select count(*) from api_keys) <> (select count(*) from generate_series(1, (select count(*) from tenants)) s where s % 3 > 0)',
    ],
  },
  {
    folder: '3-lead-crm',
    fill: [
      "insert into \"User\" (email, name) select 'u' || n || '@example.org', 'Zoë ' || n from n",
      'insert into "Lead" (name, email) select \'L\' || n, nullif(n % 5, 0)::text from n',
    ],
    holds: [
      'select id from "Lead" where "ownerId" is distinct from 1',
      'select id from "User" where "updatedAt" is null',
    ],
  },
  {
    folder: '4-school-erp',
    fill: [
      "insert into users (id, email, password, name) select 'u' || n, 'u' || n || '@school.example', 'x', 'N' from n",
      "insert into activity_logs (\"userId\", action) select case when n % 7 > 0 then 'u' || n end, (array['USER_LOGIN', 'FEE_PAYMENT', 'teleported'])[1 + n % 3] from n",
    ],
    holds: [
      'select 1 where (select count(*) from activities) <> (select count("userId") from activity_logs)',
      "select id from activities where action = 'OTHER' and description not like 'teleported%'",
      'select 1 where (select count(*) from roadbook.unmapped) <> (select count(*) from activity_logs where "userId" is null)',
    ],
  },
  {
    folder: '5-grantfinder',
    fill: [
      "insert into grants (title) select 'G' || n from n",
      'insert into search_runs (grants_found) select n % 10 from n',
      "insert into application_history (grant_id, user_id) select n, 'user' || n || '@example.org' from n",
      'insert into user_settings (user_id) select n from n',
    ],
    holds: [
      "select id from application_history where user_id_old is distinct from 'user' || id || '@example.org'",
      "select id from search_runs where run_type <> 'AUTOMATED' or status <> 'SUCCESS'",
    ],
  },
];

describe.each(full ? majors : [newest])('on PostgreSQL %i', (major) => {
  test.each(systems)('$folder', { timeout: 600_000 }, async ({ folder, fill, holds }) => {
    await using database = await freshDatabase(major);
    const directory = join(examples, folder);
    await database.query(readFileSync(join(directory, 'legacy/schema.sql'), 'utf8'));
    const before = await tables(database);
    for (const sql of fill) {
      await database.query(sql.replace(/ from n$/, ` from generate_series(1, ${rows}) n`));
    }
    await database.query('analyze');
    const options = { directory, database: database.url, env: {} };

    const planned = await plan(options);
    expect(planned.migrations.map(({ id }) => id)).toEqual(
      readdirSync(join(directory, 'migrations'))
        .map((name) => name.replace(/\.(sql|ts)$/, ''))
        .sort(),
    );
    const stages = planned.migrations.flatMap((each) => each.stages);
    for (const { sql, locks, batch } of stages.flatMap(({ steps }) => steps)) {
      if (batch !== undefined) continue;
      const slow = locks.filter(
        ({ relation, mode, scan, rewrite }) =>
          before.some((table) => relation === table) &&
          !['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE'].includes(mode) &&
          (scan === true || rewrite === true),
      );
      expect(slow, sql).toEqual([]);
    }

    await using watched = await watchLocks(database.url, before);
    const applied = await apply({ ...options, plan: planned.fingerprint });
    const longest = await watched.longest();
    expect(applied.verdict).toBe('verified');
    expect(longest.ms, longest.what).toBeLessThan(briefMs);
    for (const sql of holds) expect((await database.query(sql)).rows, sql).toEqual([]);
    expect((await plan(options)).migrations).toEqual([]);
  });
});

async function tables(database: { query(sql: string): Promise<{ rows: { name: string }[] }> }) {
  const { rows: found } = await database.query(
    "select 'public.' || quote_ident(relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  return found.map(({ name }) => name);
}
