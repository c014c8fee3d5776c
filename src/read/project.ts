// Which folder, and which database, is this project about?
import { relative, resolve, sep } from 'node:path';
import type { Connection } from '../database/connection.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { ProjectOptions } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration-shape.ts';
import { listMeanwhile, listMigrations, nameMigrations } from './list.ts';

export interface Project {
  /** The folder that paths are relative to. */
  readonly root: string;
  /** The folder of the migrations, absolute. */
  readonly directory: string;
  readonly configuration: Configuration;
  /** How a file is named to the user: relative to the project's folder. */
  readonly label: (file: Pick<MigrationFile, 'path'>) => string;
}

export async function readProject(options: ProjectOptions): Promise<Project> {
  const root = resolve(options.directory ?? process.cwd());
  const configuration = await readConfiguration(root);
  const directory = resolve(root, options.migrations ?? configuration.migrations ?? 'migrations');
  // Nearly all files are in there, and relative() looks at every character of each path.
  const below = root.endsWith(sep) ? root : `${root}${sep}`;
  return {
    root,
    directory,
    configuration,
    label: ({ path }) => (path.startsWith(below) ? path.slice(below.length) : near(root, path)),
  };
}

function near(root: string, path: string): string {
  const way = relative(root, path);
  return way.startsWith('..') ? path : way;
}

export interface Opened<Answer> {
  readonly files: readonly MigrationFile[];
  readonly connection: Connection;
  /** What was asked first. Its failure is nobody's until it is awaited. */
  readonly answer: Promise<Answer>;
}

/**
 * Lists the migrations, opens the database and asks it something, side by side: the server answers while files are read.
 * Where a name is not clear, nothing is opened.
 */
export async function openWithFiles<Answer>(
  project: Project,
  options: ProjectOptions,
  ask: (connection: Connection) => Promise<Answer>,
): Promise<Opened<Answer>> {
  const names = nameMigrations(project.directory);
  // Which throws, with all that is not clear, the files too.
  if (names.problems.length > 0) listMigrations(project.directory);
  const opening = openDatabase(project, options);
  const answer = opening.then(ask);
  // Whether they failed is looked at when the files are there.
  opening.catch(() => {});
  answer.catch(() => {});
  try {
    const files = await listMeanwhile(project.directory, names);
    return { files, connection: await opening, answer };
  } catch (error) {
    await opening.then((connection) => connection.close()).catch(() => {});
    throw error;
  }
}

/** Connects to the database that the options, the environment or the configuration name, else starts the embedded one. */
export async function openDatabase(project: Project, options: ProjectOptions): Promise<Connection> {
  const { connect, resolveTarget } = await import('../database/open.ts');
  const { configuration } = project;
  const env = options.env ?? process.env;
  const onEvent = options.onEvent ?? (() => {});
  const common = {
    applicationName: 'roadbook',
    signal: options.signal,
    onProblem: (problem: Problem) => onEvent({ type: 'problem', problem }),
  };
  const target = resolveTarget({ database: options.database, env, configured: configuration.database });
  const connection = target === null ? await embedded() : await connect(target, common);
  const { server } = connection;
  onEvent({ type: 'connected', database: server.database, version: server.version });
  if (server.pooled) onEvent({ type: 'problem', problem: throughPooler(server.address) });
  return connection;

  async function embedded(): Promise<Connection> {
    const { startEmbedded } = await import('../database/embedded/index.ts');
    const { url } = await startEmbedded({
      directory: project.root,
      onEvent,
      ...(configuration.embeddedVersion === undefined ? {} : { major: configuration.embeddedVersion }),
    });
    const own = resolveTarget({ database: url, env: {} });
    if (own === null) throw new Error('the embedded server gave no URL');
    return connect(own, { ...common, embedded: true });
  }
}

function throughPooler(address: string): Problem {
  return problem('pooler-noticed', `a pooler in transaction mode stands before the database on ${address}`, {
    severity: 'note',
    detail:
      'Migrations that run in one transaction work through it. What needs a session of its own does not: statements outside a transaction, such as CREATE INDEX CONCURRENTLY, temporary tables and session locks that are to last.',
    hint: 'Give the URL of the server itself where such a statement is to run.',
  });
}
