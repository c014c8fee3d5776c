// Does a case end the same when its run is cut off at a write to the journal, and another run takes it up?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from '../../src/apply/apply.ts';
import { Failure } from '../../src/model/failure.ts';
import { layCable } from './cable.ts';
import type { Case } from './case.ts';
import { differentEnds, type EndState, endState } from './end-state.ts';
import { openClient } from './relations.ts';
import { serverUrl } from './servers.ts';

export interface Crashed {
  /** Null: apply refuses the case, or it fails on purpose. */
  readonly writes: number | null;
  readonly refused: string | null;
  /** How often it was cut off. */
  readonly cuts: number;
  readonly wrong: readonly string[];
}

export interface Crashing {
  readonly major: number;
  /** Which writes, of so many, it is cut off at. */
  readonly choose: (writes: number) => readonly number[];
}

const first = '20260101000001_first';
const second = '20260101000002_case';

/** `url` has what the case's blocks `before` and `rows` make, and nobody is connected to it. */
export async function crashCase(parsed: Case, url: string, { major, choose }: Crashing): Promise<Crashed> {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-crash-'));
  try {
    mkdirSync(join(directory, 'migrations'));
    writeFileSync(join(directory, 'roadbook.config.json'), JSON.stringify({ online: 'always' }));
    writeFileSync(join(directory, 'migrations', `${first}.sql`), 'select 1;');
    writeFileSync(join(directory, 'migrations', `${second}.sql`), parsed.migration);
    await apply({ directory, database: url, to: first, env: {} });
    await watchWrites(url);
    const whole = await copy(url, major, async (twin) => {
      const refused = await tried(directory, twin);
      return refused === null
        ? { refused, writes: await writesOf(twin), end: await endState(twin, parsed.volatile) }
        : { refused, writes: 0, end: null };
    });
    if (whole.end === null) return { writes: null, refused: whole.refused, cuts: 0, wrong: [] };
    const wrong: string[] = [];
    const chosen = choose(whole.writes);
    for (const number of chosen) {
      const said = await copy(url, major, (twin) => cutAt(number, directory, twin, parsed, whole.end));
      wrong.push(...said.map((one) => `cut off at write ${number} of ${whole.writes}: ${one}`));
    }
    return { writes: whole.writes, refused: null, cuts: chosen.length, wrong };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tried(directory: string, database: string): Promise<string | null> {
  try {
    await apply({ directory, database, env: {}, maxWaitMs: 20_000 });
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `${error.problem.code}: ${error.problem.message} ${error.problem.detail ?? ''}`;
  }
}

async function cutAt(
  number: number,
  directory: string,
  url: string,
  parsed: Case,
  wanted: EndState,
): Promise<readonly string[]> {
  const client = await openClient(url);
  try {
    await client.query(`update roadbook.halting set at = ${number}`);
    await using cable = await layCable(url);
    const stop = new AbortController();
    const running = cutOff(directory, cable.url, stop.signal);
    const frozen = await isFrozen(client, running);
    cable.cut();
    stop.abort();
    await running;
    if (!frozen) return ['it never came to that write'];
    await client.query('update roadbook.halting set at = -1');
    const refused = await tried(directory, url);
    if (refused !== null) return [`the next run fails: ${refused}`];
    return differentEnds(wanted, await endState(url, parsed.volatile), []);
  } finally {
    await client.end();
  }
}

async function cutOff(directory: string, database: string, signal: AbortSignal): Promise<void> {
  await apply({ directory, database, env: {}, maxWaitMs: 20_000, signal }).catch(() => {});
}

const name = (url: string) => new URL(url).pathname.slice(1);

async function isFrozen(client: Awaited<ReturnType<typeof openClient>>, running: Promise<void>): Promise<boolean> {
  let ended = false;
  void running.then(() => {
    ended = true;
  });
  for (;;) {
    const { rowCount } = await client.query(
      `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and application_name like 'roadbook:%'`,
    );
    if (rowCount) return true;
    if (ended) return false;
    await sleep(5);
  }
}

/** The write with the number that stands in roadbook.halting waits for long before it is committed. */
async function watchWrites(url: string): Promise<void> {
  const client = await openClient(url);
  try {
    await client.query(`
      create sequence roadbook.writes; select setval('roadbook.writes', 1, false);
      create table roadbook.halting (at int primary key); insert into roadbook.halting values (-1);
      grant all on roadbook.halting, roadbook.writes to public; grant usage on schema roadbook to public;
      create function roadbook.halt() returns trigger language plpgsql security definer as
        $$ begin if nextval('roadbook.writes') = (select at from roadbook.halting) then perform pg_catalog.pg_sleep(600); end if; return new; end $$;
      create trigger halt before insert or update on roadbook.migration for each row execute function roadbook.halt();
      create trigger halt before insert or update on roadbook.stage for each row execute function roadbook.halt();
      create trigger halt before insert or update on roadbook.backfill for each row execute function roadbook.halt();`);
  } finally {
    await client.end();
  }
}

async function writesOf(url: string): Promise<number> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query(
      'select case when is_called then last_value else 0 end::int as writes from roadbook.writes',
    );
    return rows[0].writes;
  } finally {
    await client.end();
  }
}

/** Work on a copy of the database, which is dropped afterwards. */
async function copy<Result>(url: string, major: number, work: (twin: string) => Promise<Result>): Promise<Result> {
  const admin = await openClient(serverUrl(major));
  const twin = `${name(url)}_${Math.random().toString(36).slice(2, 10)}`;
  try {
    for (;;) {
      const { rowCount } = await admin.query(`select from pg_stat_activity where datname = '${name(url)}'`);
      if (!rowCount) break;
      await sleep(2);
    }
    await admin.query(`create database ${twin} template ${name(url)}${major >= 15 ? ' strategy file_copy' : ''}`);
    const own = new URL(url);
    own.pathname = `/${twin}`;
    return await work(own.href);
  } finally {
    await admin.query(`drop database if exists ${twin} with (force)`);
    await admin.end();
  }
}
