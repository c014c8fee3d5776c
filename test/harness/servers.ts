// How does a test get a database of its own on a real server of a given version?
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** The majors whose servers are installed here, oldest first. */
export const majors: readonly number[] = Object.keys(inject('servers'))
  .map(Number)
  .sort((a, b) => a - b);
export const newest: number = majors.at(-1) ?? 18;

/** URL of the superuser's maintenance database on the server of this major version. */
export function serverUrl(major: number = newest): string {
  const url = inject('servers')[major];
  if (!url)
    throw new Error(
      `no PostgreSQL ${major} here: npm install brings it on the platforms listed in test/servers/package.json`,
    );
  return url;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Runs SQL on a connection of the test's own. */
  query(sql: string, values?: unknown[]): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** A new, empty database; drop it in afterAll. */
export async function freshDatabase(major: number = newest, sql = ''): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  // From 15 on a database is by default written to the log page by page, which takes three times as long.
  await once(serverUrl(major), `create database ${name}${major >= 15 ? ' strategy file_copy' : ''}`);
  const url = new URL(serverUrl(major));
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  if (sql) await client.query(sql);
  const drop = async () => {
    await client.end().catch(() => {});
    await once(serverUrl(major), `drop database if exists ${name} with (force)`);
  };
  return {
    name,
    url: url.href,
    query: (text, values) => client.query(text, values),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
