// Does system 5 walk its whole way: one user becomes many under traffic, and every promise of its guide is kept?
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { newService } from '../../examples/5-grantfinder/app/new.ts';
import { oldService } from '../../examples/5-grantfinder/app/old.ts';
import { statements } from '../../examples/5-grantfinder/legacy/generate.ts';
import { listen } from '../../examples/service/listen.ts';
import { apply, plan, status, undo, verify } from '../../src/index.ts';
import { type IdentityProvider, identityProvider } from './identity-provider.ts';
import { rows, type System, secret, system } from './system.ts';
import { ask, asked, field, traffic } from './traffic.ts';

const folder = '5-grantfinder';
const own = '20260605090200_rows_of_their_own';
const stripeSecret = 'whsec_only_for_this_test';
/** What the old version does but for its submissions: the column they need is renamed. */
const oldVisits = (url: string) => [
  (turn: number) => asked(url, `GET /grants?after=${turn * 3}`),
  (turn: number) => asked(url, 'POST /grants', { body: { title: `Förderung ${turn}` } }),
  () => asked(url, 'POST /searches', { body: { words: 'Grant 1' } }),
];
const oldRows = [
  `select md5(string_agg(concat_ws('|', id, title, description, amount, deadline), ',' order by id)) from grants where id <= ${rows}`,
  `select md5(string_agg(concat_ws('|', id, started_at, grants_found), ',' order by id)) from search_runs where id <= ${rows} / 5`,
  'select md5(string_agg(s::text, chr(44) order by id)) from user_settings s',
];
const submissions = (column: string) =>
  `select md5(string_agg(concat_ws('|', id, grant_id, ${column}, status, submitted_at), ',' order by id)) from application_history`;

test('one user becomes many', { timeout: 600_000 }, async () => {
  await using home = await system(folder, statements(rows));
  await using people = await identityProvider();
  const { options, query, value } = home;
  const role = await serviceRole(home);
  const all = () => valuesOf(home, oldRows);
  await using old = await listen(oldService, home.database.url, secret);
  await asked(old.url, 'POST /grants/7/submissions', { body: { user: 'founder.1@example.org' } });
  const [unchanged, submitted] = [await all(), await value(submissions('user_id'))];

  await using early = traffic(oldVisits(old.url));
  await early.more(5);
  const planned = await plan({ ...options, to: own });
  expect([planned.inTheWay, planned.problems]).toEqual([0, []]);
  const warned = planned.migrations.flatMap(({ problems }) => problems);
  expect(warned.map(({ code }) => code)).toContain('rename-column-empties-name');
  expect(await apply({ ...options, to: own, plan: planned.fingerprint })).toMatchObject({ verdict: 'verified' });

  const write = async (narrative: string, grant: string) => `${grant}: ${narrative}`;
  await using fresh = await listen(newService({ provider: people.provider, stripeSecret, write }), role.url, secret);
  const token = (n: number) => people.token(`auth0|${n}`, `founder.${n}@example.org`);
  await using late = traffic([
    (turn) => asked(fresh.url, `GET /grants?after=${turn * 5}`, { token: token(turn % 40) }),
    (turn) => asked(fresh.url, 'POST /grants', { token: token(turn % 40), body: { title: `Mine ${turn}` } }),
    (turn) => asked(fresh.url, 'GET /me', { token: token(turn % 40) }),
  ]);
  for (let n = 0; n < 40; n += 1) await asked(fresh.url, 'GET /me', { token: token(n) });
  await late.more(20);
  const first = await early.end();
  // Users have come: the old applications find theirs.
  const strangers = Number(
    await value(`select count(*) from application_history where user_id_old !~* 'founder\\.[123]?[0-9]@'`),
  );
  expect(await apply(options)).toMatchObject({
    verdict: 'verified',
    problems: [{ code: 'rows-unmapped', rows: { count: strangers } }],
  });
  await late.more(20);
  expect([...first.failed, ...(await late.end()).failed]).toEqual([]);

  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect([await all(), await value(submissions('user_id_old'))]).toEqual([unchanged, submitted]);
  expect((await status(options)).unmapped).toMatchObject([{ table: 'public.application_history', rows: strangers }]);
  expect(
    await query(
      `select h.id from application_history h join users u on u.id = h.user_id where lower(trim(user_id_old)) <> u.email`,
    ),
  ).toEqual([]);
  expect(await value('select min(id) > 20 from users')).toBe(true);
  await onlyTheProviderSignsIn(people, fresh.url);
  await nobodySeesOthersRows(fresh.url, token);
  await stripeSetsTheLimits(home, fresh.url, token);
  await deletingCascades(home, fresh.url, token);

  expect(await undo({ ...options, count: 4 })).toMatchObject({ verdict: 'verified' });
  await using again = traffic([
    ...oldVisits(old.url),
    () => asked(old.url, 'POST /grants/8/submissions', { body: { user: 'x' } }),
  ]);
  await again.more(20);
  expect((await again.end()).failed).toEqual([]);
  expect(await all()).toEqual(unchanged);
  expect(
    await query(`select to_regclass('users') as a, to_regtype('searchruntype') as b, to_regproc('asking_user') as c`),
  ).toEqual([[null, null, null]]);
  expect(await value(`select count(*)::int from grants where title like 'Mine %'`)).toBeGreaterThan(0);
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
  await role.drop();
});

async function valuesOf({ value }: System, queries: readonly string[], values: unknown[] = []): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const sql of queries) found.push(await value(sql, values));
  return found;
}

/** The service is no owner: the policies hold for it. It is there before the migrations, and what they make is its to use. */
async function serviceRole({ database, query }: System) {
  const name = `service_${database.name}`;
  await query(`create role ${name} login password 'x'`);
  for (const [rights, what] of [
    ['select, insert, update, delete', 'tables'],
    ['usage', 'sequences'],
  ]) {
    await query(`grant ${rights} on all ${what} in schema public to ${name}`);
    await query(`alter default privileges in schema public grant ${rights} on ${what} to ${name}`);
  }
  const url = new URL(database.url);
  url.username = name;
  url.password = 'x';
  const drop = async () => {
    await query(`drop owned by ${name}`);
    await query(`drop role ${name}`);
  };
  return { url: url.href, drop };
}

async function onlyTheProviderSignsIn({ token, forged }: IdentityProvider, url: string): Promise<void> {
  const me = async (shown: string) => (await ask(url, 'GET /me', { token: shown })).status;
  const [head, body] = token('auth0|1', 'founder.1@example.org').split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'one' })).toString('base64url');
  for (const wrong of [
    forged('auth0|1', 'founder.1@example.org'),
    token('auth0|1', 'a@b', { exp: 1 }),
    token('auth0|1', 'a@b', { iss: 'https://elsewhere.example/' }),
    token('auth0|1', 'a@b', { aud: 'another' }),
    `${none}.${body}.`,
    `${head}.${body}`,
    'x',
  ])
    expect(await me(wrong)).toBe(401);
  expect((await ask(url, 'GET /grants')).status).toBe(401);
}

async function nobodySeesOthersRows(url: string, token: (n: number) => string): Promise<void> {
  const list = async (what: string, n: number): Promise<{ id: number }[]> => {
    const { body } = await asked(url, what, { token: token(n) });
    return Array.isArray(body) ? body : [];
  };
  const id = Number(field(await asked(url, 'POST /grants', { token: token(3), body: { title: 'Secret' } }), 'id'));
  const seen = (n: number) => list(`GET /grants?after=${id - 1}`, n);
  expect((await seen(3)).map((grant) => grant.id)).toEqual([id]);
  expect(await seen(4)).toEqual([]);
  // What belongs to nobody is there for all.
  expect(await list('GET /grants', 3)).toHaveLength(20);
  expect((await list('GET /history', 3)).length).toBeGreaterThan(0);
  const long = { business_name: 'Ægir', narrative_text: '李'.repeat(2001) };
  expect((await ask(url, 'PUT /profile', { token: token(3), body: long })).status).toBe(422);
  await asked(url, 'PUT /profile', { token: token(3), body: { ...long, narrative_text: '李'.repeat(2000) } });
}

async function stripeSetsTheLimits({ query, value }: System, url: string, token: (n: number) => string): Promise<void> {
  const me = { token: token(5) };
  const user = field(await asked(url, 'GET /me', me), 'id');
  const tell = async (
    id: string,
    type: string,
    created: number,
    state: string,
    key = stripeSecret,
    at = Date.now(),
  ) => {
    const object = { id: 'sub_5', customer: 'cus_5', status: state, metadata: { user_id: user, plan: 'pro' } };
    const body = { id, type: `customer.subscription.${type}`, created, data: { object } };
    const time = Math.floor(at / 1000);
    const v1 = createHmac('sha256', key)
      .update(`${time}.${JSON.stringify(body)}`)
      .digest('hex');
    const answer = await ask(url, 'POST /webhooks/stripe', {
      body,
      headers: { 'stripe-signature': `t=${time},v1=${v1}` },
    });
    return answer.status === 200 ? field(answer, 'outcome') : answer.status;
  };
  const now = async () =>
    (
      await query(
        `select s.status::text, subscription_tier, u.searches_limit, applications_limit from users u left join subscriptions s on s.user_id = u.id where u.id = $1`,
        [user],
      )
    )[0];
  const apply = () => ask(url, 'POST /applications', { ...me, body: { grant_id: 2 } });
  expect((await apply()).status).toBe(429);
  expect(await tell('evt_0', 'created', 1000, 'active', 'another secret')).toBe(400);
  expect(await tell('evt_0', 'created', 1000, 'active', stripeSecret, Date.now() - 3_600_000)).toBe(400);
  expect(await now()).toEqual([null, 'free', 10, 0]);
  expect(await tell('evt_1', 'created', 1000, 'active')).toBe('done');
  expect(await now()).toEqual(['ACTIVE', 'pro', 100, 20]);
  expect(await tell('evt_3', 'updated', 3000, 'past_due')).toBe('done');
  expect(await now()).toEqual(['PAST_DUE', 'free', 10, 0]);
  expect(await tell('evt_2', 'updated', 2000, 'active')).toBe('late');
  expect(await tell('evt_1', 'created', 1000, 'active')).toBe('known');
  expect(await now()).toEqual(['PAST_DUE', 'free', 10, 0]);
  expect(await tell('evt_4', 'updated', 4000, 'active')).toBe('done');

  await asked(url, 'PUT /profile', { ...me, body: { business_name: 'B', narrative_text: 'We do good' } });
  const made = await apply();
  expect(made).toMatchObject({ status: 201, body: { status: 'GENERATED', generated_content: 'Grant 2: We do good' } });
  const become = (state: string, who = me) =>
    ask(url, `PATCH /applications/${field(made, 'id')}`, { ...who, body: { status: state, content: 'Better' } });
  expect((await become('EDITED', { token: token(6) })).status).toBe(404);
  expect((await become('AWARDED')).status).toBe(409);
  expect((await become('EDITED')).body).toMatchObject({ edit_count: 1 });
  expect((await become('SUBMITTED')).status).toBe(200);
  expect((await become('AWARDED')).body).toMatchObject({ status: 'AWARDED', edit_count: 1 });
  expect(await tell('evt_5', 'deleted', 5000, 'canceled')).toBe('done');
  expect(await now()).toEqual(['CANCELED', 'free', 10, 0]);

  const search = () => ask(url, 'POST /searches', { ...me, body: { words: 'Grant 1' } });
  for (let turn = 0; turn < 10; turn += 1) expect((await search()).status).toBe(201);
  expect((await search()).status).toBe(429);
  expect(
    await value(
      `select count(*)::int from search_runs where user_id = $1 and run_type = 'MANUAL' and status = 'SUCCESS'`,
      [user],
    ),
  ).toBe(10);
}

async function deletingCascades(home: System, url: string, token: (n: number) => string): Promise<void> {
  const { query, value } = home;
  const id = field(await asked(url, 'GET /me', { token: token(5) }), 'id');
  const tables = ['business_profiles', 'subscriptions', 'generated_applications', 'search_runs', 'application_history'];
  const counts = tables.map((table) => `select count(*)::int from ${table} where user_id = $1`);
  const left = () => valuesOf(home, counts, [id]);
  expect(Math.min(...(await left()).map(Number))).toBeGreaterThan(0);
  for (const table of ['grants', ...tables])
    expect(JSON.stringify(await query(`explain select from ${table} where user_id = ${id}`)), table).toContain(
      'user_id',
    );
  // Applications from before have their users' names still, and go with them.
  const before = Number(await value('select count(*) from application_history'));
  const own = Number((await left())[4]);
  await query('begin');
  await query('delete from users where id = $1', [id]);
  expect((await left()).map(Number)).toEqual([0, 0, 0, 0, 0]);
  expect(await value('select count(*)::int from application_history')).toBe(before - own);
  await query('rollback');
  const stranger = token(99);
  await asked(url, 'POST /grants', { token: stranger, body: { title: 'Soon gone' } });
  expect((await ask(url, 'DELETE /me', { token: stranger })).status).toBe(204);
  expect(await value("select count(*)::int from grants where title = 'Soon gone'")).toBe(0);
}
