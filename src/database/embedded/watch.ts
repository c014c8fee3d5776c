// Who stops a server that nobody uses any more, or whose owner died?
import { Socket } from 'node:net';
import type pg from 'pg';
import { type Binaries, program } from './binaries.ts';
import type { WatchOptions } from './lifetime.ts';
import { type Address, closeSession, openSession, ownerName, watchName } from './session.ts';

/** The watch shows in pg_stat_activity under a name that says what it waits for. */
export function watchTitle({ lifetime, idleMs }: WatchOptions): string {
  return lifetime === 'process' ? `${watchName} owner` : `${watchName} idle ${idleMs}`;
}

export function pollMs({ lifetime, idleMs }: WatchOptions): number {
  return lifetime === 'process' ? 200 : Math.min(5000, Math.max(50, Math.ceil(idleMs / 4)));
}

/**
 * The watch is a statement that runs in the server: a session whose client left at once, which PostgreSQL does not mind
 * while client_connection_check_interval is 0. It ends with the server, whatever ends that, and costs no process of ours.
 * Each turn is a transaction of its own in the database postgres, so it holds back no vacuum and no
 * CREATE INDEX CONCURRENTLY elsewhere: those wait for sessions of their own database only.
 * Sessions that came and went between two turns are seen in the counter of pg_stat_database (14 and later).
 */
export function watchSql(options: WatchOptions, command: string): string {
  const { lifetime, idleMs } = options;
  const used =
    lifetime === 'process'
      ? `exists (select from pg_stat_activity where application_name = '${ownerName}')`
      : `seen <> before or exists (select from pg_stat_activity
           where backend_type in ('client backend', 'walsender') and application_name not like '${watchName}%')`;
  return `do $watch$
declare
  last timestamptz := clock_timestamp();
  before bigint := -1;
  seen bigint;
begin
  raise notice 'watching';
  loop
    select coalesce(sum(sessions), 0) into seen from pg_stat_database;
    if ${used} then
      last := clock_timestamp();
    elsif clock_timestamp() - last >= interval '${lifetime === 'process' ? 0 : idleMs} milliseconds' then
      copy (select 1) to program ${quoted(command)};
    end if;
    before := seen;
    commit;
    perform pg_sleep(${pollMs(options) / 1000});
  end loop;
end $watch$`;
}

/** Run by the server itself, in its data directory: a fast shutdown, in nothing but the shell where there is one. */
export function stopCommand(binaries: Binaries, platform: string = process.platform): string {
  if (platform !== 'win32') return 'read -r pid < postmaster.pid && kill -INT "$pid"';
  return `cd . && "${program(binaries, 'pg_ctl')}" stop -D . -m fast -W`;
}

/** Starts the watch and returns when it runs. */
export async function startWatch(address: Address, binaries: Binaries, options: WatchOptions): Promise<void> {
  const settings = [
    'client_connection_check_interval=0',
    'client_min_messages=notice',
    'search_path=pg_catalog',
    // That it is ended at every shutdown, and its client is gone, is nothing to write to the log.
    'log_min_messages=panic',
    ...(binaries.major >= 17 ? ['transaction_timeout=0'] : []),
  ];
  const client = await openSession(address, 'postgres', { name: watchTitle(options), settings });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('notice', () => resolve());
      client.query(watchSql(options, stopCommand(binaries))).then(() => reject(new Error('the watch ended')), reject);
    });
  } finally {
    // A statement is running: this leaves without waiting for it, and without cancelling it.
    await closeSession(client);
  }
}

/** What keeps a server alive whose lifetime is a process's: a session that the system closes when the process ends. */
export interface Owner {
  readonly client: pg.Client;
  /** It must not keep the process alive, but for while an answer is awaited. */
  readonly hold: () => void;
  readonly letGo: () => void;
}

export async function openOwner(address: Address, database: string): Promise<Owner> {
  const socket = new Socket();
  const client = await openSession(address, database, { name: ownerName, socket });
  return { client, hold: () => socket.ref(), letGo: () => socket.unref() };
}

/** Takes a watch away that would stop the server with its owners, when someone came who is none. */
export async function endWatches(client: pg.Client, title: string): Promise<void> {
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [title]);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
