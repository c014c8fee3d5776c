// How does each case get an empty database, quickly, and leave no role behind?
import { randomBytes } from 'node:crypto';
import type { Case } from './case.ts';
import { openClient } from './relations.ts';
import { serverUrl } from './servers.ts';

export interface CaseDatabases {
  /** An empty database for as long as the work takes. */
  use<Result>(parsed: Case, work: (url: string) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Roles belong to the whole server, so cases that make some run one after the other. */
const makesRoles = /\bcreate\s+(role|user|group)\b/i;

export function createDatabases(major: number): CaseDatabases {
  const admin = openClient(serverUrl(major));
  let roles: Promise<unknown> = Promise.resolve();
  // CREATE DATABASE locks its template against others, and pg wants one query at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const run = (sql: string): Promise<unknown> => {
    turn = turn.catch(() => {}).then(async () => (await admin).query(sql));
    return turn;
  };
  const fresh = async <Result>(work: (url: string) => Promise<Result>): Promise<Result> => {
    const name = `case_${randomBytes(6).toString('hex')}`;
    await run(`create database ${name}`);
    try {
      const url = new URL(serverUrl(major));
      url.pathname = `/${name}`;
      return await work(url.href);
    } finally {
      await run(`drop database if exists ${name} with (force)`);
    }
  };
  const alone = async <Result>(work: (url: string) => Promise<Result>): Promise<Result> => {
    const client = await admin;
    const names = async () =>
      (await client.query<{ name: string }>('select quote_ident(rolname) as name from pg_roles')).rows.map(
        ({ name }) => name,
      );
    const before = new Set(await names());
    try {
      return await fresh(work);
    } finally {
      for (const name of await names()) if (!before.has(name)) await run(`drop role ${name}`);
    }
  };
  return {
    use: (parsed, work) => {
      if (![parsed.before, parsed.rows, parsed.migration].some((sql) => makesRoles.test(sql))) return fresh(work);
      const result = roles.catch(() => {}).then(() => alone(work));
      roles = result;
      return result;
    },
    close: async () => (await admin).end(),
  };
}
