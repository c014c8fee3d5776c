// Is every trouble that the five guides name found, with its cause, what shows it, and the way out?
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { doctor } from '../../../src/doctor/doctor.ts';
import { freshDatabase, newest, serverUrl } from '../../harness/servers.ts';
import { idOf, project } from '../apply/project.ts';
import { examine, only, words } from './examine.ts';

test('relation already exists: equal and empty, equal with rows, different', async () => {
  const table = (name: string) =>
    `create table ${name} (id bigint primary key, email text not null default 'a' unique)`;
  await using home = await project(
    { 1: `${table('empty')};\n${table('filled')};\n${table('other')};` },
    {
      before: `${table('empty')}; ${table('filled')}; insert into filled values (1); create table other (id int primary key, email varchar(50), more int)`,
    },
  );
  const refused = await home.failing();
  expect(refused.problem).toMatchObject({ code: 'relation-exists', message: 'relation "empty" already exists' });
  const outcome = await examine(home, { only: 'leftovers' });
  expect(outcome.exit).toBe('migration');
  const [empty, filled, other] = outcome.problems;
  expect(empty).toMatchObject({ code: 'made-already', severity: 'error', where: { line: 1 } });
  expect(empty?.message).toBe(`table public.empty, which ${idOf('1')} makes, is there already and equal`);
  expect(empty?.detail).toContain('“relation "empty" already exists”');
  expect(empty?.detail).toContain('It has no rows.');
  expect(empty?.hint).toContain('CREATE TABLE IF NOT EXISTS');
  expect(empty?.hint).toContain('DROP TABLE public.empty;');
  expect(filled).toMatchObject({ code: 'made-already', severity: 'error' });
  expect(filled?.detail).toContain('It has rows');
  expect(filled?.hint).not.toContain('DROP TABLE');
  expect(other).toMatchObject({ code: 'made-differently', severity: 'error' });
  expect(other?.detail).toContain('column id: integer there, bigint in the migration');
  expect(other?.detail).toContain('column email: character varying(50) there, text in the migration');
  expect(other?.detail).toContain('column email: NOT NULL in the migration only');
  expect(other?.detail).toContain('column more is there, and not in the migration');
  expect(other?.detail).toContain('UNIQUE (email) is not there');
  // The ways out lead out.
  await home.database.query('drop table public.empty; alter table public.other rename to other_old');
  home.write({
    1: `${table('empty')};\n${table('filled').replace('table', 'table if not exists')};\n${table('other')};`,
  });
  await home.database.query('alter table other_old rename constraint other_pkey to other_old_pkey');
  const after = await examine(home, { only: 'leftovers' });
  expect(after.problems.map(({ code, severity }) => [code, severity])).toEqual([['made-already', 'note']]);
  expect((await home.apply()).verdict).toBe('verified');
});

test('type already exists, and enum conflicts: who uses it, which labels differ, and never CASCADE', async () => {
  await using home = await project(
    {
      1: `create type unused as enum ('a', 'b');
create type same as enum ('a', 'b');
create type fewer as enum ('a', 'b', 'c');
create type others as enum ('x', 'y');`,
    },
    {
      before: `create type unused as enum ('a', 'b'); create type same as enum ('a', 'b'); create type fewer as enum ('a', 'b');
        create type others as enum ('b', 'a'); create table t (s same, f fewer[], o others)`,
    },
  );
  expect((await home.failing()).problem.message).toBe('type "unused" already exists');
  const [unused, same, fewer, others] = (await examine(home, { only: 'leftovers' })).problems;
  expect(unused).toMatchObject({ code: 'made-already', severity: 'error' });
  expect(unused?.detail).toContain('No column uses it.');
  expect(unused?.hint).toContain('DROP TYPE public.unused;');
  expect(same?.detail).toContain('t.s uses it.');
  expect(same?.hint).toContain(`IF to_regtype('public.same') IS NULL THEN create type same as enum ('a', 'b'); END IF`);
  expect(fewer).toMatchObject({ code: 'made-differently' });
  expect(fewer?.detail).toContain('the labels c are not there');
  expect(fewer?.detail).toContain('t.f uses it.');
  expect(fewer?.hint).toContain(`ALTER TYPE public.fewer ADD VALUE 'c';`);
  expect(others?.detail).toContain(
    'the labels x, y are not there; the labels b, a are there, and not in the migration',
  );
  expect(others?.hint).toContain('ALTER TYPE public.others RENAME TO');
  for (const one of [fewer, others]) expect(one?.hint).toContain('Do not drop it with CASCADE');
  // As the hints say.
  await home.database.query('drop type unused; alter type others rename to others_old');
  home.write({
    1: `create type unused as enum ('a', 'b');
do $$ begin if to_regtype('public.same') is null then create type same as enum ('a', 'b'); end if; end $$;
alter type fewer add value 'c';
create type others as enum ('x', 'y');`,
  });
  expect((await home.apply()).verdict).toBe('verified');
});

test('column already exists: equal, different, and passed over by IF NOT EXISTS', async () => {
  await using home = await project(
    {
      1: `alter table t add column a text not null default 'x';
alter table t add column b bigint;
alter table t add column if not exists c int;
alter table t add column if not exists d text;`,
    },
    { before: `create table t (id int, a text not null default 'x', b int, c int, d int)` },
  );
  expect((await home.failing()).problem).toMatchObject({ code: 'column-exists' });
  const { problems } = await examine(home, { only: 'leftovers' });
  expect(problems.map(({ code, severity, message }) => [code, severity, message.replace(/,.*/, '')])).toEqual([
    ['made-already', 'error', 'column public.t.a'],
    ['made-differently', 'error', 'column public.t.b'],
    ['made-differently', 'warning', 'column public.t.d'],
    ['made-already', 'note', 'column public.t.c'],
  ]);
  const [a, b, d] = problems;
  expect(a?.detail).toContain('column "a" of relation "t" already exists');
  expect(a?.hint).toContain('ADD COLUMN IF NOT EXISTS');
  expect(b?.detail).toContain('integer there, bigint in the migration');
  expect(b?.hint).toContain('ALTER TABLE public.t RENAME COLUMN b TO b_old;');
  expect(d?.detail).toContain('IF NOT EXISTS passes over it, and it stays as it is.');
});

test('permission denied: on the table, on the schema, and for the journal', async () => {
  const role = `doctor_${process.pid}_${Date.now()}`;
  await using home = await project(
    { 1: 'alter table t add column a int;' },
    { before: `create table t (id int); create role ${role} login; revoke create on schema public from public` },
  );
  try {
    const url = new URL(home.database.url);
    url.username = role;
    expect(await home.failing({ database: url.href })).toMatchObject({ exitCode: 7 });
    const outcome = await examine(home, { database: url.href });
    expect(outcome.exit).toBe('connection');
    const rights = outcome.problems.filter(({ code }) => code === 'right-missing').map(words);
    expect(rights.join('\n')).toMatch(/does not own table public\.t\n.*belongs to the role postgres/);
    expect(only(outcome, 'journal-not-creatable')).toMatchObject({
      severity: 'error',
      hint: expect.stringContaining(`GRANT CREATE ON DATABASE ${home.database.name} TO ${role};`),
    });
    expect(only(outcome, 'schema-not-writable').repair).toEqual([`GRANT CREATE ON SCHEMA public TO ${role}`]);
    expect(only(outcome, 'activity-hidden')).toMatchObject({ severity: 'note' });
    // As the hints say.
    await home.database.query(
      `grant create on database ${home.database.name} to ${role}; grant create on schema public to ${role}; alter table t owner to ${role}; grant pg_monitor to ${role}`,
    );
    expect(await examine(home, { database: url.href, only: 'rights' })).toMatchObject({ exit: 'done', problems: [] });
    expect((await home.apply({ database: url.href })).verdict).toBe('verified');
    // Somebody else’s journal.
    const other = `${role}_b`;
    await home.database.query(`create role ${other} login`);
    url.username = other;
    const unread = await examine(home, { database: url.href });
    expect(unread.exit).toBe('connection');
    expect(only(unread, 'journal-unreadable').hint).toContain(`GRANT USAGE ON SCHEMA roadbook TO ${other}`);
    expect(only(unread, 'journal-not-ours').hint).toContain(`GRANT ${role} TO ${other};`);
    await home.database.query(`drop owned by ${other}; drop role ${other}`);
  } finally {
    await home.database.query(`drop owned by ${role} cascade; drop role ${role}`).catch(() => {});
  }
});

test('wrong database: unknown, the server’s own, and one that was migrated from other files', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  const url = new URL(home.database.url);
  url.pathname = `/${home.database.name}x`;
  const unknown = await examine(home, { database: url.href });
  expect(unknown).toMatchObject({ exit: 'connection', database: null });
  const found = only(unknown, 'database-unknown');
  expect(found.hint).toContain(`Did you mean ${home.database.name}`);
  expect(found.detail).toContain(`the database ${home.database.name}x as the user postgres, given with --database`);
  const maintenance = await examine(home, { database: serverUrl(newest), only: 'connection' });
  expect(words(only(maintenance, 'maintenance-database'))).toMatch(/On this server there (?:is|are) also .*t_/);
  await home.apply();
  home.remove('1');
  home.write({ 2: 'create table b (id int);' });
  const other = await examine(home);
  expect(only(other, 'wrong-database')).toMatchObject({
    severity: 'error',
    detail: expect.stringContaining(idOf('1')),
  });
});

test('connection refused: where it was tried and where that came from; what needs no database is looked at', async () => {
  await using home = await project({ 1: 'create table a (id int);' });
  const port = await closedPort();
  const env = { PATH: process.env.PATH, DATABASE_URL: `postgres://ada:geheim@127.0.0.1:${port}/crm` };
  const outcome = await doctor({ directory: home.directory, env });
  expect(outcome).toMatchObject({ exit: 'connection', database: null });
  const found = only(outcome, 'connection-refused');
  expect(found.message).toBe(`no server listens on 127.0.0.1:${port}`);
  expect(found.detail).toBe(`Tried was 127.0.0.1, port ${port}: the database crm as the user ada, from DATABASE_URL.`);
  expect(found.hint).toContain('whether the server runs');
  expect(JSON.stringify(outcome)).not.toContain('geheim');
  expect(outcome.groups.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'connection found',
    'rights unknown',
    'journal unknown',
    'migrations good',
    'schema unknown',
    'load unknown',
    'storage unknown',
  ]);
});

test('foreign key violation: how many rows, which, and how they are repaired', async () => {
  await using home = await project(
    { 1: 'alter table grants add constraint grants_user_fk foreign key (user_id) references users (id);' },
    {
      before:
        'create table users (id int primary key); create table grants (id int primary key, user_id int); insert into users values (1); insert into grants values (1, 1), (2, 7), (3, 8)',
    },
  );
  const found = only(await examine(home, { only: 'in-the-way' }), 'orphans-in-the-way');
  expect(found.severity).toBe('error');
  expect(found.message).toContain('2 rows of public.grants');
  expect(found.rows).toMatchObject({ count: 2, exact: true, samples: ['id = 2', 'id = 3'] });
  await home.database.query(found.repair?.at(-1) ?? '');
  expect(await examine(home, { only: 'in-the-way' })).toMatchObject({ exit: 'done', problems: [] });
});

test('missing earlier migrations: which table, from which migration on, and what else can be the cause', async () => {
  await using home = await project({
    2: 'alter table users add column a int; create index on grants (user_id);',
    3: 'alter table users add column b int;',
  });
  expect((await home.failing()).problem).toMatchObject({ code: 'relation-missing' });
  const { problems, exit } = await examine(home, { only: 'missing-tables' });
  expect(exit).toBe('migration');
  const [first, ...more] = problems;
  expect(more).toEqual([]);
  expect(first?.message).toBe(`${idOf('2')} needs the tables public.users and public.grants, which are not there`);
  expect(first?.detail).toContain('There is no table at all in');
  expect(first?.hint).toContain('bring that file into the migrations folder');
  expect(first?.hint).toMatch(/On this server there/);
  // Made too late, and made in time.
  home.write({ 4: 'create table users (id int); create table grants (user_id int);' });
  expect((await examine(home, { only: 'missing-tables' })).problems[0]?.hint).toContain(
    `${idOf('4')} makes it, but runs later.`,
  );
  home.write({ 1: 'create table users (id int); create table grants (user_id int);' });
  home.remove('4');
  expect((await examine(home)).exit).toBe('done');
  // A slip of the pen is told by the tables that are there.
  await home.apply();
  home.write({ 5: 'alter table userz add column c int;' });
  expect(only(await examine(home, { only: 'missing-tables' }), 'table-missing').hint).toContain('Did you mean users?');
});

test('nothing is said of what pending statements themselves take away, replace or may have touched', async () => {
  await using home = await project(
    {
      1: 'drop table t; create table t (id bigint); alter table u rename to u_old; create table u (id bigint);',
      2: "drop type m; create type m as enum ('b'); create or replace view v as select 1 as a; create table if not exists n (id int);",
      3: 'create table if not exists n (id int); alter table t add column a int; do $$ begin drop table w; end $$; create table w (id int);',
    },
    {
      before: `create table t (id int); create table u (id int); create type m as enum ('a'); create view v as select 1 as a; create table w (id int)`,
    },
  );
  const { problems } = await examine(home, { only: 'migrations' });
  expect(problems.filter(({ check }) => check === 'leftovers' || check === 'missing-tables')).toEqual([]);
  expect((await home.apply()).verdict).toBe('verified');
});

test('a script that ran to its end is told as equal, although later statements changed what earlier ones made', async () => {
  const script = `create table t (id int); alter table t add column note text; create type m as enum ('a'); alter type m add value 'b';`;
  await using home = await project({ 1: script }, { before: script });
  const { problems } = await examine(home, { only: 'leftovers' });
  expect(problems.map(({ code, message }) => [code, message.replace(/,.*/, '')])).toEqual([
    ['made-already', 'table public.t'],
    ['made-already', 'enum public.m'],
  ]);
});

function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

test('a database with nothing wrong says so', async () => {
  await using database = await freshDatabase();
  const outcome = await doctor({ directory: '/nowhere/at/all', database: database.url, only: 'schema' });
  expect(outcome).toMatchObject({ exit: 'done', problems: [] });
});
