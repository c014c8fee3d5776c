// Is a stored plan taken up as it was written, and kept without passwords?
import { expect, test } from 'vitest';
import { keptPlan, restoredPlan } from '../../../src/apply/online/stored-plan.ts';
import type { MigrationPlan, Step } from '../../../src/model/plan.ts';
import { readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { failureOf, idOf, project } from './project.ts';

const step = (sql: string, more: Partial<Step> = {}): Step => ({
  sql,
  locks: [],
  change: 'c',
  statement: 0,
  does: 'it',
  hazards: [],
  undo: 'none',
  ...more,
});

async function read(text: string) {
  const file = { id: '20260101000000_a', path: 'a.sql', format: 'sql', text, digest: 'd' } as const;
  return readMigration(file, await loadParser(), 'a.sql');
}

test('a password is in the file, and not in what is kept', async () => {
  const own = "create role r password 'secret1'";
  const migration = await read(`${own};\nselect 1;`);
  const plan: MigrationPlan = {
    id: migration.id,
    checksum: migration.checksum,
    mode: 'online',
    because: 'Because.',
    stages: [
      { kind: 'transaction', settings: [], steps: [step(own, { secret: true }), step('select 1', { statement: 1 })] },
      { kind: 'transaction', settings: [], steps: [step(`${own} nologin`, { secret: true })] },
    ],
    problems: [],
  };
  const kept = keptPlan(plan, migration);
  expect(kept.stages[0]?.steps.map(({ sql }) => sql)).toEqual([null, 'select 1']);
  expect(kept.stages[1]?.steps[0]?.masked).toBe(true);
  expect(restoredPlan(kept, migration, 2).stages[0]?.steps.map(({ sql }) => sql)).toEqual([own, 'select 1']);
  const failure = await failureOf(Promise.resolve().then(() => restoredPlan(kept, migration, 1)));
  expect(failure.problem.code).toBe('plan-without-password');
});

test('nowhere in the journal, the events or the problems', async () => {
  await using home = await project(
    {
      1: `create user mapping for current_user server s options (user 'u', password 'secret2');
          create index concurrently on_email on users (email);
          alter user mapping for current_user server s options (set password 'secret2');
          select 1 / (select count(*) from users where email = 'none');`,
    },
    {
      before:
        'create extension postgres_fdw; create server s foreign data wrapper postgres_fdw; create table users (id int, email text)',
    },
  );
  expect(await home.failing()).toMatchObject({ problem: { code: 'sql-22012' } });
  const journal = await home.rows(
    'select (select json_agg(m)::text from roadbook.migration m) || (select json_agg(s)::text from roadbook.stage s)',
  );
  expect(`${journal}${JSON.stringify(home.events)}`).not.toContain('secret2');
  await home.database.query("insert into users values (1, 'none')");
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('1') }] });
});

test('it goes on by the plan it was begun with, although another one would be made now', async () => {
  await using home = await project(
    {
      1: 'alter table users add column note text;\n-- roadbook:ignore duplicates-in-the-way because PostgreSQL is to find them\ncreate unique index users_email on users (email);',
    },
    {
      before:
        "create table users (id int, email text); insert into users select i, 'u' || i from generate_series(1, 12000) i; insert into users values (0, 'u1'); analyze users",
    },
  );
  await home.failing();
  // Small by now: planned anew it would be one transaction.
  await home.database.query('truncate users; analyze users');
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online', stages: 2 }] });
  expect(await home.rows('select number, retries from roadbook.stage order by 1')).toEqual([
    [1, 0],
    [2, 1],
  ]);
});
