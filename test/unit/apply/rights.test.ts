// What does the user read where a right is missing, and does anything secret get out?
import { expect, test } from 'vitest';
import { startServer } from '../../harness/own-server.ts';
import { appliedBy, idOf, type Project, project } from './project.ts';

function as(home: Project, role: string): string {
  const url = new URL(home.database.url);
  url.username = role;
  return url.href;
}

async function withRole(home: Project, grants: (role: string) => string, work: (role: string) => Promise<void>) {
  const role = `r_${home.database.name}`;
  await home.database.query(`create role ${role} login; ${grants(role)}`);
  try {
    await work(role);
  } finally {
    await home.database.query(`drop owned by ${role}; drop role ${role}`);
  }
}

test('a role without CREATE on the database cannot create the journal, and is told how it can', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  await withRole(
    home,
    () => '',
    async (role) => {
      const failure = await home.failing({ database: as(home, role) });
      expect(failure).toMatchObject({ reason: 'connection', exitCode: 7, problem: { code: 'journal-rights' } });
      expect(failure.problem.hint).toContain(`GRANT CREATE ON DATABASE ${home.database.name} TO ${role}`);
    },
  );
});

test('a role that does not own the table, or lacks a right, is told what to grant; what was before it stays', async () => {
  await using home = await project(
    { 1: 'create table mine (id int);', 2: 'alter table theirs add column c int;' },
    { before: 'create table theirs (id int); create schema closed;' },
  );
  const grants = (role: string) =>
    `grant create on database ${home.database.name} to ${role}; grant create on schema public to ${role}`;
  await withRole(home, grants, async (role) => {
    const owner = await home.failing({ database: as(home, role) });
    expect(owner).toMatchObject({
      reason: 'connection',
      problem: { code: 'no-right', message: 'must be owner of table theirs', where: { line: 1 } },
    });
    expect(owner.problem.hint).toContain(`GRANT <owner> TO ${role};`);
    expect(appliedBy(owner)).toEqual([idOf('1')]);
    home.write({ 2: 'create table closed.t (id int);' });
    const schema = await home.failing({ database: as(home, role) });
    expect(schema).toMatchObject({ reason: 'connection', problem: { code: 'no-right' } });
    expect(schema.problem.hint).toContain(`GRANT … TO ${role};`);
    expect(appliedBy(schema)).toEqual([]);
  });
});

test.each([
  [
    'it does not own the table',
    'grant create on database d to r',
    'only the owner of the table may make a trigger on it',
  ],
  ['it may make no schema', 'alter table t owner to r', 'the role may make nothing in the schema roadbook_parked'],
  [
    'the schema belongs to another one',
    'grant create on database d to r; alter table t owner to r; create schema roadbook_parked; grant usage on schema roadbook_parked to r',
    'the role may make nothing in the schema roadbook_parked',
  ],
])('rows are changed and not kept where %s, and that is told', async (_, grants, why) => {
  await using home = await project(
    {},
    { before: 'create table t (id int primary key, v int); insert into t values (1, 1)' },
  );
  const all = (role: string) => `grant select, insert, update, delete, truncate on t to ${role}`;
  const journal = (role: string) => `grant create on database ${home.database.name} to ${role}`;
  await withRole(
    home,
    (role) => `${all(role)}; ${journal(role)}`,
    async (role) => {
      // The journal is there before.
      home.write({ 1: 'select 1;' });
      await home.apply({ database: as(home, role) });
      const { name } = home.database;
      await home.database.query(`revoke create on database ${name} from ${role};
      ${grants.replace('database d', `database ${name}`).replaceAll(/ to r(?=;|$)/g, ` to ${role}`)}`);
      home.write({
        2: 'update t set v = 2; insert into t values (2, 2); delete from t where id = 1;',
        3: 'truncate t;',
      });
      const outcome = await home.apply({ database: as(home, role), acceptDrift: true });
      expect(outcome).toMatchObject({ verdict: 'verified', applied: [{}, {}] });
      expect(await home.rows('select * from t')).toEqual([]);
      const notices = home.events.flatMap((event) => (event.type === 'server-notice' ? [event.message] : []));
      const expected = `rows of public.t are not kept, so undo will not bring them back: ${why}`;
      expect(notices.filter((message) => message === expected).length).toBeGreaterThanOrEqual(3);
    },
  );
});

test('a server that takes no writes is refused, unless there is nothing to do', async () => {
  await using home = await project();
  const readOnly = `${home.database.url}?options=-c%20default_transaction_read_only%3Don`;
  expect(await home.apply({ database: readOnly })).toMatchObject({ applied: [] });
  home.write({ 1: 'create table a (id int);' });
  expect(await home.failing({ database: readOnly })).toMatchObject({
    reason: 'connection',
    problem: { code: 'read-only' },
  });
  await using server = await startServer({ standby: true });
  expect(await home.failing({ database: server.url })).toMatchObject({
    reason: 'connection',
    problem: { code: 'read-only' },
  });
});

test('a password in a migration gets neither into the journal, nor into events, nor into the problem', async () => {
  const secret = 'sesame-7';
  await using home = await project();
  const role = `p_${home.database.name}`;
  const bad = [
    `create role postgres password '${secret}';`,
    `do $$ begin execute 'create role postgres password ''${secret}'''; end $$;`,
    `do $$ begin raise notice 'create role x password ''${secret}'''; raise exception 'password ''${secret}'''; end $$;`,
    `create table t (id int); alter role postgres encrypted password E'${secret}' valid until 'nonsense';`,
    `create role postgres password $pw$${secret}$pw$;`,
  ];
  const failures: unknown[] = [];
  for (const sql of bad) {
    home.write({ 1: sql });
    const failure = await home.failing();
    failures.push({ ...failure, message: failure.message, stack: failure.stack, cause: failure.cause });
    expect(failure.problem.where).toMatchObject({ line: 1 });
  }
  home.write({ 1: `create role ${role} login password '${secret}'; drop role ${role};` });
  await home.apply();
  expect(failures).toHaveLength(bad.length);
  expect(JSON.stringify([failures, home.events])).not.toContain(secret);
  const journal = await home.rows(
    "select string_agg(to_jsonb(m)::text, ' ') from (select to_jsonb(x) from roadbook.migration x union all select to_jsonb(r) from roadbook.run r union all select to_jsonb(s) from roadbook.stage s) m",
  );
  expect(journal[0]?.[0]).toContain(idOf('1'));
  expect(journal[0]?.[0]).not.toContain(secret);
});
