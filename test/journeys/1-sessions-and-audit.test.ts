// Does system 1 walk its whole way: old users, sessions and an audit trail added under traffic, and every promise of its guide kept?
import { expect, test, vi } from 'vitest';
import { auditQuery } from '../../examples/1-sessions-and-audit/app/audit.ts';
import { newService } from '../../examples/1-sessions-and-audit/app/new.ts';
import { oldService } from '../../examples/1-sessions-and-audit/app/old.ts';
import { sweep } from '../../examples/1-sessions-and-audit/app/sessions.ts';
import { statements } from '../../examples/1-sessions-and-audit/legacy/generate.ts';
import { listen } from '../../examples/service/listen.ts';
import { apply, plan, status, undo, verify } from '../../src/index.ts';
import { freshDatabase } from '../harness/servers.ts';
import { failureOf, rows, type System, secret, system } from './system.ts';
import { ask, asked, field, traffic } from './traffic.ts';

const folder = '1-sessions-and-audit';
const firstTenant = '00000000-0000-0000-0000-000000000000';
/** Of users that were there before: what the old version knows of them and nobody changes. */
const oldRows = `select md5(string_agg(concat_ws('|', id, email, password_hash, created_at), ',' order by id)) from users where password_hash like 'sha256%'`;
const login = (n: number) => ({ body: { email: `user.${n}@example.org`, password: `password-${n}` } });
/** Users whose generated address is the plain one. */
const plain = (n: number): number => (n % 13 < 2 || n % 101 === 0 ? plain(n + 1) : n);

const oldVisits = (url: string) => [
  (turn: number) => asked(url, 'POST /login', login(plain(turn + 300))),
  async (turn: number) => {
    const { token, id } = await entered(url, plain(turn + 1000));
    await asked(url, 'GET /users/me', { token });
    await asked(url, 'GET /users', { token });
    await asked(url, `PATCH /users/${id}`, { token, body: { full_name: `Zoë ${turn}` } });
  },
  (turn: number) =>
    asked(url, 'POST /users', { body: { email: `new.${turn}.${Math.random()}@example.org`, password: 'x' } }),
];

async function entered(url: string, n: number) {
  const answer = await asked(url, 'POST /login', login(n));
  const token = field(answer, 'access_token');
  return { token, answer, id: field(await asked(url, 'GET /users/me', { token }), 'id') };
}

test('old users, sessions, an audit trail', { timeout: 600_000 }, async () => {
  await using home = await system(folder, statements(rows));
  const { options, value, query } = home;
  await using before = await listen(oldService, home.database.url, secret);

  const { token } = await entered(before.url, 20);
  expect((await ask(before.url, 'GET /users/me', { token })).body).toMatchObject({ email: 'user.20@example.org' });
  expect(
    (await ask(before.url, 'POST /login', { body: { email: 'user.20@example.org', password: 'no' } })).status,
  ).toBe(401);
  const unchanged = await value(oldRows);

  await using early = traffic(oldVisits(before.url));
  await early.more(5);
  const planned = await plan(options);
  expect([planned.inTheWay, planned.problems]).toEqual([0, []]);
  const done = await apply({ ...options, plan: planned.fingerprint });
  expect(done).toMatchObject({ verdict: 'verified', problems: [] });

  await using after = await listen(newService, home.database.url, secret);
  await using late = traffic([
    ...oldVisits(after.url),
    async (turn) => {
      const { answer } = await entered(after.url, plain(turn + 2000));
      const renewed = await asked(after.url, 'POST /refresh', {
        body: { refresh_token: field(answer, 'refresh_token') },
      });
      await asked(after.url, 'POST /logout', { token: field(renewed, 'access_token') });
    },
  ]);
  await late.more(30);
  const first = await early.end();
  await late.more(30);
  const second = await late.end();
  expect([...first.failed, ...second.failed]).toEqual([]);

  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect(await value(oldRows)).toBe(unchanged);
  expect(await query('select id from users where tenant_id is null or status is null')).toEqual([]);

  await sessionsWork(home, after.url);
  await changesAreAudited(home, after.url);
  await indexesAreUsed(home);
  await aSecondRunDoesNothing(home);
  await takenBackAndDoneAgain(home, before.url);
});

/** The old version goes on serving meanwhile; nobody who was there before the undo, or came while it ran, is lost. */
async function takenBackAndDoneAgain({ options, query, value }: System, url: string): Promise<void> {
  const unchanged = await value(oldRows);
  const people = async () => (await query('select id, email, password_hash from users')).map((row) => row.join());
  const known = await people();
  await using visits = traffic(oldVisits(url));
  expect(await undo({ ...options, count: 3 })).toMatchObject({
    verdict: 'verified',
    problems: [],
    undone: [{ way: 'exact' }, { way: 'exact' }, { way: 'exact' }],
  });
  await visits.more(20);
  expect(
    await query(
      "select relname, attname from pg_class c join pg_attribute a on attrelid = c.oid where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped order by attnum",
    ),
  ).toEqual(['id', 'email', 'full_name', 'password_hash', 'created_at'].map((name) => ['users', name]));
  expect(await value(oldRows)).toBe(unchanged);
  expect(await status(options)).toMatchObject({ state: 'pending', drift: [] });
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
  const { failed } = await visits.end();
  expect(failed).toEqual([]);
  const there = new Set(await people());
  expect(known.filter((each) => !there.has(each))).toEqual([]);
  expect(await query('select id from users where tenant_id is null or status is null')).toEqual([]);
}

async function sessionsWork({ value, query }: System, url: string): Promise<void> {
  const { answer, id } = await entered(url, 33);
  const stolen = field(answer, 'refresh_token');
  const hashes = () => query('select refresh_token_hash from user_sessions where user_id = $1', [id]);
  const [[hash] = []] = await hashes();
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(stolen).not.toContain(hash);
  expect(
    await query('select ip_address, user_agent, expires_at > now() from user_sessions where user_id = $1', [id]),
  ).toEqual([['127.0.0.1', 'node', true]]);
  expect(
    await value("select last_login > now() at time zone 'utc' - interval '1 minute' from users where id = $1", [id]),
  ).toBe(true);

  const renewed = await asked(url, 'POST /refresh', { body: { refresh_token: stolen } });
  const newer = field(renewed, 'refresh_token');
  expect(await hashes()).not.toEqual([[hash]]);
  const forged = newer.replace(/\.[^.]*$/, '.forged');
  for (const refresh_token of [forged, 'nothing', ''])
    expect((await ask(url, 'POST /refresh', { body: { refresh_token } })).status).toBe(
      refresh_token === '' ? 400 : 401,
    );
  expect(await hashes()).toHaveLength(1);
  // The old one again: whoever has the new one is out too.
  expect((await ask(url, 'POST /refresh', { body: { refresh_token: stolen } })).status).toBe(401);
  expect((await ask(url, 'POST /refresh', { body: { refresh_token: newer } })).status).toBe(401);
  expect(await hashes()).toEqual([]);
  expect(
    await value("select count(*)::int from audit_logs where action = 'session.reuse' and user_id = $1", [id]),
  ).toBe(1);

  const other = await entered(url, 34);
  const refresh = { body: { refresh_token: field(other.answer, 'refresh_token') } };
  await query("update user_sessions set expires_at = now() - interval '1 second' where user_id = $1", [other.id]);
  expect((await ask(url, 'POST /refresh', refresh)).status).toBe(401);

  const third = await entered(url, 35);
  expect((await ask(url, 'POST /logout', { token: third.token })).status).toBe(204);
  expect(
    (await ask(url, 'POST /refresh', { body: { refresh_token: field(third.answer, 'refresh_token') } })).status,
  ).toBe(401);
}

async function changesAreAudited({ query }: System, url: string): Promise<void> {
  const { token, id } = await entered(url, 44);
  const headers = { 'user-agent': 'Büro/1.0' };
  await query('delete from audit_logs where resource_id = $1', [id]);
  await asked(url, `PATCH /users/${id}`, { token, headers, body: { full_name: 'Ægir', status: 'blocked' } });
  expect((await ask(url, 'POST /login', login(44))).status).toBe(403);
  await asked(url, `DELETE /users/${id}`, { token, headers });
  const entries = await query(
    `select action, user_id, old_value->>'status' as was, new_value->>'status' as became, new_value->>'full_name' as name,
       old_value ? 'password_hash' as told, ip_address, user_agent
     from audit_logs where resource_type = 'user' and resource_id = $1 and tenant_id = $2 order by created_at`,
    [id, firstTenant],
  );
  const from = [false, '127.0.0.1', headers['user-agent']];
  expect(entries).toEqual([
    ['user.update', id, 'active', 'blocked', 'Ægir', ...from],
    ['user.delete', id, 'blocked', null, null, ...from],
  ]);
  // Neither a change without its entry nor an entry without its change.
  await query("alter table audit_logs add constraint no_more check (action <> 'user.update') not valid");
  const victim = await entered(url, 45);
  const name = () => query('select full_name from users where id = $1', [victim.id]);
  const was = await name();
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(
    (await ask(url, `PATCH /users/${victim.id}`, { token: victim.token, body: { full_name: 'unseen' } })).status,
  ).toBe(500);
  expect(logged).toHaveBeenCalledOnce();
  logged.mockRestore();
  expect(await name()).toEqual(was);
  await query('alter table audit_logs drop constraint no_more');
  // Another tenant's users and entries are out of reach.
  const tenant = '11111111-1111-1111-1111-111111111111';
  await query('update users set tenant_id = $2 where id = $1', [victim.id, tenant]);
  const moved = await entered(url, 45);
  const stranger = (await entered(url, 46)).id;
  expect((await ask(url, `PATCH /users/${stranger}`, { token: moved.token, body: { full_name: 'no' } })).status).toBe(
    404,
  );
  expect((await ask(url, `GET /users/${stranger}`, { token: moved.token })).status).toBe(404);
  const seen = (await asked(url, `GET /audit?tenant=${firstTenant}`, { token: moved.token })).body;
  expect(Array.isArray(seen) && seen.map((entry: { tenant_id: string }) => entry.tenant_id)).toEqual([tenant]);
}

async function indexesAreUsed({ query, value, database }: System): Promise<void> {
  await query(`insert into audit_logs (id, tenant_id, user_id, action, resource_type, resource_id, created_at)
    select md5('entry ' || n), md5('tenant ' || n % 300)::uuid, 'user ' || n % 500, 'do.' || n % 400, 'kind ' || n % 350, 'thing ' || n % 5000,
      timestamp '2020-01-01' + n * interval '1 minute' from generate_series(1, 20000) n`);
  await database.query('analyze audit_logs');
  const tenant = String(await value("select md5('tenant 7')::uuid"));
  const wanted = {
    tenant_id: { tenant },
    user_id: { user: 'user 7' },
    action: { action: 'do.7' },
    resource_type: { type: 'kind 7' },
    resource_id: { tenant, resource: 'thing 7' },
    created_at: { from: '2020-01-02', to: '2020-01-02 00:30' },
  };
  for (const [column, filter] of Object.entries(wanted)) {
    const { text, values } = auditQuery(filter);
    const found = await database.query(text, values);
    expect(found.rows.length, column).toBeGreaterThan(0);
    const explained = await database.query(`explain ${text}`, values);
    expect(JSON.stringify(explained.rows)).toContain(`idx_audit_logs_${column}`);
  }
  await query("update user_sessions set expires_at = now() - interval '1 day'");
  expect(await sweep(database)).toBeGreaterThan(0);
  expect(await value('select count(*)::int from user_sessions')).toBe(0);
}

async function aSecondRunDoesNothing({ options, query, sources, database }: System): Promise<void> {
  const all = () =>
    query(
      'select (select md5(string_agg(u::text, chr(10) order by id)) from users u), (select count(*) from audit_logs)',
    );
  const was = await all();
  expect(await apply(options)).toMatchObject({ applied: [], verdict: 'verified' });
  // Also by hand, as the guide has it.
  for (const source of sources) await database.query(source);
  expect(await all()).toEqual(was);
  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect(await status(options)).toMatchObject({ state: 'current', drift: [] });
}

test('half of it is there, made by hand', async () => {
  await using equal = await system(folder, statements(500));
  await equal.query('alter table users add column tenant_id uuid, add column status varchar(20)');
  await equal.query("update users set status = 'blocked' where id = 'old-11'");
  await equal.database.query(equal.sources[1] ?? '');
  expect(await apply(equal.options)).toMatchObject({ verdict: 'verified' });
  expect(await equal.query("select status, tenant_id from users where id = 'old-11'")).toEqual([
    ['blocked', firstTenant],
  ]);

  await using different = await system(folder, statements(500));
  await different.query('create table audit_logs (id bigint primary key, what text)');
  expect((await failureOf(apply(different.options))).problem).toMatchObject({
    code: 'column-missing',
    message: 'column "tenant_id" does not exist',
    where: { file: 'migrations/20260601090200_audit_logs.sql', line: 16 },
  });
  expect(
    await different.query('select column_name from information_schema.columns where table_name = $1', ['audit_logs']),
  ).toEqual([['id'], ['what']]);
});

test('the wrong database, and missing rights', async () => {
  await using home = await system(folder, statements(200));
  const failing = async (database: string) => (await failureOf(apply({ ...home.options, database }))).problem;
  const url = new URL(home.options.database);
  url.pathname = '/nowhere';
  expect(await failing(url.href)).toMatchObject({
    code: 'database-unknown',
    message: expect.stringContaining('there is no database nowhere'),
    hint: 'Look at the database name in the URL, or create the database.',
  });
  await using empty = await freshDatabase();
  expect(await failing(empty.url)).toMatchObject({
    code: 'relation-missing',
    message: 'relation "users" does not exist',
    where: { file: 'migrations/20260601090000_user_tenant_and_status.sql', line: 3 },
  });
  const role = `r_${home.database.name}`;
  await home.query(`create role ${role} login password 'x'`);
  url.pathname = new URL(home.options.database).pathname;
  url.username = role;
  url.password = 'x';
  expect(await failing(url.href)).toMatchObject({
    code: 'journal-rights',
    hint: expect.stringContaining(`GRANT CREATE ON DATABASE ${home.database.name} TO ${role}`),
  });
  await home.query(`grant create on database ${home.database.name} to ${role}`);
  expect(await failing(url.href)).toMatchObject({
    code: 'right-missing',
    message: `the role ${role} does not own table public.users`,
    hint: expect.stringContaining(`ALTER TABLE public.users OWNER TO ${role}`),
  });
  await home.query(`drop owned by ${role}`);
  await home.query(`drop role ${role}`);
});
