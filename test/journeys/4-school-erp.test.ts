// Does system 4 walk its whole way: a log in words becomes activities under traffic, and every promise of its guide is kept?
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUp, everySoOften } from '../../examples/4-school-erp/app/clean-up.ts';
import { newService } from '../../examples/4-school-erp/app/new.ts';
import { oldService } from '../../examples/4-school-erp/app/old.ts';
import { sendMail } from '../../examples/4-school-erp/app/send-mail.ts';
import { statements } from '../../examples/4-school-erp/legacy/generate.ts';
import { listen } from '../../examples/service/listen.ts';
import { apply, plan, status, undo, verify } from '../../src/index.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { failureOf, rows, type System, secret, system } from './system.ts';
import { ask, asked, field, traffic } from './traffic.ts';

const folder = '4-school-erp';
const imported = '20260604090100_import_activity_logs';
const ofNobody = Math.floor(rows / 7);
const login = (n: number, password = `password-${n}`) => ({ body: { email: `teacher.${n}@school.example`, password } });
const entered = async (url: string, n: number) => field(await asked(url, 'POST /login', login(n)), 'access_token');
const plain = (n: number): number => (n % 13 === 0 ? n + 1 : n);
const visits = (url: string) => [
  async (turn: number) => asked(url, 'POST /logout', { token: await entered(url, plain(20 + (turn % 50))) }),
  async (turn: number) => {
    const token = await entered(url, 3);
    await asked(url, `PATCH /staff/u${80 + (turn % 20)}`, { token, body: { name: `Zoë ${turn}` } });
    await asked(url, 'GET /staff', { token });
  },
];
const oldLog = `select md5(string_agg(l::text, ',' order by "id")) from activity_logs l where "id" <= ${rows}`;
const oldUsers = `select md5(string_agg(concat_ws('|', "id", "email", "createdAt"), ',' order by "id")) from users where "id" ~ '^u[0-9]'`;

test('a log in words becomes activities', { timeout: 600_000 }, async () => {
  await using home = await system(folder, statements(rows));
  await using mails = await mailServer();
  const { options, query, value } = home;
  const unchanged = [await value(oldLog), await value(oldUsers)];
  await using old = await listen(oldService, home.database.url, secret);
  await using early = traffic(visits(old.url));
  await early.more(5);
  const planned = await plan({ ...options, to: imported });
  expect([planned.inTheWay, planned.problems]).toEqual([0, []]);
  expect(await apply({ ...options, to: imported, plan: planned.fingerprint })).toMatchObject({
    verdict: 'verified',
    problems: [{ code: 'rows-unmapped', rows: { count: ofNobody } }],
  });
  const relay = { host: '127.0.0.1', port: mails.port, from: 'office@school.example' };
  const outside = {
    frontEnd: 'https://school.example',
    send: (mail: Parameters<typeof sendMail>[1]) => sendMail(relay, mail),
  };
  await using fresh = await listen(newService(outside), home.database.url, secret);
  await using late = traffic(visits(fresh.url));
  await late.more(20);
  const first = await early.end();
  expect(await apply(options)).toMatchObject({ verdict: 'verified', problems: [] });
  await late.more(20);
  expect([...first.failed, ...(await late.end()).failed]).toEqual([]);
  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect([await value(oldLog), await value(oldUsers)]).toEqual(unchanged);

  // Nothing was dropped on the way: each line is an activity, or on the list.
  expect((await status(options)).unmapped).toMatchObject([{ table: 'public.activity_logs', rows: ofNobody }]);
  expect(
    await query(`select l."id" from activity_logs l where not exists (select from activities a where a."id" = 'log-' || l."id")
    and not exists (select from roadbook.unmapped u where u.key->>'id' = l."id"::text)`),
  ).toEqual([]);
  const words =
    await query(`select l."action", a."action"::text as word, bool_and(a."description" = l."description") as same from activities a
    join activity_logs l on a."id" = 'log-' || l."id" where l."id" <= 8 group by 1, 2 order by 1`);
  expect(words).toContainEqual(['user_login', 'USER_LOGIN', true]);
  expect(words).toContainEqual(['TELEPORT', 'OTHER', false]);

  await everyFlowIsAnActivity(home, fresh.url);
  await passwordsAreSetAnew(home, fresh.url, mails);
  await oldActivitiesGo(home, fresh.url);

  const users = async () => (await query('select "id", "password" from users')).map((row) => row.join());
  const known = await users();
  await using again = traffic(visits(old.url));
  expect(await undo({ ...options, count: 3 })).toMatchObject({
    verdict: 'verified',
    undone: [{}, {}, { way: 'exact' }],
  });
  await again.more(20);
  expect((await again.end()).failed).toEqual([]);
  expect([await value(oldLog), await value(oldUsers)]).toEqual(unchanged);
  expect(await users()).toEqual(expect.arrayContaining(known));
  expect(await query(`select to_regclass('activities') as a, to_regtype('"ActivityType"') as b`)).toEqual([
    [null, null],
  ]);
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
});

async function everyFlowIsAnActivity({ query }: System, url: string): Promise<void> {
  const token = await entered(url, 5);
  const person = { email: 'new@school.example', name: 'Ægir', password: 'x' };
  const id = field(await asked(url, 'POST /staff', { token, body: person }), 'id');
  expect((await ask(url, 'POST /staff', { token, body: person })).status).toBe(409);
  const headers = { 'user-agent': 'Büro/1.0' };
  await asked(url, `PATCH /staff/${id}`, { token, headers, body: { name: 'Ægir the Second' } });
  await asked(url, 'POST /logout', { token });
  const done =
    await query(`select "action"::text, "actionType"::text, "module", "resourceId", "changes", "status" from activities
    where "userId" = 'u5' and "id" !~ '^log-' order by "createdAt"`);
  expect(done).toEqual([
    ['USER_LOGIN', 'LOGIN', 'auth', null, null, 'SUCCESS'],
    ['STAFF_CREATE', 'CREATE', 'staff', id, null, 'SUCCESS'],
    ['STAFF_UPDATE', 'UPDATE', 'staff', id, { name: { from: 'Ægir', to: 'Ægir the Second' } }, 'SUCCESS'],
    ['USER_LOGOUT', 'LOGOUT', 'auth', null, null, 'SUCCESS'],
  ]);
  const seen = (await asked(url, 'GET /activities?user=u5&action=STAFF_UPDATE', { token })).body;
  expect(seen).toMatchObject([
    { ipAddress: '127.0.0.1', userAgent: expect.stringMatching(/1\.0$/), resourceType: 'user' },
  ]);
  for (const [column, is] of [
    ['userId', 'u5'],
    ['module', 'nothing'],
    ['action', 'EXPORT_DATA'],
  ])
    expect(JSON.stringify(await query(`explain select * from activities where "${column}" = '${is}'`))).toContain(
      `activities_${column}_idx`,
    );
}

async function passwordsAreSetAnew({ query, value }: System, url: string, mails: MailServer): Promise<void> {
  const forget = (email: string) => ask(url, 'POST /password/forgotten', { body: { email } });
  const coming = mails.next();
  const answers = [await forget('nobody@school.example'), await forget('teacher.9@school.example')];
  expect(answers[0]).toEqual(answers[1]);
  const letter = await coming;
  expect(letter).toMatchObject({ from: '<office@school.example>', to: '<teacher.9@school.example>' });
  const token = /https:\/\/school\.example\/reset\?token=(\S+)/.exec(letter.text)?.[1] ?? '';
  expect(await value(`select "passwordResetToken" from users where "id" = 'u9'`)).toMatch(/^[0-9a-f]{64}$/);
  const reset = (password: string, shown = token) =>
    ask(url, 'POST /password/reset', { body: { token: shown, password } });
  expect((await reset('other', `${token}x`)).status).toBe(410);
  expect((await reset('brand new')).status).toBe(204);
  expect((await reset('again')).status).toBe(410);
  expect((await ask(url, 'POST /login', login(9))).status).toBe(401);
  expect((await ask(url, 'POST /login', login(9, 'brand new'))).status).toBe(200);
  const second = mails.next();
  await forget('teacher.9@school.example');
  const late = /token=(\S+)/.exec((await second).text)?.[1] ?? '';
  await query(
    `update users set "passwordResetExpires" = now() at time zone 'UTC' - interval '1 second' where "id" = 'u9'`,
  );
  expect((await reset('too late', late)).status).toBe(410);
  expect(mails.letters).toHaveLength(2);
}

async function oldActivitiesGo({ database, value }: System, url: string): Promise<void> {
  const count = async () => Number(await value('select count(*) from activities'));
  const token = await entered(url, 6);
  const report = (await asked(url, 'GET /reports/activities', { token })).body;
  expect(report).toMatchObject({ sizes: expect.arrayContaining([{ table: 'activities', bytes: expect.any(Number) }]) });
  expect(report).toMatchObject({
    days: expect.arrayContaining([{ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), count: expect.any(Number) }]),
  });
  const all = await count();
  const old = Number(await value(`select count(*) from activities where "createdAt" < now() - interval '90 days'`));
  expect(await cleanUp(database, { dryRun: true })).toBe(old);
  expect(await count()).toBe(all);
  const batches: number[] = [];
  expect(await cleanUp(database, { batch: 5000, onBatch: (deleted) => batches.push(deleted) })).toBe(old);
  expect([Math.max(...batches), batches.length]).toEqual([5000, Math.ceil(old / 5000)]);
  expect(await count()).toBe(all - old);
  await database.query(`update activities set "createdAt" = now() - interval '91 days' where "userId" = 'u5'`);
  const job = everySoOften(database, 20);
  while (Number(await value(`select count(*) from activities where "userId" = 'u5'`)) > 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await job.stop();
  expect(await value('select count(*)::int from activities')).toBeGreaterThan(0);
}

test('the SQL of the guide, as it stands there, is refused before anything is touched', async () => {
  await using home = await system(folder, statements(1000));
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-guide-'));
  try {
    mkdirSync(join(directory, 'migrations'));
    const first = '20260604090000_activities_and_password_reset.sql';
    cpSync(join(home.directory, 'migrations', first), join(directory, 'migrations', first));
    writeFileSync(
      join(directory, 'migrations/20260604090100_as_in_the_guide.sql'),
      `INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description", "status", "createdAt")
SELECT gen_random_uuid(), "userId", CAST("action" AS "ActivityAction"), 'OTHER'::"ActivityType", "module", "description", 'SUCCESS', "createdAt"
FROM activity_logs WHERE "userId" IS NOT NULL;`,
    );
    const options = { ...home.options, directory };
    const { inTheWay, migrations } = await plan(options);
    expect(inTheWay).toBe(1);
    const told = migrations[1]?.problems.find(({ code }) => code === 'words-without-label');
    expect((await failureOf(apply(options))).problem).toEqual(told);
    expect(told).toMatchObject({
      message: expect.stringMatching(/^428 rows of public.activity_logs have words in action that are no labels/),
      detail: expect.stringContaining("'user_login' (107 rows)"),
      repair: expect.arrayContaining([
        "UPDATE public.activity_logs SET action = 'FEE_PAYMENT' WHERE action = 'FEE_PAYMNET'",
      ]),
    });
    expect(await home.value(`select to_regclass('activities')`)).toBeNull();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
