// Does a server run on this data directory, and may we use it?
import { readFileSync, realpathSync } from 'node:fs';
import type pg from 'pg';
import type { Binaries } from './binaries.ts';
import type { WatchOptions } from './lifetime.ts';
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { errorCode } from './processes.ts';
import { databaseName } from './seed.ts';
import { type Address, closeSession, greet, isAbsent, openSession } from './session.ts';
import { endWatches, type Owner, openOwner, startWatch, watchTitle } from './watch.ts';

export interface Attached {
  readonly address: Address;
  readonly version: string;
  /** The session that keeps the server alive, where its lifetime is a process's. */
  readonly owner: Owner | undefined;
}

/** The file that holds the password of a server that listens on TCP, readable by its owner alone. */
export function passwordFile(data: string): string {
  return `${data}.password`;
}

/** Undefined where no server answers. The one that answers is watched when this returns. */
export async function attach(data: string, binaries: Binaries, options: WatchOptions): Promise<Attached | undefined> {
  const file = readPostmasterFile(data);
  if (!file?.ready) return undefined;
  const address = addressOf(file, data);
  try {
    return await meet({ address, data, binaries, options });
  } catch (error) {
    if (isAbsent(error) || errorCode(error) === '28P01') return undefined;
    throw error;
  }
}

function addressOf(file: PostmasterFile, data: string): Address {
  if (file.socketDirectory) return { host: file.socketDirectory, port: file.port, password: undefined };
  return { host: '127.0.0.1', port: file.port, password: readPassword(data) };
}

function readPassword(data: string): string | undefined {
  try {
    return readFileSync(passwordFile(data), 'utf8').trim();
  } catch {
    return undefined;
  }
}

interface Visit {
  readonly address: Address;
  readonly data: string;
  readonly binaries: Binaries;
  readonly options: WatchOptions;
}

async function meet(visit: Visit): Promise<Attached | undefined> {
  const { address, options } = visit;
  if (options.lifetime === 'idle') {
    const client = await orCreate(address, () => openSession(address, databaseName));
    try {
      const version = await welcome(client, visit);
      return version === undefined ? undefined : { address, version, owner: undefined };
    } finally {
      await closeSession(client);
    }
  }
  const owner = await orCreate(address, () => openOwner(address, databaseName));
  let version: string | undefined;
  try {
    version = await welcome(owner.client, visit);
  } finally {
    if (version === undefined) await closeSession(owner.client);
    else owner.letGo();
  }
  return version === undefined ? undefined : { address, version, owner };
}

/** The server's version, once it is known to be the one of this directory, and to be watched; undefined for another. */
async function welcome(client: pg.Client, { address, data, binaries, options }: Visit): Promise<string | undefined> {
  const { version, directory, watches } = await greet(client);
  if (realpathSync(directory) !== realpathSync(data)) return undefined;
  const byOwner = watchTitle({ lifetime: 'process', idleMs: 0 });
  // Whoever started the server decided how long it may be idle. A server that ends with its owners is kept for others.
  const enough = options.lifetime === 'process' ? watches.length > 0 : watches.some((watch) => watch !== byOwner);
  if (!enough) await startWatch(address, binaries, options);
  if (options.lifetime === 'idle' && watches.includes(byOwner)) await endWatches(client, byOwner);
  return version;
}

/** Someone may have dropped the database. */
async function orCreate<Session>(address: Address, connect: () => Promise<Session>): Promise<Session> {
  try {
    return await connect();
  } catch (error) {
    // invalid_catalog_name
    if (errorCode(error) !== '3D000') throw error;
    const client = await openSession(address, 'postgres');
    try {
      await client.query(`create database ${databaseName}`);
    } catch (failed) {
      // duplicate_database, unique_violation: another process was faster
      if (!['42P04', '23505'].includes(errorCode(failed))) throw failed;
    } finally {
      await closeSession(client);
    }
    return connect();
  }
}
