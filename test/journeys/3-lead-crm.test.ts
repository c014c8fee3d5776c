// Does system 3 walk its whole way: owners and authors added under traffic, and every promise of its guide kept?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newService } from '../../examples/3-lead-crm/app/new.ts';
import { oldService } from '../../examples/3-lead-crm/app/old.ts';
import { accessToken } from '../../examples/3-lead-crm/app/signed-in.ts';
import { models } from '../../examples/3-lead-crm/front-end/generate-models.ts';
import { statements } from '../../examples/3-lead-crm/legacy/generate.ts';
import { listen } from '../../examples/service/listen.ts';
import { apply, plan, status, undo, verify } from '../../src/index.ts';
import { describedByCatalog, describePrisma } from './prisma-schema.ts';
import { rows, type System, secret, system } from './system.ts';
import { ask, asked, field, traffic } from './traffic.ts';

const folder = '3-lead-crm';
const owners = '20260603090000_user_fields_and_lead_owner';
const admin = await accessToken(secret, 'agent.1@crm.example');
const agent = await accessToken(secret, 'agent.5@crm.example');
const oldUsers = `select md5(string_agg(concat_ws('|', "id", "email", "role", "createdAt"), ',' order by "id")) from "User" where "createdAt" < '2026-01-01'`;
const oldLeads = `select md5(string_agg(concat_ws('|', "id", "name", "email", "phone", "createdAt"), ',' order by "id")) from "Lead" where "createdAt" < '2026-01-01' or "id" <= ${rows}`;

const visits = (url: string) => [
  () => asked(url, 'GET /admin/users', { token: admin }),
  (turn: number) =>
    asked(url, `PATCH /admin/users/${20 + (turn % 60)}`, { token: admin, body: { name: `Zoë ${turn}` } }),
  (turn: number) => asked(url, `GET /leads?after=${turn * 7}`, { token: agent }),
  (turn: number) => asked(url, 'POST /leads', { token: agent, body: { name: `Ægir ${turn}`, phone: '+49' } }),
  (turn: number) => asked(url, `PATCH /leads/${1 + turn}`, { token: agent, body: { status: 'won' } }),
  (turn: number) =>
    asked(url, 'POST /admin/users', {
      token: admin,
      body: { name: 'N', email: `${turn}.${Math.random()}@crm.example` },
    }),
];

test('leads get owners, users get authors', { timeout: 600_000 }, async () => {
  await using home = await system(folder, statements(rows));
  const { options, value, query } = home;
  const said = async (file: string) => {
    const lines = (await query(describedByCatalog)).map(([line]) => line);
    expect(lines.sort()).toEqual(describePrisma(readFileSync(join(home.directory, file), 'utf8')));
  };
  await said('legacy/schema.prisma');
  expect((await status(options)).problems).toMatchObject([
    { code: 'history-of-another-tool', detail: expect.stringContaining('Prisma Migrate applied one migration') },
  ]);
  await using before = await listen(oldService, home.database.url, secret);
  expect((await ask(before.url, 'GET /leads')).status).toBe(401);
  expect((await ask(before.url, 'GET /admin/users', { token: agent })).status).toBe(403);
  const unchanged = [await value(oldUsers), await value(oldLeads)];

  await using early = traffic(visits(before.url));
  await early.more(5);
  const planned = await plan({ ...options, to: owners });
  expect([planned.inTheWay, planned.problems]).toEqual([0, []]);
  expect(await apply({ ...options, to: owners, plan: planned.fingerprint })).toMatchObject({
    verdict: 'verified',
    problems: [],
  });
  await using after = await listen(newService, home.database.url, secret);
  await using late = traffic([
    ...visits(after.url),
    (turn) => asked(after.url, `PUT /leads/${100 + turn}/owner`, { token: admin, body: { ownerId: 7 } }),
    () => asked(after.url, 'GET /leads?owner=me', { token: agent }),
  ]);
  await late.more(30);
  const first = await early.end();
  // The old version is gone: what it added since gets its owner.
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
  await late.more(30);
  const second = await late.end();
  expect([...first.failed, ...second.failed]).toEqual([]);

  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  expect([await value(oldUsers), await value(oldLeads)]).toEqual(unchanged);
  await said('prisma/schema.prisma');
  expect(await models(home.database)).toBe(readFileSync(join(home.directory, 'front-end/models.ts'), 'utf8'));
  await existingLeadsHaveTheFirstUser(home);
  await changesHaveAnAuthor(home, after.url);
  await leadsAreAssigned(home, after.url);
  expect(await verify(options)).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  await takenBack(home, before.url);
  await said('legacy/schema.prisma');
  expect(await apply(options)).toMatchObject({ verdict: 'verified' });
  await said('prisma/schema.prisma');
  expect(await query('select "id" from "Lead" where "ownerId" is null')).toEqual([]);
});

/** While the old version serves; what the new one wrote stays. */
async function takenBack({ options, query, value }: System, url: string): Promise<void> {
  const leads = async () => (await query('select "id", "name" from "Lead"')).map((row) => row.join());
  const known = await leads();
  const unchanged = [await value(oldUsers), await value(oldLeads)];
  await using visited = traffic(visits(url));
  expect(await undo({ ...options, count: 2 })).toMatchObject({
    verdict: 'verified',
    problems: [],
    undone: [{ way: 'exact' }, { way: 'exact' }],
  });
  await visited.more(20);
  expect((await visited.end()).failed).toEqual([]);
  expect([await value(oldUsers), await value(oldLeads)]).toEqual(unchanged);
  const there = new Set(await leads());
  expect(known.filter((each) => !there.has(each))).toEqual([]);
  expect(await value("select count(*)::int from pg_proc where proname = 'update_updated_at_column'")).toBe(0);
}

async function existingLeadsHaveTheFirstUser({ query, value }: System): Promise<void> {
  expect(await value('select min("id") from "User"')).toBe(3);
  const moved = `"id" between 100 and 100000 and "ownerId" = 7`;
  expect(
    await query(
      `select "id", "ownerId" from "Lead" where "id" <= ${rows} and "ownerId" is distinct from 3 and not (${moved})`,
    ),
  ).toEqual([]);
  expect(await query('select "id" from "Lead" where "ownerId" is null')).toEqual([]);
}

async function changesHaveAnAuthor({ query, value }: System, url: string): Promise<void> {
  const at = (id: number) => value('select "updatedAt"::text from "User" where "id" = $1', [id]);
  const by = (id: number) => value('select "updatedBy" from "User" where "id" = $1', [id]);
  expect(await by(99)).toBeNull();
  const was = await at(99);
  await asked(url, 'PATCH /admin/users/99', { token: admin, body: { name: 'Renamed' } });
  const then = await at(99);
  expect(then).not.toBe(was);
  const listed = (await asked(url, 'GET /admin/users?by=updatedAt', { token: admin })).body;
  expect(Array.isArray(listed) && listed.find(({ id }: { id: number }) => id === 99)).toMatchObject({
    name: 'Renamed',
    updatedAt: expect.any(String),
    updatedBy: { id: 3, name: '李 1', email: 'agent.1@crm.example' },
  });
  // By hand, as in psql, and of a column that the trigger knows nothing of.
  await query(`update "User" set "role" = 'agent' where "id" = 99`);
  expect(await at(99)).not.toBe(then);
  // The author may go; what was written stays.
  const author = field(
    await asked(url, 'POST /admin/users', { token: admin, body: { name: 'A', email: 'author@crm.example' } }),
    'id',
  );
  await asked(url, `PATCH /admin/users/${author}`, { token: admin, body: { role: 'admin' } });
  const token = await accessToken(secret, 'author@crm.example');
  await asked(url, 'PATCH /admin/users/98', { token, body: { name: 'By one who leaves' } });
  expect(String(await by(98))).toBe(author);
  await asked(url, `DELETE /admin/users/${author}`, { token: admin });
  expect(await by(98)).toBeNull();
  await expect(query('update "User" set "updatedBy" = 1 where "id" = 98')).rejects.toThrow('User_updatedBy_fkey');
}

async function leadsAreAssigned({ query, value }: System, url: string): Promise<void> {
  const id = field(await asked(url, 'POST /leads', { token: agent, body: { name: '株式会社' } }), 'id');
  expect(await value('select "ownerId" from "Lead" where "id" = $1', [id])).toBe(7);
  const other = await accessToken(secret, 'agent.6@crm.example');
  const to = (token: string, ownerId: number) => ask(url, `PUT /leads/${id}/owner`, { token, body: { ownerId } });
  expect((await to(other, 8)).status).toBe(404);
  expect(await to(agent, 8)).toMatchObject({ status: 200, body: { owner: { id: 8, email: 'agent.6@crm.example' } } });
  expect((await to(agent, 7)).status).toBe(404);
  expect((await to(admin, 1)).status).toBe(422);
  const mine = (await asked(url, 'GET /leads?owner=me', { token: other })).body;
  expect(Array.isArray(mine) && mine.map((lead: { id: number }) => String(lead.id))).toEqual([id]);
  const explained = await query('explain select * from "Lead" where "ownerId" = 8');
  expect(JSON.stringify(explained)).toContain('Lead_ownerId_idx');
  await query('delete from "User" where "id" = 8');
  expect(await value('select "ownerId" from "Lead" where "id" = $1', [id])).toBeNull();
}
