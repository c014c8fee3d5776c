// A project's folder for one test of plan: migrations, and a database of its own with large and small tables.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanOptions, PlanOutcome } from '../../../src/model/outcome.ts';
import { plan } from '../../../src/plan/plan.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';

export interface Project extends AsyncDisposable {
  readonly directory: string;
  readonly database: TestDatabase;
  /** `1_a` → `20260101000001_a`; with an ending the name is taken as it is. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly plan: (options?: Partial<PlanOptions>) => Promise<PlanOutcome>;
}

/** 20,000 rows are many enough to be worth care, and quick to make. */
export const large = `
CREATE TABLE users (id bigint PRIMARY KEY, email text, age integer);
INSERT INTO users SELECT g, 'u' || g, g % 90 FROM generate_series(1, 20000) g;
CREATE TABLE tags (id bigint PRIMARY KEY, name text);
ANALYZE;`;

export async function project(
  files: Readonly<Record<string, string>>,
  { major, before = large }: { readonly major?: number; readonly before?: string } = {},
): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-plan-'));
  const database = await freshDatabase(major, before);
  mkdirSync(join(directory, 'migrations'));
  const write: Project['write'] = (wanted) => {
    for (const [name, text] of Object.entries(wanted)) {
      const file = name.includes('.') ? name : `${idOf(name)}.sql`;
      writeFileSync(join(directory, 'migrations', file), text);
    }
  };
  write(files);
  return {
    directory,
    database,
    write,
    plan: (options = {}) => plan({ directory, database: database.url, env: {}, ...options }),
    [Symbol.asyncDispose]: async () => {
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function idOf(name: string): string {
  const [number = '', ...words] = name.split('_');
  return `202601010000${number.padStart(2, '0')}_${words.join('_')}`;
}
