// Does `plan --sql` do the same as the migrations themselves, through psql and through a connection?
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareCatalogs, readCatalog } from '../../../src/database/catalog/index.ts';
import { connect } from '../../../src/database/connect.ts';
import { planScript } from '../../../src/plan/script.ts';
import { stageScript } from '../../../src/plan/stage-script.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { to } from '../database/to.ts';
import { large, project } from './project.ts';

const psql = spawnSync('psql', ['--version']).status === 0;

const files = {
  '1_stages': `-- What it does;
-- is told.
CREATE INDEX users_email_idx ON users (email);
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
UPDATE users SET age = age + 1 WHERE email <> ':email \\ $batch$';
-- roadbook:verify
SELECT * FROM users WHERE age < 0;`,
  '2_settings': `SET LOCAL search_path = "o'ther", public;
CREATE TABLE "a
b" (id bigint);
CREATE INDEX ON users (age);
CREATE FUNCTION f(a integer[]) RETURNS integer LANGUAGE sql AS $$ select a[1] $$;`,
  '3_after': `CREATE TABLE after (id bigint);`,
};
const before = `${large} CREATE SCHEMA "o'ther";`;

async function stateOf(url: string) {
  await using connection = await connect(to(url));
  const { rows } = await connection.query('select id, email, age from public.users order by id');
  return { catalog: await readCatalog(connection), rows };
}

test.each(majors)('the end is that of the migrations as written, on PostgreSQL %i', async (major) => {
  await using naive = await freshDatabase(major, before);
  for (const sql of Object.values(files)) {
    await naive.query(`begin; ${sql} commit`);
    await naive.query('discard all');
  }
  const expected = await stateOf(naive.url);

  await using home = await project(files, { major, before });
  const outcome = await home.plan();
  const same = async (how: string, url: string) => {
    const state = await stateOf(url);
    expect(compareCatalogs(expected.catalog, state.catalog), how).toEqual([]);
    expect(state.rows, how).toEqual(expected.rows);
  };

  if (psql) {
    await using other = await freshDatabase(major, before);
    const script = join(home.directory, 'plan.sql');
    writeFileSync(script, planScript(outcome));
    const run = spawnSync('psql', ['-X', '-q', '-f', script, other.url], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    await same('psql', other.url);
  } else console.log('there is no psql here: only the connection is tried');

  for (const { stages } of outcome.migrations) {
    await using connection = await connect(to(home.database.url));
    for (const stage of stages) for (const message of stageScript(stage)) await connection.run(message);
  }
  await same('a connection', home.database.url);
});

test('it says what is done, what is locked, and hides what is secret', async () => {
  await using home = await project({
    '1_index': 'CREATE INDEX users_email_idx ON users (email);',
    '2_role': `CREATE ROLE plan_script LOGIN PASSWORD 'geheim123';`,
  });
  const script = planScript(await home.plan());
  const steady = script.replaceAll(/plan [0-9a-z]{26}/g, 'plan …').replaceAll(/for t_\w+, PostgreSQL [\d.]+/g, 'for …');
  expect(steady).toMatchInlineSnapshot(`
    "-- Roadbook's plan …
    -- for …
    --
    -- Run it with psql. It stops at the first error: what was committed by then stays, and it can go on from the stage that failed.
    -- Roadbook's journal does not hear of it; \`roadbook apply\` does the same, writes it down, waits for locks, resumes and verifies.

    \\set ON_ERROR_STOP on

    -- --- 20260101000001_index ---
    -- online: It touches tables that are large or not known to be small, so it is cut into stages.

    -- Stage 1 of 1, outside of a transaction
    --   build index public.users_email_idx while public.users is written
    --   SHARE UPDATE EXCLUSIVE on public.users while every row is read: blocks other schema changes and VACUUM, but no reader and no writer
    CREATE INDEX CONCURRENTLY users_email_idx ON users (email);

    DISCARD ALL;

    -- --- 20260101000002_role ---
    -- atomic: Every table that it touches is new or small.
    -- error: the password of role plan_script is written in the migration
    -- note: role plan_script belongs to the whole cluster, not to this database
    -- note: this statement is not taken back by undo

    -- Stage 1 of 1, in one transaction
    --   A role is made: role plan_script
    --   What is secret stands as stars: put it in before this is run.
    BEGIN;
    SET LOCAL lock_timeout = '1s';
    CREATE ROLE plan_script LOGIN PASSWORD ***********;
    COMMIT;

    DISCARD ALL;"
  `);
});

test('nothing pending is a script that does nothing', async () => {
  await using home = await project({});
  const script = planScript(await home.plan());
  expect(script.split('\n').filter((line) => !line.startsWith('--'))).toEqual([]);
  expect(script).toContain('Nothing is pending.');
});
