// Can the data scripts of the guides be written with a function, and do they end as they should?
import { expect, test } from 'vitest';
import { plan } from '../../../src/plan/plan.ts';
import { majors, newest } from '../../harness/servers.ts';
import { mapped, ownersOfTenants, usersByEmail } from './mapped.ts';
import { idOf } from './project.ts';

const history = `create table users (id serial primary key, email text not null unique);
create table application_history (id serial primary key, user_id integer references users, user_id_old text);
insert into users (email) select 'u' || i || '@example.org' from generate_series(1, 300) i;
insert into application_history (user_id_old) select case when i % 100 = 0 then 'ghost' || i else ' U' || 1 + i % 300 || '@Example.org' end from generate_series(1, 3000) i;
insert into application_history (user_id_old) values (null);`;

test.each([majors[0] ?? newest, newest])('old ids are mapped by e-mail, on PostgreSQL %i', async (major) => {
  await using home = await mapped(
    { '1.ts': usersByEmail, '2.sql': 'alter table application_history add column done int;' },
    { major, before: history },
  );
  const { directory, database } = home;
  const shown = await plan({ directory, database: database.url });
  expect(shown.migrations[0]).toMatchObject({
    mode: 'online',
    problems: [],
    stages: [
      {
        kind: 'backfill',
        steps: [
          {
            does: `read rows of public.application_history, some at a time, for the function in ${idOf('1')}.ts`,
            batch: { table: 'public.application_history', key: [{ name: 'id', type: 'integer' }] },
            file: `${idOf('1')}.ts`,
            undo: 'given',
            locks: [{ relation: 'public.application_history', mode: 'ROW SHARE' }],
          },
          {
            sql: 'UPDATE public.application_history AS r SET user_id = v.user_id FROM pg_catalog.json_to_recordset($1) AS v (id integer, user_id integer) WHERE r.id = v.id',
            locks: [
              { relation: 'public.application_history', mode: 'ROW EXCLUSIVE' },
              { relation: 'public.users', mode: 'ROW SHARE' },
            ],
          },
        ],
      },
    ],
  });
  const done = await home.apply({ plan: shown.fingerprint });
  expect(done.applied.map(({ id, mode, stages }) => [id, mode, stages])).toEqual([
    [idOf('1'), 'online', 1],
    [idOf('2'), 'atomic', 1],
  ]);
  expect(
    await home.rows(`select count(*)::int as a, count(*) filter (where lower(trim(user_id_old)) = email)::int as b
      from application_history left join users on users.id = user_id where user_id_old not like 'ghost%'`),
  ).toEqual([[2970, 2970]]);
  const [warning, ...others] = done.problems;
  expect(others).toEqual([]);
  expect(warning).toMatchObject({
    code: 'rows-unmapped',
    severity: 'warning',
    message: `30 rows of public.application_history could not be mapped by ${idOf('1')}`,
    rows: { count: 30, exact: true },
  });
  expect(warning?.rows?.samples).toHaveLength(5);
  expect(warning?.rows?.samples[0]).toBe('id = 100: no user has the e-mail ghost100');
  expect((await home.rows(/SELECT key, reason .* ORDER BY number/.exec(warning?.hint ?? '')?.[0] ?? '')).length).toBe(
    30,
  );
  const status = await home.status();
  expect(status.state).toBe('current');
  expect(status.unmapped).toMatchObject([
    {
      id: idOf('1'),
      table: 'public.application_history',
      rows: 30,
      examples: [{ key: { id: '100' } }, {}, {}, {}, {}],
    },
  ]);
});

const tenants = `create extension if not exists pgcrypto;
create table tenants (id uuid primary key default gen_random_uuid(), name text not null, email text, hashed_password text);
insert into tenants (name, email, hashed_password) select 'T' || i, case i % 50 when 0 then null when 1 then 'Same@x.org' else 't' || i || '@x.org' end, 'h' || i from generate_series(1, 2000) i;`;

const users = `create table users (id uuid primary key default gen_random_uuid(), tenant_id uuid not null references tenants,
  email text not null unique, hashed_password text not null, full_name text, role text not null, created_at timestamptz not null default now());`;

test.each([majors[0] ?? newest, newest])(
  'tenants get owners in a table that is made before, on PostgreSQL %i',
  async (major) => {
    await using home = await mapped(
      {
        '1.sql': users,
        '2.ts': ownersOfTenants,
        '3.sql': 'alter table tenants drop column email, drop column hashed_password',
      },
      { major, before: tenants },
    );
    const done = await home.apply({ to: idOf('2') });
    expect(done.applied.map(({ id }) => id)).toEqual([idOf('1'), idOf('2')]);
    expect(
      await home.rows(
        'select count(*)::int as a, count(distinct tenant_id)::int as b, count(created_at)::int as c from users',
      ),
    ).toEqual([[1921, 1921, 1921]]);
    expect(await home.rows('select reason, count(*)::int from roadbook.unmapped group by 1 order by 2')).toEqual([
      ['another tenant has the e-mail same@x.org', 39],
      ['the tenant has no e-mail address or no password', 40],
    ]);
    expect((await home.verify()).verdict).toBe('verified');
  },
);
