// How is a backup of a whole database made by PostgreSQL's own program?
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Target } from './target.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `18.1`, of the pg_dump that is first on PATH; null where there is none. */
export function versionOfDump(env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('pg_dump', ['--version'], { env: { ...env }, timeout: 5_000 }, (error, output) => {
      resolve(error === null ? (/\d+(?:\.\d+)?/.exec(output)?.[0] ?? null) : null);
    });
  });
}

/** Into a new file, in the format that pg_restore reads. Hands back what pg_dump complained of; null: it went well. */
export function dump(target: Target, file: string, env: Environment, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('pg_dump', ['--format=custom', '--no-password', `--file=${file}`], {
      env: { ...env, ...toward(target) },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2_000);
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? null : said.trim() || `pg_dump ended with code ${code}`));
  });
}

/** SHA-256 in hexadecimal. */
export async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** A password goes by the environment, where other users do not see it; nothing is left on a command line. */
function toward({ hosts, database, user, password, ssl }: Target): Record<string, string> {
  const named = {
    PGHOST: hosts.map(({ name }) => name).join(','),
    PGPORT: hosts.map(({ port }) => port).join(','),
    PGDATABASE: database,
    PGUSER: user,
    PGSSLMODE: ssl.mode,
    ...(password === undefined ? {} : { PGPASSWORD: password() }),
    ...(ssl.rootCertificate === undefined ? {} : { PGSSLROOTCERT: ssl.rootCertificate }),
    ...(ssl.certificate === undefined ? {} : { PGSSLCERT: ssl.certificate }),
    ...(ssl.key === undefined ? {} : { PGSSLKEY: ssl.key }),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''));
}
