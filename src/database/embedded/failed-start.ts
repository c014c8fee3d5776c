// Why did a server not start, and what can its user do about it?
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { errorCode } from './processes.ts';

/** Lines with which PostgreSQL 14 to 18 refuse a damaged data directory. */
const damaged =
  /global\/pg_control|is not a valid data directory|incorrect checksum in control file|could not locate a valid checkpoint|could not locate required checkpoint|invalid (?:primary )?checkpoint record|database files are incompatible|database system identifier differs|invalid data in file|could not (?:open|read|access) (?:file|directory|status of transaction).*"?(?:global|base|pg_xact|pg_wal|pg_multixact|pg_filenode)|contains (?:wrong|unexpected) data|unexpected pageaddr|could not read (?:file|blocks?)/;

export function damagedBy(log: string): boolean {
  return damaged.test(log) && !log.includes('No space left on device');
}

/** The last lines of a server's log, as a detail shows them. */
export function lastLines(log: string, count = 6): string {
  return log.trimEnd().split('\n').slice(-count).join('\n');
}

export function readLog(data: string): string {
  try {
    return readFileSync(logFile(data), 'utf8');
  } catch {
    return '';
  }
}

export function logFile(data: string): string {
  return join(data, 'server.log');
}

/** What the log of a server that ended while starting means. */
export function failedStart(data: string, log: string): Failure {
  if (log.includes('No space left on device')) return diskFull(data);
  if (damagedBy(log))
    return corrupted(data, `PostgreSQL could not read it. The last lines of its log:\n${lastLines(log)}`);
  const said = log.trim() === '' ? 'It wrote no log.' : `The last lines of ${logFile(data)}:\n${lastLines(log)}`;
  const code = log.includes('could not look up effective user ID') ? 'user-without-name' : 'server-did-not-start';
  return new Failure(
    problem(
      code,
      code === 'user-without-name'
        ? 'the current user has no name on this system'
        : 'the embedded PostgreSQL server did not start',
      {
        detail: said,
        hint:
          code === 'user-without-name'
            ? 'PostgreSQL wants one to make a data directory. Add the user to /etc/passwd (in a container image: useradd), or run as a user that is there.'
            : 'See the log. If the data directory has nothing you need, move it away and run again; else give another server with --database.',
      },
    ),
    'connection',
  );
}

export function corrupted(data: string, detail: string): Failure {
  return new Failure(
    problem('database-corrupted', `the data directory ${data} is damaged`, {
      detail,
      hint: `Nothing was deleted. Move it away and the next run starts with an empty database: mv ${quoted(data)} ${quoted(`${data}.damaged`)}`,
    }),
    'connection',
  );
}

export function anotherVersion(data: string, found: string, wanted: number): Failure {
  return new Failure(
    problem(
      'database-of-another-version',
      `the data directory ${data} was made by PostgreSQL ${found}, not ${wanted}`,
      {
        detail: 'PostgreSQL cannot open the files of another major version.',
        hint: `Move it to a folder named ${found} beside it, or move it away and the next run starts with an empty database: mv ${quoted(data)} ${quoted(`${data}.postgres-${found}`)}`,
      },
    ),
    'connection',
  );
}

/** The major of a data directory; undefined where there is none. Throws for one that cannot be a data directory. */
export function checkVersion(data: string, major: number): boolean {
  if (!existsSync(data)) return false;
  let found: string;
  try {
    found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'EACCES') throw notOurs(data);
    throw corrupted(data, 'It is there, and has no file PG_VERSION.');
  }
  if (!/^\d+$/.test(found)) throw corrupted(data, 'Its file PG_VERSION holds no version.');
  if (found !== String(major)) throw anotherVersion(data, found, major);
  return true;
}

export function diskFull(folder: string): Failure {
  return new Failure(
    problem('disk-full', 'no space is left for the embedded PostgreSQL server', {
      detail: `It needs about 100 MB in ${folder}.`,
      hint: 'Free some space, then run again; nothing was lost.',
    }),
    'connection',
  );
}

export function notOurs(data: string): Failure {
  return new Failure(
    problem('server-of-another-user', `the data directory ${data} belongs to another user`, {
      detail: 'Its server was started by that user, or by root, and is closed to others.',
      hint: 'Run as that user, or give a database with --database.',
    }),
    'connection',
  );
}

/** A file system error while making or copying a data directory, as a problem; anything else is a bug and stays itself. */
export function fileFailure(folder: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder);
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS' && code !== 'ENOTDIR' && code !== 'ENOENT')
    return error;
  return new Failure(
    problem('directory-not-writable', `the folder ${folder} cannot be written to`, {
      detail: error instanceof Error ? `${error.message}.` : String(error),
      hint: 'The embedded database lies there. Change its rights, run in another folder, or give a database with --database.',
    }),
    'connection',
    { cause: error },
  );
}

function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
