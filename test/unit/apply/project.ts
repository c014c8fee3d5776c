// A project's folder for one test of apply: migrations, a database of its own, and what was told on the way.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { apply } from '../../../src/apply/apply.ts';
import { status } from '../../../src/history/status.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { ApplyOptions, ApplyOutcome, Status, VerifyOutcome } from '../../../src/model/outcome.ts';
import { verify } from '../../../src/verify/verify.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';

export interface Project extends AsyncDisposable {
  readonly directory: string;
  readonly database: TestDatabase;
  /** All events of all verbs, oldest first. */
  readonly events: RunEvent[];
  /** `1` → `20260101000001_1.sql`; the name of the file says the order. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly remove: (name: string) => void;
  readonly apply: (options?: Partial<ApplyOptions>) => Promise<ApplyOutcome>;
  /** What apply fails with. */
  readonly failing: (options?: Partial<ApplyOptions>) => Promise<Failure>;
  readonly status: () => Promise<Status>;
  readonly verify: () => Promise<VerifyOutcome>;
  /** The rows of a query, each as an array of its values. */
  readonly rows: (sql: string, values?: unknown[]) => Promise<unknown[][]>;
}

/** `1` → `20260101000001_1`: the number is told in minutes and seconds. */
export function idOf(name: string): string {
  const number = Number(name.replace(/\D.*/, ''));
  const two = (value: number) => String(value).padStart(2, '0');
  return `2026010100${two(Math.floor(number / 60))}${two(number % 60)}_${name}`;
}

export interface Wish {
  readonly major?: number;
  /** Run before anything else, on the test's own connection. */
  readonly before?: string;
  /** A database that is there, in place of one of its own: each query comes on a new connection. */
  readonly url?: string;
}

export async function project(files: Readonly<Record<string, string>> = {}, wish: Wish = {}): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-apply-'));
  const database = wish.url === undefined ? await freshDatabase(wish.major, wish.before) : given(wish.url);
  const events: RunEvent[] = [];
  mkdirSync(join(directory, 'migrations'));
  const write: Project['write'] = (wanted) => {
    for (const [name, text] of Object.entries(wanted))
      writeFileSync(join(directory, 'migrations', `${idOf(name)}.sql`), text);
  };
  write(files);
  const common = { directory, database: database.url, onEvent: (event: RunEvent) => void events.push(event) };
  return {
    directory,
    database,
    events,
    write,
    remove: (name) => rmSync(join(directory, 'migrations', `${idOf(name)}.sql`)),
    apply: (options) => apply({ ...common, ...options }),
    failing: (options) => failureOf(apply({ ...common, ...options })),
    status: () => status(common),
    verify: () => verify(common),
    rows: async (sql, values) => (await database.query(sql, values)).rows.map((row) => Object.values(row)),
    [Symbol.asyncDispose]: async () => {
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function given(url: string): TestDatabase {
  const query: TestDatabase['query'] = async (text, values) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    return client.query(text, values).finally(() => client.end());
  };
  const drop = async () => {};
  return { name: 'postgres', url, query, drop, [Symbol.asyncDispose]: drop };
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it should have failed');
}

/** What the run had applied when it failed. */
export function appliedBy(failure: Failure): readonly string[] {
  const { outcome } = failure;
  if (outcome === undefined || !('applied' in outcome) || !Array.isArray(outcome.applied))
    throw new Error('the failure carries no outcome');
  return outcome.applied.map(({ id }: { id: string }) => id);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until it is so; the test's own time limit ends it. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await pause(15);
}

/** Another session, for holding locks. */
export async function session(url: string): Promise<OtherSession> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const end = () => client.end().catch(() => {});
  return { query: (sql) => client.query(sql), end, [Symbol.asyncDispose]: end };
}

export interface OtherSession extends AsyncDisposable {
  readonly query: (sql: string) => Promise<{ readonly rows: readonly object[] }>;
  readonly end: () => Promise<void>;
}
