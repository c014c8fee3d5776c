// Where does an example's journey begin? On a database with its old schema and old rows.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../src/index.ts';
import { freshDatabase, newest, type TestDatabase } from '../harness/servers.ts';

/** In the largest table; ROADBOOK_GUIDE_ROWS=5000000 takes as many as a system in use has. */
export const rows = Number(process.env.ROADBOOK_GUIDE_ROWS ?? 20_000);

export const secret = 'only for this test';

export interface System extends AsyncDisposable {
  readonly directory: string;
  readonly database: TestDatabase;
  /** What every verb takes. */
  readonly options: {
    readonly directory: string;
    readonly database: string;
    readonly env: Readonly<Record<string, never>>;
  };
  /** The rows of a query, each as an array of its values. */
  readonly query: (sql: string, values?: unknown[]) => Promise<unknown[][]>;
  /** The first value of the first row. */
  readonly value: (sql: string, values?: unknown[]) => Promise<unknown>;
  /** The migrations as they are written, in order. */
  readonly sources: readonly string[];
}

export async function system(folder: string, statements: readonly string[], major = newest): Promise<System> {
  const directory = join(import.meta.dirname, '../../examples', folder);
  const database = await freshDatabase(major);
  await database.query(readFileSync(join(directory, 'legacy/schema.sql'), 'utf8'));
  for (const sql of statements) await database.query(sql);
  await database.query('analyze');
  const query: System['query'] = async (sql, values) =>
    (await database.query(sql, values)).rows.map((row) => Object.values(row));
  return {
    directory,
    database,
    options: { directory, database: database.url, env: {} },
    query,
    value: async (sql, values) => (await query(sql, values))[0]?.[0],
    sources: readdirSync(join(directory, 'migrations'))
      .sort()
      .map((name) => readFileSync(join(directory, 'migrations', name), 'utf8')),
    [Symbol.asyncDispose]: () => database.drop(),
  };
}

/** What a verb fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const failure = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof Failure) return failure;
  throw failure ?? new Error('it should have failed');
}
