// A project's folder for one test of rehearse: migrations, and a database of its own with rows in it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from '../../../src/database/embedded/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { RehearseOptions, RehearseOutcome } from '../../../src/model/rehearsal.ts';
import { rehearseBy } from '../../../src/rehearse/rehearse.ts';
import { usualWays, type Ways } from '../../../src/rehearse/subject.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';

export interface Project extends AsyncDisposable {
  readonly directory: string;
  readonly database: TestDatabase;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly rehearse: (options?: Partial<RehearseOptions>, ways?: Partial<Ways>) => Promise<RehearseOutcome>;
  readonly failing: (options?: Partial<RehearseOptions>) => Promise<Failure>;
  /** Databases that this process has made and left. */
  readonly left: () => Promise<readonly string[]>;
}

/** 20,000 rows are many enough for a plan in stages. */
export const large = `
CREATE TABLE users (id bigint PRIMARY KEY, email text, age integer CHECK (age > 0), seen_at timestamptz DEFAULT now());
INSERT INTO users SELECT g, 'u' || g, 1 + g % 90 FROM generate_series(1, 20000) g;
CREATE TABLE tags (id bigint PRIMARY KEY, name text NOT NULL, owner bigint NOT NULL REFERENCES users);
INSERT INTO tags SELECT g, 'tag ' || g, g * 7 FROM generate_series(1, 30) g;
ANALYZE;`;

export async function project(
  files: Readonly<Record<string, string>>,
  { major, before = large }: { readonly major?: number; readonly before?: string } = {},
): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-rehearse-'));
  const database = await freshDatabase(major, before);
  mkdirSync(join(directory, 'migrations'));
  const write: Project['write'] = (wanted) => {
    for (const [name, text] of Object.entries(wanted))
      writeFileSync(join(directory, 'migrations', name.includes('.') ? name : `${idOf(name)}.sql`), text);
  };
  write(files);
  const rehearse: Project['rehearse'] = (options = {}, ways = {}) =>
    rehearseBy({ ...usualWays, ...ways }, { directory, database: database.url, env: {}, ...options });
  return {
    directory,
    database,
    write,
    rehearse,
    failing: async (options) => {
      const outcome = await rehearse(options).catch((error: unknown) => error);
      if (outcome instanceof Failure) return outcome;
      throw new Error('it should have failed', { cause: outcome });
    },
    left: async () => {
      const { rows } = await database.query(
        `select datname::text as name from pg_database where datname ~ '^roadbook_' and shobj_description(oid, 'pg_database') like $1`,
        [`%"pid":${process.pid},%`],
      );
      return rows.map(({ name }) => String(name));
    },
    [Symbol.asyncDispose]: async () => {
      await removeEmbedded(directory);
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function idOf(name: string): string {
  const [number = '', ...words] = name.split('_');
  return `202601010000${number.padStart(2, '0')}_${words.join('_')}`;
}
