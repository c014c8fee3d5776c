// Does a migration with every sort of stage end the same, wherever its run is cut off?
import { expect } from 'vitest';
import { fingerprint, readCatalog } from '../../../src/database/catalog/index.ts';
import { newest } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { gone } from './cut-off.ts';
import { idOf, type Project, project, until } from './project.ts';
import type { Runner } from './runner.ts';

const before = `create table users (id uuid primary key, email text, status text, n int not null default 0);
  insert into users (id, email, status) select md5(i::text)::uuid, 'u' || i, case when i % 3 = 0 then 'old' end from generate_series(1, 12000) i;
  create table orgs (id bigint primary key); insert into orgs select generate_series(1, 12000);
  analyze users; analyze orgs; create index gone on users (n);`;

/** A row that is changed twice, or not at all, shows. */
const migration = `-- roadbook:option batch=3000
alter table users add column org bigint;
update users set n = n + 1, status = coalesce(status, 'new') where id is not null;
create unique index users_email on users (email);
drop index concurrently gone;
alter table users alter status set not null;
alter table users add constraint users_org foreign key (org) references orgs (id);
vacuum users;

-- roadbook:verify
select id from users where n <> 1;`;

export async function begun(major: number = newest): Promise<Project> {
  const home = await project({ 1: 'create table first (id int);', 2: migration }, { major, before });
  await home.apply({ to: idOf('1') });
  return home;
}

/** From now on the write to the journal with this number, counted from 1, waits for long before it is committed. */
export async function freezeAt(home: Project, number: number): Promise<void> {
  await home.database.query(`
    create sequence if not exists roadbook.writes;
    create or replace function roadbook.halt() returns trigger language plpgsql as
      $$ begin if nextval('roadbook.writes') = ${number} then perform pg_sleep(600); end if; return new; end $$;
    select setval('roadbook.writes', 1, false);
    create or replace trigger halt before insert or update on roadbook.migration for each row execute function roadbook.halt();
    create or replace trigger halt before insert or update on roadbook.stage for each row execute function roadbook.halt();
    create or replace trigger halt before insert or update on roadbook.backfill for each row execute function roadbook.halt();`);
}

const frozenSql = (home: Project) =>
  `select pid from pg_stat_activity where datname = '${home.database.name}' and wait_event = 'PgSleep' and application_name like 'roadbook:%'`;

export async function frozen(home: Project): Promise<void> {
  await until(async () => (await home.rows(frozenSql(home))).length > 0);
}

/** How many writes there are in a run that nobody cuts off, and what it leaves. */
export async function uninterrupted(
  major: number = newest,
  workers = 1,
): Promise<{ readonly writes: number; readonly state: string }> {
  await using home = await begun(major);
  await freezeAt(home, -1);
  await home.apply({ workers });
  const [[last]] = (await home.rows('select last_value::int from roadbook.writes')) as [[number]];
  return { writes: last, state: await stateOf(home) };
}

/** The catalog and all rows; ours apart. */
export async function stateOf(home: Project): Promise<string> {
  await using connection = await open(home.database.url);
  const catalog = fingerprint(await readCatalog(connection));
  const rows = await home.rows('select md5(string_agg(u::text, chr(10) order by id)) from users u');
  return `${catalog} ${rows.flat().join()}`;
}

async function endsTheSame(home: Project, state: string): Promise<void> {
  expect(await home.rows('select n, count(*)::int from users group by 1')).toEqual([[1, 12_000]]);
  expect(await stateOf(home)).toBe(state);
  expect(await home.rows("select outcome from roadbook.migration where id like '%_2' and outcome <> 'failed'")).toEqual(
    [['done']],
  );
  expect(await home.status()).toMatchObject({ state: 'current', drift: [], interrupted: null });
}

/** How many sessions go over the rows: in the run that is cut off, and in the one that goes on. */
export interface Sessions {
  readonly first: number;
  readonly again: number;
}

const alone: Sessions = Object.freeze({ first: 1, again: 1 });

/** `kill -9` while that write waits, and others may go on, then another run. */
export async function killedAt(
  number: number,
  runner: Runner,
  state: string,
  major?: number,
  { first, again }: Sessions = alone,
): Promise<void> {
  await using home = await begun(major);
  await freezeAt(home, number);
  const victim = runner.start(home, undefined, first);
  await frozen(home);
  await gone(home, victim);
  const { drift } = await home.status();
  expect(drift).toEqual([]);
  await home.apply({ workers: again });
  await endsTheSame(home, state);
}

/** The backend is ended while that write waits: the run goes on by itself. */
export async function terminatedAt(
  number: number,
  state: string,
  major?: number,
  { first }: Sessions = alone,
): Promise<void> {
  await using home = await begun(major);
  await freezeAt(home, number);
  const running = home.apply({ workers: first });
  await frozen(home);
  await home.rows(`select pg_terminate_backend(pid) from (${frozenSql(home)}) f`);
  expect(await running).toMatchObject({ applied: [{ id: idOf('2'), mode: 'online' }] });
  await endsTheSame(home, state);
}
