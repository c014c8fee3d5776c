// On which server can a database stand in for the one that is migrated?

import type { Connection } from '../database/connection.ts';
import { installedMajors, startEmbedded } from '../database/embedded/index.ts';
import { connect, resolveTarget } from '../database/open.ts';
import type { Target } from '../database/target.ts';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { RehearseOptions, Twin } from '../model/rehearsal.ts';
import type { Project } from '../read/index.ts';
import { localeClause } from './twin-locale.ts';

export interface TwinServer extends AsyncDisposable {
  readonly kind: Twin['kind'];
  readonly version: string;
  readonly major: number;
  /** It serves twins only: roles may be made there, and templates kept. */
  readonly owned: boolean;
  /** For CREATE DATABASE: encoding and locale of the database that is stood in for. */
  readonly locale: string;
  readonly admin: Connection;
  open(database: string): Promise<Connection>;
}

export interface Chosen {
  readonly server: TwinServer;
  readonly notes: readonly Problem[];
}

export interface Wish {
  readonly project: Project;
  readonly options: RehearseOptions;
  /** The database that is migrated. */
  readonly connection: Connection;
  /** Why what is rehearsed must not run on a server that others use; null: it may. */
  readonly reachesBeyond: string | null;
}

/** Ours have hundreds of objects made in one transaction. */
const settings = { max_locks_per_transaction: '1024' };

export async function chooseServer(wish: Wish): Promise<Chosen> {
  const { options, reachesBeyond } = wish;
  const { twin } = options;
  if (twin === 'embedded') return embedded(wish, []);
  if (twin !== undefined && twin !== 'server') {
    if (!/^postgres(?:ql)?:\/\//.test(twin)) throw unknownTwin(twin);
    if (reachesBeyond !== null) throw beyond(reachesBeyond, 'URL');
    return { server: await another(wish, twin), notes: [] };
  }
  if (twin === 'server' && reachesBeyond !== null) throw beyond(reachesBeyond, 'server');
  const why = reachesBeyond ?? (await whyNotHere(wish.connection));
  if (why === null) return { server: await here(wish), notes: [] };
  if (twin === 'server') throw notHere(why);
  return embedded(wish, [elsewhere(why)]);
}

/** A note where what is there cannot be made on the database's own server. */
export async function embeddedInstead(wish: Wish, why: string): Promise<Chosen> {
  if (wish.options.twin !== undefined) throw notHere(why);
  return embedded(wish, [elsewhere(why)]);
}

async function whyNotHere(connection: Connection): Promise<string | null> {
  const { server } = connection;
  if (server.readOnly) return 'The server takes no writes.';
  if (server.pooled) return 'A pooler stands before the database, which leads to no other.';
  const { rows } = await connection.query<{ may: boolean }>(
    'select rolsuper or rolcreatedb as may from pg_catalog.pg_roles where rolname = current_user',
  );
  return rows[0]?.may === true ? null : `The role ${server.user} may not create databases there.`;
}

async function here({ connection, options, project }: Wish): Promise<TwinServer> {
  const target = targetOf(options.database, options, project);
  const locale = await localeClause(connection);
  const admin = await connection.another();
  const open = (database: string) =>
    target === null ? reopened(connection, database, project) : connectTo({ ...target, database }, options);
  return serverOf({ kind: 'server', owned: false, locale, admin, open });
}

/** The embedded server of the project is the one that is migrated. */
async function reopened({ server }: Connection, database: string, project: Project): Promise<Connection> {
  const running = await startEmbedded({ directory: project.root, major: server.major });
  return connectTo(required(running.urlFor(database)), {});
}

async function another({ connection, options, project }: Wish, url: string): Promise<TwinServer> {
  const target = targetOf(url, options, project);
  if (target === null) throw unknownTwin(url);
  const admin = await connectTo(target, options);
  const open = (database: string) => connectTo({ ...target, database }, options);
  const locale = admin.server.major === connection.server.major ? await localeClause(connection) : '';
  return serverOf({ kind: 'url', owned: false, locale, admin, open });
}

async function embedded({ project, options, connection }: Wish, notes: readonly Problem[]): Promise<Chosen> {
  const { major } = connection.server;
  const installed = installedMajors(project.root);
  const best = installed.includes(major) ? major : (installed.find((one) => one > major) ?? installed.at(-1));
  const server = await startEmbedded({
    directory: project.root,
    ephemeral: true,
    settings,
    ...(best === undefined ? {} : { major: best }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  const open = (database: string) => connectTo(required(server.urlFor(database)), options);
  const admin = await open('postgres');
  const found = serverOf({ kind: 'embedded', owned: true, locale: '', admin, open });
  return { server: found, notes: server.major === major ? notes : [...notes, otherMajor(major, server.major)] };
}

interface Parts extends Pick<TwinServer, 'kind' | 'owned' | 'locale' | 'admin' | 'open'> {}

function serverOf(parts: Parts): TwinServer {
  const { version, major } = parts.admin.server;
  return { ...parts, version, major, [Symbol.asyncDispose]: () => parts.admin.close() };
}

function connectTo(target: Target, { signal, onEvent }: RehearseOptions): Promise<Connection> {
  return connect(target, {
    applicationName: 'roadbook rehearse',
    signal,
    onProblem: (found) => onEvent?.({ type: 'problem', problem: found }),
  });
}

function targetOf(database: string | undefined, options: RehearseOptions, { configuration }: Project): Target | null {
  return resolveTarget({ database, env: options.env ?? process.env, configured: configuration.database });
}

function required(url: string): Target {
  const target = resolveTarget({ database: url, env: {} });
  if (target === null) throw new Error('the embedded server gave no URL');
  return target;
}

function unknownTwin(twin: string): Failure {
  return new Failure(
    problem('twin-unknown', 'there is no such place for a twin', {
      detail: /:\/\//.test(twin) ? 'It is a URL, but not one of PostgreSQL.' : `It says ${twin}.`,
      hint: 'Give --twin server, --twin embedded, or the postgres:// URL of a server where databases may be created.',
    }),
    'usage',
  );
}

function beyond(why: string, twin: string): Failure {
  return new Failure(
    problem('rehearsal-reaches-beyond', 'what is pending changes more than its own database', {
      detail: `${why} On a server that others use the rehearsal would change that for them too.`,
      hint: `Leave out --twin ${twin}, or give --twin embedded: that server serves rehearsals only.`,
    }),
    'migration',
  );
}

function notHere(why: string): Failure {
  return new Failure(
    problem('twin-not-possible', 'no twin can be made on that server', {
      detail: why,
      hint: 'Give the role the right with ALTER ROLE … CREATEDB, or rehearse on the embedded server: --twin embedded.',
    }),
    'connection',
  );
}

function elsewhere(why: string): Problem {
  return problem('twin-elsewhere', 'the twin is on the embedded server, not on that of the database', {
    severity: 'note',
    detail: why,
    hint: 'Nothing is to be done, unless extensions or settings of that server matter; then give the URL of one like it with --twin.',
  });
}

function otherMajor(wanted: number, found: number): Problem {
  return problem('twin-other-major', `the twin is PostgreSQL ${found}, the database ${wanted}`, {
    severity: 'warning',
    detail:
      'What one of them refuses, locks or rewrites the other may not, and the plan is made for the version of the twin.',
    hint: `Install the server of version ${wanted} for rehearsals, as docs/embedded.md says, or give --twin the URL of one.`,
  });
}
