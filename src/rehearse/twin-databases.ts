// How are twins made, copied and dropped on a server?
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { leftovers, type Mark, ownMark, type Standing, templateMark, twinName, twinPattern } from './twin-mark.ts';
import type { TwinServer } from './twin-server.ts';

/** A database of another's; it goes with what was rehearsed on it. */
export interface TwinDatabase extends AsyncDisposable {
  readonly name: string;
  /** A session of its own. */
  open(): Promise<Connection>;
  /** One session for whoever only looks: a new one has to learn the whole catalog first. */
  reader(): Promise<Connection>;
  drop(): Promise<void>;
}

const busy = '55006';
const taken = '42P04';
const missing = '3D000';

/** Empty, or the copy of a database that nobody is in. */
export async function createTwin(server: TwinServer, template?: string): Promise<TwinDatabase> {
  const name = twinName();
  const { admin, owned } = server;
  // FILE_COPY writes no log, but has the whole server write out what it holds: for ours only (15 and newer).
  const quickly = owned && server.major >= 15 ? ' STRATEGY file_copy' : '';
  const like = template === undefined ? `TEMPLATE template0${server.locale}` : `TEMPLATE ${quoteIdentifier(template)}`;
  await whenFree(() => admin.run(`CREATE DATABASE ${quoteIdentifier(name)} ${like}${quickly}`));
  await mark(admin, name, ownMark());
  let reading: Promise<Connection> | null = null;
  const drop = async () => {
    const reader = await reading?.catch(() => null);
    await reader?.close();
    await dropDatabase(admin, name);
  };
  const reader = () => {
    reading ??= server.open(name);
    return reading;
  };
  return { name, open: () => server.open(name), reader, drop, [Symbol.asyncDispose]: drop };
}

/** Nobody may be in a template, and a backend takes a moment to leave. */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + 10_000;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (serverError(error)?.sqlstate !== busy || performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, 5));
    }
  }
}

export async function dropDatabase(admin: Connection, name: string): Promise<void> {
  await admin.run(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}

/** From now on it is a template under that name, unless another process was faster. */
export async function keepAsTemplate(admin: Connection, twin: TwinDatabase, template: string): Promise<void> {
  try {
    await whenFree(() =>
      admin.run(`ALTER DATABASE ${quoteIdentifier(twin.name)} RENAME TO ${quoteIdentifier(template)}`),
    );
    await mark(admin, template, templateMark());
  } catch (error) {
    if (serverError(error)?.sqlstate !== taken) throw error;
    await twin.drop();
  }
}

export async function hasDatabase(admin: Connection, name: string): Promise<boolean> {
  return (await admin.query('select from pg_catalog.pg_database where datname = $1', [name])).rowCount > 0;
}

/** A template that is used stays for another week. */
export async function touchTemplate(admin: Connection, template: string): Promise<void> {
  await mark(admin, template, templateMark());
}

/** What runs that were killed have left here, and templates nobody has used for long. */
export async function sweep(admin: Connection): Promise<void> {
  const { rows } = await admin.query<Standing>(
    `select d.datname::text as name, pg_catalog.shobj_description(d.oid, 'pg_database') as comment,
       (select pg_catalog.count(*)::int from pg_catalog.pg_stat_activity a where a.datid = d.oid) as sessions
     from pg_catalog.pg_database d where d.datname ~ $1 and pg_catalog.pg_has_role(d.datdba, 'USAGE')`,
    [twinPattern],
  );
  for (const name of leftovers(rows)) await dropDatabase(admin, name);
}

async function mark(admin: Connection, name: string, content: Mark): Promise<void> {
  try {
    await admin.run(`COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quoteLiteral(JSON.stringify(content))}`);
  } catch (error) {
    // Swept meanwhile by another process.
    if (serverError(error)?.sqlstate !== missing) throw error;
  }
}
