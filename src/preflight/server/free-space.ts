// How much room is on the server's disk, where that can be seen from here?
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../database/connection.ts';

interface Place {
  readonly directory: string | null;
  readonly port: number;
  readonly startedAt: number;
}

/** A role without pg_read_all_settings does not see the directory. */
const sql = `select (select s.setting from pg_catalog.pg_settings s where s.name = 'data_directory') as directory,
  pg_catalog.current_setting('port')::int as port,
  extract(epoch from pg_catalog.pg_postmaster_start_time())::float8 as "startedAt"`;

/**
 * Bytes; null where it is not known. A tunnel or a container can make a server seem to be on this machine, and a folder of that
 * name be here all the same: the server's own note of its port and its start has to lie in it.
 */
export async function freeSpace(connection: Pick<Connection, 'query' | 'server'>): Promise<number | null> {
  const [place] = (await connection.query<Place>(sql)).rows;
  if (place === undefined || place.directory === null) return null;
  try {
    // Lines: process id, directory, start in seconds, port (PostgreSQL 9.1 to 18).
    const lines = (await readFile(join(place.directory, 'postmaster.pid'), 'utf8')).split('\n');
    const sameStart = Math.abs(Number(lines[2]) - place.startedAt) < 30;
    if (!sameStart || Number(lines[3]) !== place.port) return null;
    const { bavail, bsize } = await statfs(place.directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}
