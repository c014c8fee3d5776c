// What is there after a statement outside of a transaction was cut off before, while and after it ran, and what does the next run do?
import { describe, expect, test } from 'vitest';
import { newest } from '../../harness/servers.ts';
import { idOf, type Project, project, session, until } from './project.ts';
import type { Runner, Running } from './runner.ts';

const schema = `create table t (id int, email text) partition by range (id); create table t1 partition of t for values from (1) to (9);
  create table users (id int, email text); create index old on users (id);`;

export interface Case {
  readonly sql: string;
  readonly table: string;
  /** Keeps it from ending once it has begun. */
  readonly holder: string;
  /** One row where it is half done, and one where it is done. */
  readonly half: string;
  readonly done: string;
}

export const cases = {
  'CREATE INDEX': {
    sql: "create unique index concurrently i on users (lower(email), id desc) include (email) with (fillfactor = 70) where email <> '';",
    table: 'users',
    holder: 'insert into users values (9)',
    half: "select 1 from pg_index where indexrelid = to_regclass('i') and not indisvalid",
    done: "select 1 from pg_index where indexrelid = to_regclass('i') and indisvalid",
  },
  'DROP INDEX': {
    sql: 'drop index concurrently old;',
    table: 'users',
    holder: 'select from users',
    half: "select 1 from pg_index where indexrelid = to_regclass('old') and not indisvalid",
    done: "select 1 where to_regclass('old') is null",
  },
  'DETACH PARTITION': {
    sql: 'alter table t detach partition t1 concurrently;',
    table: 't',
    holder: 'select from t',
    half: "select 1 from pg_inherits where inhrelid = 't1'::regclass and inhdetachpending",
    done: "select 1 where not exists (select from pg_inherits where inhrelid = 't1'::regclass)",
  },
} as const satisfies Readonly<Record<string, Case>>;

export async function begun(sql: string, major: number = newest): Promise<Project> {
  const home = await project({ 1: schema, 2: sql, 3: 'create table behind (id int);' }, { major });
  await home.apply({ to: idOf('1') });
  return home;
}

export const there = async (home: Project, sql: string) => (await home.rows(sql)).length === 1;
export const atWork = (home: Project, wait: string) =>
  `select 1 from pg_stat_activity where datname = '${home.database.name}' and application_name like 'roadbook:%' and wait_event_type = 'Lock' and query ~* '${wait}'`;

/** Killed, and the server has noticed. */
export async function gone(home: Project, victim: Running): Promise<void> {
  await victim.kill();
  const left = `select from pg_stat_activity where datname = '${home.database.name}' and application_name like 'roadbook:%'`;
  await until(async () => (await home.rows(left)).length === 0);
}

async function goesOn(home: Project, { done }: Case): Promise<void> {
  expect(await home.status()).toMatchObject({
    state: 'interrupted',
    interrupted: { id: idOf('2'), stage: 1, stages: 1 },
    drift: [],
  });
  const { applied, problems } = await home.apply();
  expect(applied.map(({ id, mode }) => [id, mode])).toEqual([
    [idOf('2'), 'online'],
    [idOf('3'), 'atomic'],
  ]);
  expect(problems).toEqual([]);
  expect(await there(home, done)).toBe(true);
  expect(await home.rows('select outcome from roadbook.migration order by number')).toEqual([
    ['done'],
    ['done'],
    ['done'],
  ]);
  expect(await home.status()).toMatchObject({ state: 'current', interrupted: null, drift: [] });
}

/** `runner` is asked for when a test begins. */
export function cutOff(name: string, wish: Case, runner: () => Runner, major: number = newest): void {
  describe.concurrent(`${name} CONCURRENTLY on PostgreSQL ${major}, killed with -9`, () => {
    test.concurrent('before it began', async () => {
      await using home = await begun(wish.sql, major);
      await using other = await session(home.database.url);
      await other.query(`begin; lock table ${wish.table} in share mode`);
      const victim = runner().start(home);
      await until(() => there(home, atWork(home, 'concurrently')));
      await gone(home, victim);
      await other.query('commit');
      await goesOn(home, wish);
    });

    test.concurrent('while it ran', async () => {
      await using home = await begun(wish.sql, major);
      await using other = await session(home.database.url);
      await other.query(`begin; ${wish.holder}`);
      const victim = runner().start(home);
      await until(() => there(home, wish.half));
      await gone(home, victim);
      await other.query('rollback');
      await goesOn(home, wish);
    });

    test.concurrent('when it was done, and nobody had written that down', async () => {
      await using home = await begun(wish.sql, major);
      await using other = await session(home.database.url);
      await using keeper = await session(home.database.url);
      await other.query(`begin; ${wish.holder}`);
      const victim = runner().start(home);
      await until(() => there(home, wish.half));
      await keeper.query('begin; lock table roadbook.stage in exclusive mode');
      await other.query('rollback');
      await until(() => there(home, wish.done));
      await until(() => there(home, atWork(home, 'update roadbook.stage')));
      await gone(home, victim);
      await keeper.query('rollback');
      await goesOn(home, wish);
    });

    test.concurrent('its backend is ended by an administrator: the run goes on by itself', async () => {
      await using home = await begun(wish.sql, major);
      await using other = await session(home.database.url);
      await other.query(`begin; ${wish.holder}`);
      const running = home.apply();
      await until(() => there(home, wish.half));
      await home.rows(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~* 'concurrently' and pid <> pg_backend_pid()`,
      );
      await until(() => home.events.some(({ type }) => type === 'reconnected'));
      await other.query('rollback');
      expect(await running).toMatchObject({ applied: [{ id: idOf('2'), retries: 1 }, { id: idOf('3') }] });
      expect(await there(home, wish.done)).toBe(true);
    });
  });
}
