// Does `plan` say what would be done to a live database, and leave it as it is?
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../src/apply/apply.ts';
import { connect } from '../../../src/database/connect.ts';
import { status } from '../../../src/history/status.ts';
import {
  acquireLease,
  beginMigration,
  endMigration,
  ensureJournal,
  holderHere,
  startRun,
} from '../../../src/journal/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { PlanOutcome } from '../../../src/model/outcome.ts';
import { version } from '../../../src/model/version.ts';
import { majors } from '../../harness/servers.ts';
import { to } from '../database/to.ts';
import { idOf, project } from './project.ts';

const index = 'CREATE INDEX users_email_idx ON users (email);';

function kinds({ migrations }: PlanOutcome): readonly (readonly string[])[] {
  return migrations.map(({ mode, stages }) => [mode, ...stages.map(({ kind }) => kind)]);
}

async function failure(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw error ?? new Error('it did not fail');
}

test.each(majors)('what is large is cut into stages, what is small is not, on PostgreSQL %i', async (major) => {
  await using home = await project(
    { '1_large': index, '2_small': 'CREATE INDEX ON tags (name); ALTER TABLE tags ADD COLUMN n integer;' },
    { major },
  );
  const outcome = await home.plan();
  expect(kinds(outcome)).toEqual([
    ['online', 'concurrent'],
    ['atomic', 'transaction'],
  ]);
  expect(outcome.migrations[0]?.stages[0]?.steps[0]).toMatchObject({
    sql: expect.stringContaining('CONCURRENTLY'),
    locks: [{ relation: 'public.users', mode: 'SHARE UPDATE EXCLUSIVE' }],
    change: 'create-index',
    hazards: [],
    undo: expect.any(String),
  });
  expect(outcome.tables.find(({ relation }) => relation === 'public.users')).toEqual({
    relation: 'public.users',
    rows: 20_000,
    bytes: expect.any(Number),
  });
  expect(outcome).toMatchObject({ database: { name: home.database.name, embedded: false }, interrupted: null });
});

test('nothing is made in the database, not even the journal', async () => {
  await using home = await project({ '1_a': index });
  const objects = `select array_agg(nspname::text order by 1) as all from pg_namespace where nspname !~ '^pg_(toast_)?temp'`;
  const before = (await home.database.query(objects)).rows;
  await home.plan();
  expect((await home.database.query(objects)).rows).toEqual(before);
  expect((await home.database.query(`select to_regclass('users_email_idx') as i`)).rows).toEqual([{ i: null }]);
});

test('nothing pending is an empty plan', async () => {
  await using home = await project({});
  expect(await home.plan()).toMatchObject({ migrations: [], tables: [], problems: [] });
});

test('what a pending migration makes is known to the next one', async () => {
  await using home = await project({
    '1_make': 'CREATE TABLE made (id bigint PRIMARY KEY); ALTER TABLE users RENAME TO people;',
    '2_use': 'CREATE INDEX ON made (id, id); CREATE INDEX ON people (email);',
  });
  const { migrations } = await home.plan();
  const built = migrations[1]?.stages.flatMap(({ kind, steps }) => steps.map(({ sql }) => [kind, sql]));
  expect(built).toEqual([
    ['transaction', expect.stringMatching(/^CREATE INDEX ON made/)],
    ['concurrent', expect.stringMatching(/^CREATE INDEX CONCURRENTLY \w+ ON people/)],
  ]);
});

test('--to plans up to one, and one that is not there is told', async () => {
  await using home = await project({ '1_a': index, '2_b': 'SELECT 1' });
  const { migrations } = await home.plan({ to: idOf('1_a') });
  expect(migrations.map(({ id }) => id)).toEqual([idOf('1_a')]);
  expect((await failure(home.plan({ to: 'nothing' }))).problem.code).toBe('migration-unknown');
});

describe('the option online', () => {
  test('of the migration comes before that of the configuration', async () => {
    await using home = await project({
      '1_always': `-- roadbook:option online=always\nCREATE INDEX ON tags (name);`,
      '2_never': `-- roadbook:option online=never park=none\n${index} UPDATE users SET age = 1; UPDATE users SET age = 2;`,
      '3_auto': 'CREATE INDEX ON tags (id);',
      '4_auto': 'CREATE INDEX ON users (age);',
    });
    const auto = await home.plan();
    expect(kinds(auto)).toEqual([
      ['online', 'concurrent'],
      ['atomic', 'transaction'],
      ['atomic', 'transaction'],
      ['online', 'concurrent'],
    ]);
    writeFileSync(join(home.directory, 'roadbook.config.json'), '{"online":"never"}');
    expect(kinds(await home.plan()).map(([mode]) => mode)).toEqual(['online', 'atomic', 'atomic', 'atomic']);
    writeFileSync(join(home.directory, 'roadbook.config.json'), '{"online":"sometimes"}');
    expect((await failure(home.plan())).problem.message).toBe('setting "online" is not auto or always or never');
  });
});

test('a TypeScript migration is planned by its SQL', async () => {
  await using home = await project({
    '20260101000001_typed.ts': `export default { kind: 'migration', up: 'CREATE INDEX users_email_idx ON users (email)' };`,
  });
  expect(kinds(await home.plan())).toEqual([['online', 'concurrent']]);
});

test('every mistake in every file is told at once', async () => {
  await using home = await project({ '1_a': 'CREATE TABEL a ();', '2_b': 'SELEC 1;' });
  const { problem, others, reason } = await failure(home.plan());
  expect([problem, ...others].map(({ where }) => where?.file)).toEqual([
    `migrations/${idOf('1_a')}.sql`,
    `migrations/${idOf('2_b')}.sql`,
  ]);
  expect(reason).toBe('migration');
});

describe('the fingerprint', () => {
  test('is the same for the same, and does not look at sizes or white space', async () => {
    await using home = await project({ '1_a': index });
    const { fingerprint } = await home.plan();
    expect(fingerprint).toMatch(/^[0-9a-hj-km-np-tv-z]{26}$/);
    await home.database.query(`insert into users select g from generate_series(20001, 40000) g; analyze users`);
    home.write({ '1_a': `-- why\n${index}\n\n` });
    expect((await home.plan()).fingerprint).toBe(fingerprint);
  });

  test('is another for another text, another catalog, other steps', async () => {
    await using home = await project({ '1_a': index });
    const seen = [(await home.plan()).fingerprint];
    home.write({ '1_a': 'CREATE INDEX users_email_idx ON users (email, age);' });
    seen.push((await home.plan()).fingerprint);
    await home.database.query('alter table tags add column more integer');
    seen.push((await home.plan()).fingerprint);
    home.write({ '1_a': '-- roadbook:option online=never\nCREATE INDEX users_email_idx ON users (email, age);' });
    seen.push((await home.plan()).fingerprint);
    home.write({ '2_b': 'SELECT 1' });
    seen.push((await home.plan()).fingerprint);
    expect(new Set(seen).size).toBe(5);
  });
});

test('a password is shown as stars', async () => {
  await using home = await project({ '1_a': `CREATE ROLE plan_secret LOGIN PASSWORD 'geheim123';` });
  const text = JSON.stringify(await home.plan());
  expect(text).not.toContain('geheim');
  expect(text).toContain('PASSWORD ***********');
});

test('a role that may see only the catalog gets its plan', async () => {
  await using home = await project({ '1_a': index });
  const role = `r_${home.database.name}`;
  await home.database.query(`create role ${role} login`);
  try {
    const url = new URL(home.database.url);
    url.username = role;
    expect(kinds(await home.plan({ database: url.href }))).toEqual([['online', 'concurrent']]);
    await using connection = await connect(to(home.database.url));
    await ensureJournal(connection, version);
    const { problem, reason } = await failure(home.plan({ database: url.href }));
    expect([problem.code, reason]).toEqual(['journal-unreadable', 'connection']);
  } finally {
    await home.database.query(`drop role ${role}`);
  }
});

test('a table that is locked is waited for, and who is in the way is told', async () => {
  await using home = await project({ '1_a': 'SELECT 1' });
  const events: string[] = [];
  await home.database.query('begin; lock table users');
  const planned = home.plan({ onEvent: ({ type }) => void events.push(type) });
  await expect.poll(() => events, { timeout: 8_000 }).toContain('lock-waiting');
  await home.database.query('commit');
  expect((await planned).migrations).toHaveLength(1);
});

describe('what the journal says', () => {
  test('what is applied is not planned, and drift is told as by status', async () => {
    await using home = await project({ '1_a': 'CREATE TABLE a (id bigint)', '2_b': 'SELECT 1' }, { before: '' });
    await apply({ directory: home.directory, database: home.database.url, env: {}, to: idOf('1_a') });
    const before = await home.plan();
    expect(before).toMatchObject({ migrations: [{ id: idOf('2_b') }], problems: [] });
    await home.database.query('alter table a add column more integer');
    const { problems } = await home.plan();
    expect(problems).toEqual((await status({ directory: home.directory, database: home.database.url, env: {} })).drift);
    expect(problems).toHaveLength(1);
  });

  test('an applied migration that was changed stops it', async () => {
    await using home = await project({ '1_a': 'CREATE TABLE a (id bigint)' }, { before: '' });
    await apply({ directory: home.directory, database: home.database.url, env: {} });
    home.write({ '1_a': 'CREATE TABLE a (id integer)' });
    expect((await failure(home.plan())).problem.code).toBe('migration-changed');
  });

  test('one that was begun goes on by its own plan, and is known to those after it', async () => {
    await using home = await project({
      '1_a': 'ALTER TABLE users RENAME TO people; CREATE INDEX ON people (email)',
      '2_b': 'CREATE INDEX ON people (age)',
    });
    const whole = await home.plan();
    await using connection = await connect(to(home.database.url));
    await ensureJournal(connection, version);
    const [first] = whole.migrations;
    await using lease = await acquireLease(connection, { waitMs: 0, holder: holderHere(version, 'apply') });
    const runId = await startRun(connection, lease, holderHere(version, 'apply'));
    const number = await beginMigration(connection, lease, {
      runId,
      id: first?.id ?? '',
      checksum: first?.checksum ?? '',
      digest: '',
      format: 'sql',
      mode: 'online',
      stages: 3,
    });
    await endMigration(connection, lease, number, 'interrupted');
    const { migrations, interrupted, problems } = await home.plan();
    expect(interrupted).toMatchObject({ id: idOf('1_a'), stages: 3 });
    expect(problems.map(({ code }) => code)).toEqual(['migration-goes-on']);
    expect(migrations.map(({ id }) => id)).toEqual([idOf('2_b')]);
    expect(migrations[0]?.stages.map(({ kind }) => kind)).toEqual(['concurrent']);
  });
});
