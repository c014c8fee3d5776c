// Is it found why a migration is stuck, stopped or cut off, and what the journal says is wrong?
import { expect, test } from 'vitest';
import { idOf, project, session, until } from '../apply/project.ts';
import { examine, only, words } from './examine.ts';

const online = '-- roadbook:option online=always\n';

test('a migration that is stuck behind a lock: who runs it, and who is in the way', async () => {
  await using home = await project({ 1: 'alter table t add column a int;' }, { before: 'create table t (id int)' });
  await using other = await session(home.database.url);
  await other.query('begin; lock table t in access share mode');
  const applying = home.apply();
  let found = '';
  await until(async () => {
    const { problems } = await examine(home, { only: 'lease' });
    found = problems
      .filter(({ code }) => code === 'run-waits')
      .map(words)
      .join('\n');
    return found !== '';
  });
  expect(found).toContain('roadbook apply is at work, and waits for others');
  expect(found).toMatch(/In the way: pid \d+, .*idle in transaction for \d+ s, holds AccessShareLock on t/);
  expect(found).toContain('pg_terminate_backend');
  await other.query('rollback');
  expect((await applying).verdict).toBe('verified');
});

test('a migration that stopped on its way, and a run that died: how it goes on', async () => {
  const unique = `${online}alter table t add column b int;\n-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\ncreate unique index t_a on t (a);`;
  await using home = await project({
    1: 'create table t (id int primary key, a int); insert into t values (1, 1), (2, 1);',
    2: unique,
  });
  await home.apply({ to: idOf('1') });
  await home.failing();
  const outcome = await examine(home);
  expect(outcome.exit).toBe('migration');
  const found = only(outcome, 'migration-interrupted');
  expect(found.message).toMatch(new RegExp(`^${idOf('2')} stopped in stage \\d of \\d$`));
  expect(found.detail).toContain('1 of 2 stages is done and stays.');
  expect(found.detail).toContain('What stopped it: could not create unique index "t_a"');
  expect(found.hint).toContain('`roadbook apply`: it goes on there, and does nothing twice');
  expect(outcome.problems.map(({ code }) => code)).not.toContain('made-already');
  expect(outcome.problems.map(({ code }) => code)).not.toContain('database-drifted');
  await home.database.query(`update roadbook.lease set token = 'x', os_user = 'ada', host = 'laptop', pid = 42, role = 'postgres',
    roadbook_version = '0', activity = 'apply', acquired_at = now() - interval '1 h', heartbeat_at = now() - interval '50 min', expires_at = now() - interval '49 min'`);
  const stale = only(await examine(home, { only: 'journal' }), 'lease-stale');
  expect(stale).toMatchObject({ severity: 'warning', hint: expect.stringContaining('the next run takes it') });
  expect(stale.detail).toContain('ada@laptop, process 42');
  home.remove('2');
  expect(only(await examine(home), 'interrupted-without-file').hint).toContain('Bring the file back');
  home.write({ 2: unique });
  await home.database.query('delete from t where id = 2');
  await home.apply();
  expect(await examine(home, { only: 'journal' })).toMatchObject({ exit: 'done', problems: [] });
});

test('a migration that times out on a large table: which limit, for whom, and the way round it', async () => {
  const role = `doctor_${process.pid}_${Date.now()}`;
  await using home = await project(
    { 1: 'alter table public.large add check (repeat(md5(a::text), 50) <> md5(a::text));' },
    {
      before: `create table large as select generate_series(1, 200000) as a; analyze large; create role ${role} login superuser; alter role ${role} set statement_timeout = '60ms'`,
    },
  );
  try {
    const url = new URL(home.database.url);
    url.username = role;
    expect((await home.failing({ database: url.href })).problem.code).toBe('cancelled');
    const found = only(await examine(home, { database: url.href, only: 'timeouts' }), 'time-limit');
    expect(found.message).toBe('statement_timeout ends whatever takes more than 60ms');
    expect(found.detail).toContain(`It is set for the role ${role}.`);
    expect(found.detail).toMatch(/The largest table is public\.large, with \d/);
    expect(found.hint).toContain(`ALTER ROLE ${role} SET statement_timeout = 0;`);
    // As the hint says.
    url.search = '?options=-c%20statement_timeout%3D0';
    expect((await home.apply({ database: url.href })).verdict).toBe('verified');
    expect((await examine(home, { database: url.href, only: 'timeouts' })).problems).toEqual([]);
  } finally {
    await home.database.query(`drop owned by ${role} cascade; drop role ${role}`).catch(() => {});
  }
});

test('drift ends with 4: what changed, and what takes it back; changed and missing files end with 1', async () => {
  await using home = await project({ 1: 'create table a (id int, note text);', 2: 'create table b (id int);' });
  await home.apply();
  await home.database.query('alter table a drop column note');
  const drifted = await examine(home);
  expect(drifted.exit).toBe('drift');
  const found = only(drifted, 'database-drifted');
  expect(found.detail).toContain('column public.a.note is missing');
  expect(found.repair?.join()).toContain('ALTER TABLE public.a ADD COLUMN note text');
  for (const sql of found.repair ?? []) await home.database.query(sql);
  expect(await examine(home, { only: 'drift' })).toMatchObject({ exit: 'done', problems: [] });
  home.write({ 1: 'create table a (id bigint, note text);', 3: 'create tabel c (id int);' });
  home.remove('2');
  const { exit, problems } = await examine(home, { only: 'migration-files' });
  expect(exit).toBe('migration');
  expect(problems.map(({ code }) => code)).toEqual(['migration-changed', 'migration-missing', 'syntax-error']);
});

test('a journal that is gone, another’s, or newer; a folder whose names are not clear', async () => {
  await using home = await project({ 1: 'create table t (id int primary key); create table u (id int);' });
  await home.apply();
  await home.database.query(
    'create schema roadbook_parked; update roadbook.upgrade set number = 9999 where number = 1',
  );
  const newer = await examine(home);
  expect(newer).toMatchObject({ exit: 'usage' });
  expect(only(newer, 'journal-newer').hint).toContain('Install the newest');
  await home.database.query('drop schema roadbook cascade');
  expect(only(await examine(home), 'journal-gone')).toMatchObject({ severity: 'error' });
  await home.database.query('create schema roadbook; create table roadbook.songs (id int)');
  expect(only(await examine(home), 'journal-foreign').hint).toContain('ALTER SCHEMA roadbook RENAME TO');
  await home.database.query('drop schema roadbook cascade; drop schema roadbook_parked');
  home.write({ '1-bad name': 'select 1;' });
  expect((await examine(home, { only: 'migration-names' })).exit).not.toBe('done');
});
