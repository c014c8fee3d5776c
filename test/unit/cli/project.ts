// A project's folder for one test: migrations, and a database of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import type { Ended, Program } from './program.ts';

export interface Project extends AsyncDisposable {
  readonly directory: string;
  readonly database: TestDatabase;
  readonly write: (path: string, text: string) => void;
  readonly roadbook: (...args: readonly string[]) => Promise<Ended>;
  /** With --json: the document, once it is sure that it says how the process ended. */
  readonly document: (...args: readonly string[]) => Promise<Record<string, unknown>>;
}

export async function project(program: Program, files: Readonly<Record<string, string>>): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-project-'));
  const database = await freshDatabase();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  write('migrations/.keep', '');
  for (const [path, text] of Object.entries(files)) write(path, text);
  const roadbook = (...args: readonly string[]) =>
    program.run(args, { directory, env: { DATABASE_URL: database.url, HOME: directory } });
  return {
    directory,
    database,
    write,
    roadbook,
    document: async (...args) => {
      const { code, stdout, stderr } = await roadbook(...args, '--json');
      const document: Record<string, unknown> = JSON.parse(stdout || JSON.stringify({ nothing: stderr }));
      if (document.exitCode !== code) throw new Error(`ended with ${code}, but said\n${stdout}\n${stderr}`);
      return document;
    },
    [Symbol.asyncDispose]: async () => {
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const users = 'migrations/20261101000000_users.sql';
export const status = 'migrations/20261102000000_status.sql';

/** Two migrations that work. */
export const good = {
  [users]: 'create table users (id int primary key, email text);\n',
  [status]:
    "alter table users add column status text not null default 'new';\n\n-- roadbook:verify\nselect * from users where status is null;\n",
} as const;
