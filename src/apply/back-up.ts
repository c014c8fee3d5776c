// Is there a backup before anything is touched, where one was asked for?
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dump, sumOf, versionOfDump } from '../database/dump.ts';
import { resolveTarget } from '../database/target.ts';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import type { Held } from './held.ts';

/** Throws where it was asked for and could not be made: nothing is touched then. Hands back where it is. */
export async function backUp(migrations: readonly ReadMigration[], held: Held): Promise<readonly Problem[]> {
  const { options, project, connection, signal } = held;
  if (migrations.length === 0) return [];
  const asks = migrations.find(({ options: own }) => own.backup === 'full')?.id;
  const who = options.backup === true ? '--backup' : `the option backup=full of ${asks ?? ''}`;
  const env = options.env ?? process.env;
  const { server } = connection;
  const version = await versionOfDump(env);
  if (version === null)
    throw cannot(who, 'There is no pg_dump on PATH.', `Install the client programs of PostgreSQL ${server.major}, or`);
  if (Number.parseInt(version, 10) < server.major)
    throw cannot(
      who,
      `The pg_dump on PATH is of version ${version}, and refuses a server of version ${server.version}.`,
      `Put the client programs of PostgreSQL ${server.major} first on PATH, or`,
    );
  const { configuration } = project;
  const wanted = { database: options.database, env, configured: configuration.database };
  const target = resolveTarget(server.embedded ? { database: await embeddedUrl(project.root), env: {} } : wanted);
  if (target === null) throw new Error('a connection without a target');
  const folder = join(project.root, '.roadbook', 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const file = join(folder, `${server.database.replace(/[^\w.-]/g, '_')}-${time}.dump`);
  options.onEvent?.({ type: 'verifying', what: `a backup by pg_dump ${version}` });
  const partial = `${file}.part`;
  const wrong = await dump(target, partial, env, signal);
  if (wrong !== null) {
    rmSync(partial, { force: true });
    if (signal.aborted) throw cutOff();
    throw cannot(who, `pg_dump says: ${wrong}`, 'See whether pg_dump can reach the database with the same URL, or');
  }
  renameSync(partial, file);
  const shown = project.label({ path: file });
  return [
    problem('backup-made', `a backup is in ${shown}`, {
      severity: 'note',
      detail: `${statSync(file).size} bytes, SHA-256 ${await sumOf(file)}.`,
      hint: `To bring all of it back into an empty database: createdb RESTORED && pg_restore --exit-on-error --dbname=RESTORED ${shown}. For one migration \`roadbook undo\` is enough.`,
    }),
  ];
}

async function embeddedUrl(directory: string): Promise<string> {
  const { startEmbedded } = await import('../database/embedded/index.ts');
  return (await startEmbedded({ directory })).url;
}

function cutOff(): Failure {
  return new Failure(
    problem('stopped', 'stopped while the backup was made', {
      detail: 'What there was of it is gone. Nothing was applied.',
      hint: 'Run `roadbook apply` again.',
    }),
    'stopped',
  );
}

function cannot(who: string, detail: string, hint: string): Failure {
  return new Failure(
    problem('backup-impossible', `${who} asks for a backup, and none could be made`, {
      detail: `${detail} Nothing was touched.`,
      hint: `${hint} make a backup in another way and leave that out.`,
    }),
    'migration',
  );
}
