// Does system 2 walk its whole way: accounts become organisations under traffic, and every promise of its guide is kept?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newService } from '../../examples/2-konfig/app/new.ts';
import { oldService } from '../../examples/2-konfig/app/old.ts';
import { token as tokenOf } from '../../examples/2-konfig/app/tokens.ts';
import { statements } from '../../examples/2-konfig/legacy/generate.ts';
import { listen } from '../../examples/service/listen.ts';
import { apply, plan, status, undo, verify } from '../../src/index.ts';
import { failureOf, rows, type System, secret, system } from './system.ts';
import { type Answer, ask, asked, field, traffic } from './traffic.ts';

const folder = '2-konfig';
const keys = '20260602090200_api_keys_of_tenants';
const flags = '/api/v1/namespaces/production/configs/flags';
const login = (n: number) => ({ body: { email: `tenant.${n}@example.org`, password: `password-${n}` } });
/** A tenant with a plain address, a login, a key of its own and a namespace with a plain name. */
const ordinary = (turn: number): number => {
  const n = 10 + 20 * (turn % 300);
  return n % 13 < 2 || n % 97 === 0 || n % 101 === 0 || n % 3 === 0 || n % 499 === 1 ? ordinary(turn + 1) : n;
};
const withKey = (n: number) => ({ headers: { 'x-api-key': `konfig_old${n}` } });
const entered = async (url: string, n: number) =>
  field(await asked(url, 'POST /api/v1/auth/login', login(n)), 'access_token');

const visits = (url: string) => [
  async (turn: number) => {
    const token = await entered(url, ordinary(turn));
    await asked(url, `GET ${flags}`, { token });
    await asked(url, `PUT ${flags}`, { token, body: { value: { turn } } });
  },
  (turn: number) => asked(url, `GET ${flags}`, withKey(ordinary(turn + 7))),
  (turn: number) => asked(url, `GET ${flags}/history`, withKey(ordinary(turn + 8))),
  (turn: number) => asked(url, 'GET /api/v1/namespaces', withKey(ordinary(turn + 9))),
];
const named = (turn: number) => `new.${turn}.${Math.random()}@example.org`;
const oldRegisters = (url: string) => (turn: number) =>
  asked(url, 'POST /api/v1/auth/register', { body: { name: '株', email: named(turn), password: 'x' } });
const newRegisters = (url: string) => (turn: number) =>
  asked(url, 'POST /api/v1/auth/register', { body: { tenant_name: '株', email: named(turn), password: 'x' } });

/** What the old version knew of the tenants that were there, from wherever it is now. */
const before = `created_at < '2026-01-01'`;
const oldTenants = `select md5(string_agg(concat_ws('|', id, name, email, hashed_password, api_key_hash), ',' order by id)) from tenants where ${before}`;

test('accounts become organisations', { timeout: 600_000 }, async () => {
  await using home = await system(folder, statements(rows));
  const { options, query, value } = home;
  expect((await status(options)).problems).toMatchObject([{ code: 'history-of-another-tool' }]);
  await using old = await listen(oldService, home.database.url, secret);
  const unchanged = await value(oldTenants);
  const logins = await value(`select count(*)::int from tenants where hashed_password <> '!' and email like '%@%'`);
  expect((await ask(old.url, `GET ${flags}`)).status).toBe(401);

  await using early = traffic([...visits(old.url), oldRegisters(old.url)]);
  await early.more(5);
  const planned = await plan({ ...options, to: keys });
  expect([planned.inTheWay, planned.problems]).toEqual([0, []]);
  const done = await apply({ ...options, to: keys, plan: planned.fingerprint });
  expect(done).toMatchObject({
    verdict: 'verified',
    problems: [{ code: 'rows-unmapped', rows: { count: rows - Number(logins) } }],
  });
  const { unmapped } = await status(options);
  expect(unmapped).toMatchObject([{ table: 'public.tenants', rows: rows - Number(logins) }]);

  await using fresh = await listen(newService, home.database.url, secret);
  await using late = traffic([...visits(fresh.url), newRegisters(fresh.url)]);
  const latecomer = { email: 'late@example.org', password: 'late' };
  const lateKey = field(
    await asked(old.url, 'POST /api/v1/auth/register', { body: { name: 'L', ...latecomer } }),
    'api_key',
  );
  await late.more(20);
  const first = await early.end();
  // The old version is gone: whoever it let in since becomes an owner too, and the columns go.
  expect(await apply(options)).toMatchObject({ verdict: 'verified', problems: [] });
  await late.more(20);
  const second = await late.end();
  expect([...first.failed, ...second.failed]).toEqual([]);

  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect(await value(`select count(*)::int from users where ${before} and role = 'owner'`)).toBe(logins);
  expect(
    await query(
      `select t.id from tenants t where not exists (select from users u where u.tenant_id = t.id and u.role = 'owner') and ${before}`,
    ),
  ).toHaveLength(rows - Number(logins));
  await asked(fresh.url, 'POST /api/v1/auth/login', { body: latecomer });
  await asked(fresh.url, 'GET /api/v1/namespaces', { headers: { 'x-api-key': lateKey } });
  expect(
    (
      await query(
        `select attname from pg_attribute where attrelid = 'tenants'::regclass and attnum > 0 and not attisdropped`,
      )
    ).flat(),
  ).toEqual(['id', 'name', 'created_at']);
  // A key that several had is still the first one's.
  const { body } = await asked(fresh.url, 'GET /api/v1/namespaces', withKey(1));
  expect(body).toEqual([]);

  await theCommandsOfTheGuide(home, fresh.url);
  await rolesAreEnforced(home, fresh.url);
  await keysAreEnforced(home, fresh.url);
  await configsHaveAHistory(fresh.url);
  expect(await verify(options)).toMatchObject({ verdict: 'verified' });
  await takenBackAndDoneAgain(home, old.url, unchanged);
});

test('a fresh start', async () => {
  await using home = await system(folder, []);
  expect(await apply(home.options)).toMatchObject({ verdict: 'verified', problems: [] });
  await using service = await listen(newService, home.database.url, secret);
  await theCommandsOfTheGuide(home, service.url);
  expect(
    await home.query('select t.name, u.role, u.full_name from tenants t join users u on u.tenant_id = t.id'),
  ).toEqual([['My Company', 'owner', 'Admin User']]);
});

/** As they stand in the README, one after the other: what one answers fills the place of that name in the next. */
async function theCommandsOfTheGuide({ directory, query, value }: System, url: string): Promise<void> {
  const readme = readFileSync(join(directory, 'README.md'), 'utf8');
  const known = new Map<string, string>();
  const answers: Answer[] = [];
  for (const [, command = ''] of readme.matchAll(/```bash\n(curl.*?)```/gs)) {
    const text = command.replace(/<(\w+)>/g, (_, name: string) => known.get(name) ?? name);
    const [, method = '', path = ''] = /^curl -X (\w+) http:\/\/localhost:8000(\S+)/.exec(text) ?? [];
    const headers = Object.fromEntries(
      [...text.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name, content]) => [name, content]),
    );
    const answer = await asked(url, `${method} ${path}`, {
      headers,
      body: JSON.parse(/-d '(.*)'/s.exec(text)?.[1] ?? '{}'),
    });
    for (const [name, content] of Object.entries(Object(answer.body))) known.set(name, String(content));
    answers.push(answer);
  }
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 200]);
  expect(answers[3]?.body).toEqual({ key: 'flags', value: { on: true }, version: 1 });
  expect(known.get('key')).toBe('flags');
  const stored = await query("select key_hash, prefix, scopes from api_keys where name = 'Production Service'");
  expect(stored).toEqual([
    [expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^konfig_.{5}$/), 'read,write'],
  ]);
  expect(await value("select hashed_password from users where email = 'admin@example.com'")).toMatch(/^scrypt\$/);
}

async function rolesAreEnforced({ query }: System, url: string): Promise<void> {
  const owner = await entered(url, 30);
  const person = async (role: string, by: string) => {
    const body = { email: `${role}@30.example`, password: 'secret', role };
    const made = await ask(url, 'POST /api/v1/users', { token: by, body });
    if (made.status !== 201) return { status: made.status, token: '', id: '', refresh: '' };
    const answer = await asked(url, 'POST /api/v1/auth/login', { body });
    return {
      status: 201,
      token: field(answer, 'access_token'),
      refresh: field(answer, 'refresh_token'),
      id: field(made, 'id'),
    };
  };
  const admin = await person('admin', owner);
  const member = await person('member', admin.token);
  expect([admin.status, member.status]).toEqual([201, 201]);
  expect((await person('owner', admin.token)).status).toBe(403);
  expect((await person('king', admin.token)).status).toBe(400);
  for (const what of ['GET /api/v1/users', 'GET /api/v1/api-keys'])
    expect([
      (await ask(url, what, { token: member.token })).status,
      (await ask(url, what, { token: admin.token })).status,
    ]).toEqual([403, 200]);
  expect((await ask(url, `PUT ${flags}`, { token: member.token, body: { value: 1 } })).status).toBe(200);
  const [[first] = []] = await query("select id from users where email = 'tenant.30@example.org'");
  expect((await ask(url, `DELETE /api/v1/users/${first}`, { token: admin.token })).status).toBe(404);
  expect((await ask(url, 'POST /api/v1/auth/refresh', { body: { refresh_token: member.refresh } })).status).toBe(200);
  expect((await ask(url, 'POST /api/v1/auth/refresh', { body: { refresh_token: member.token } })).status).toBe(401);
  expect((await ask(url, `GET ${flags}`, { token: member.refresh })).status).toBe(401);
  await asked(url, `DELETE /api/v1/users/${member.id}`, { token: owner });
  expect((await ask(url, `GET ${flags}`, { token: member.token })).status).toBe(401);
  expect((await ask(url, 'POST /api/v1/auth/refresh', { body: { refresh_token: member.refresh } })).status).toBe(401);
}

async function keysAreEnforced({ query }: System, url: string): Promise<void> {
  const token = await entered(url, 50);
  const make = async (scopes: string) => {
    const answer = await asked(url, 'POST /api/v1/api-keys', { token, body: { name: `for ${scopes}`, scopes } });
    return { key: { headers: { 'x-api-key': field(answer, 'key') } }, id: field(answer, 'id') };
  };
  const reads = await make('read');
  expect((await ask(url, `GET ${flags}`, reads.key)).status).toBe(200);
  expect((await ask(url, `PUT ${flags}`, { ...reads.key, body: { value: 1 } })).status).toBe(403);
  const writes = await make('write');
  expect((await ask(url, `PUT ${flags}`, { ...writes.key, body: { value: 1 } })).status).toBe(200);
  expect((await ask(url, `GET ${flags}`, writes.key)).status).toBe(403);
  expect((await ask(url, 'POST /api/v1/api-keys', { ...writes.key, body: { name: 'more' } })).status).toBe(403);
  expect((await ask(url, 'POST /api/v1/api-keys', { token, body: { name: 'x', scopes: 'all' } })).status).toBe(400);
  for (const wrong of ['konfig_', `${reads.key.headers['x-api-key']}x`, ''])
    expect((await ask(url, `GET ${flags}`, { headers: { 'x-api-key': wrong } })).status).toBe(401);
  const stranger = await entered(url, 70);
  expect((await ask(url, `DELETE /api/v1/api-keys/${reads.id}`, { token: stranger })).status).toBe(404);
  await asked(url, `DELETE /api/v1/api-keys/${reads.id}`, { token });
  expect((await ask(url, `GET ${flags}`, reads.key)).status).toBe(401);
  await query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [writes.id]);
  expect((await ask(url, `PUT ${flags}`, { ...writes.key, body: { value: 2 } })).status).toBe(401);
}

async function configsHaveAHistory(url: string): Promise<void> {
  const token = await entered(url, 110);
  const put = async (value: unknown) => (await asked(url, `PUT ${flags}`, { token, body: { value } })).body;
  const history = (await asked(url, `GET ${flags}/history`, withKey(110))).body;
  const count = Array.isArray(history) ? history.length : 0;
  expect(count).toBeGreaterThanOrEqual(5);
  expect(await put({ Grüße: [1, null] })).toMatchObject({ version: count + 1 });
  expect((await asked(url, `POST ${flags}/rollback`, { ...withKey(110), body: { version: 2 } })).body).toEqual({
    key: 'flags',
    version: count + 2,
    value: { on: true, Grüße: 2 },
  });
  expect((await asked(url, `GET ${flags}`, { token })).body).toMatchObject({ version: count + 2, value: { Grüße: 2 } });
  expect((await ask(url, `POST ${flags}/rollback`, { token, body: { version: 999 } })).status).toBe(404);
  // Another tenant has a namespace and a config of the same names; neither sees the other's.
  const other = (await asked(url, `GET ${flags}`, { token: await entered(url, 150) })).body;
  expect(other).not.toMatchObject({ version: count + 2 });
  const forged = await tokenOf('another secret', { sub: 'x', tenant: 'y' }, 'access');
  expect((await ask(url, `GET ${flags}`, { token: forged })).status).toBe(401);
}

/** Tenants of the new version have no login of the old kind: they get one that nobody can use. */
async function takenBackAndDoneAgain(
  { options, query, value }: System,
  url: string,
  unchanged: unknown,
): Promise<void> {
  const tenants = async () => (await query('select id, name from tenants')).map((row) => row.join());
  const known = await tenants();
  const without = await value(`select count(*)::int from tenants where created_at >= '2026-01-01'`);
  const three = await undo({ ...options, count: 3 });
  expect(three.undone.map(({ way }) => way)).toEqual(['exact', 'exact', 'given']);
  expect(three.verdict).toBe('verified');
  const told = (await failureOf(undo(options))).problem;
  expect(told).toMatchObject({
    code: 'undo-needs-value',
    hint: expect.stringContaining('--fill "public.tenants.email=EXPR"'),
  });
  expect(Number(told.rows?.count)).toBeLessThan(Number(without));
  const fill = { 'public.tenants.email': "id || '@nowhere'", 'public.tenants.hashed_password': "'!'" };
  expect(await undo({ ...options, fill })).toMatchObject({ verdict: 'verified', undone: [{ way: 'exact' }] });
  await using visited = traffic([...visits(url), oldRegisters(url)]);
  await visited.more(20);
  expect(await value(oldTenants)).toBe(unchanged);
  const there = new Set(await tenants());
  expect(known.filter((each) => !there.has(each))).toEqual([]);
  expect(
    await query("select to_regclass('users') as a, to_regclass('api_keys') as b, to_regtype('userrole') as c"),
  ).toEqual([[null, null, null]]);
  expect((await visited.end()).failed).toEqual([]);
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
  expect(await value(`select count(*)::int from users where ${before} and role = 'owner'`)).toBeGreaterThan(0);
}
