// How is the catalog of a database read in one consistent snapshot?
import type { Connection } from '../connection.ts';
import { comments, memberships, securityLabels } from './annotations.ts';
import { type Annotations, assemble } from './assemble.ts';
import { newestKnown } from './coverage.ts';
import type { Reading, Row } from './reading.ts';
import { text, texts } from './reading.ts';
import { readings } from './readings.ts';
import { findUnread } from './unread.ts';
import { type Catalog, catalogFormat } from './value.ts';

export interface ReadOptions {
  /** Schemas that are left out, besides PostgreSQL's own. Ours by default. */
  readonly exclude?: readonly string[];
}

export const ourSchemas: readonly string[] = Object.freeze(['roadbook', 'roadbook_parked']);

/**
 * With nothing in the search path but pg_catalog, PostgreSQL prints every other name in full; temporary tables come last,
 * so that none of that name stands in for a catalog. The rest decides how constants in expressions are printed, or costs time.
 */
const session = [
  'search_path = pg_catalog, pg_temp',
  'quote_all_identifiers = off',
  "timezone = 'UTC'",
  "datestyle = 'ISO, YMD'",
  "intervalstyle = 'postgres'",
  "bytea_output = 'hex'",
  'extra_float_digits = 1',
  'standard_conforming_strings = on',
  "lc_monetary = 'C'",
  'jit = off',
  'max_parallel_workers_per_gather = 0',
].map((setting) => `set local ${setting};`);

const own = {
  begin: `begin isolation level repeatable read read only;${session.join('')}`,
  end: 'commit',
};
const guest = {
  begin: `savepoint roadbook_catalog;${session.join('')}`,
  end: 'rollback to savepoint roadbook_catalog; release savepoint roadbook_catalog',
};

const about = `
select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major,
  pg_encoding_to_char(d.encoding) as encoding, d.datcollate::text as locale
from pg_database d where d.datname = current_database()`;

const classNames = `
select c.oid::int8::text as oid, c.relname::text as name from pg_class c
where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'`;

/**
 * Inside of a transaction of the caller's it reads what that one sees, and leaves its settings as they were. Functions
 * such as pg_get_viewdef always look at the newest committed catalog: an object that is dropped meanwhile makes them
 * fail, and reading starts again.
 */
export async function readCatalog(connection: Connection, options: ReadOptions = {}): Promise<Catalog> {
  const inside = await insideTransaction(connection);
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(connection, inside ? guest : own, options.exclude ?? ourSchemas);
    } catch (error) {
      if (attempt === 3 || !droppedMeanwhile(error)) throw error;
    }
  }
}

/** A setting made for the transaction is still there for the next statement only inside of a transaction block. */
async function insideTransaction(connection: Connection): Promise<boolean> {
  const [, second] = await Promise.all([
    connection.query(`select set_config('roadbook.inside', 'yes', true)`),
    connection.query<{ inside: string | null }>(`select current_setting('roadbook.inside', true) as inside`),
  ]);
  return second.rows[0]?.inside === 'yes';
}

async function readOnce(
  connection: Connection,
  frame: { readonly begin: string; readonly end: string },
  exclude: readonly string[],
): Promise<Catalog> {
  const { major } = connection.server;
  const ask = async (sql: string): Promise<readonly Row[]> =>
    (await (sql.includes('$1') ? connection.query(sql, [exclude]) : connection.query(sql))).rows;
  const begun = connection.run(frame.begin);
  const asked = [about, classNames, comments.sql(major), securityLabels.sql(major), memberships.sql(major)].map(ask);
  const read = readings.map(async (reading: Reading) => ({ reading, rows: await ask(reading.sql(major)) }));
  try {
    await settled([begun, ...asked, ...read]);
    const [server, classRows, ...annotations] = await Promise.all(asked);
    const classes = new Map((classRows ?? []).map((row) => [`${row.name}`, `${row.oid}`]));
    const assembled = assemble(await Promise.all(read), classes, annotationsOf(annotations));
    const unread = await findUnread(ask, assembled, classes, major > newestKnown);
    const { version, encoding, locale } = server?.[0] ?? {};
    await connection.run(frame.end);
    return Object.freeze({
      format: catalogFormat,
      server: Object.freeze({ major, version: `${version}`, encoding: `${encoding}`, locale: `${locale}` }),
      objects: assembled.objects,
      unread,
      identities: assembled.identities,
    });
  } catch (error) {
    await connection.run(frame.end).catch(() => {});
    throw error;
  }
}

/** Everything under way has an answer before the first failure is passed on. */
async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(promises)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

function annotationsOf([comments, labels, memberships]: readonly (readonly Row[])[]): Annotations {
  const key = (row: Row): string => `${row.class}:${row.oid}:${row.sub}`;
  const members = new Map<string, string>();
  const dependants = new Map<string, string[]>();
  for (const row of memberships ?? []) {
    const oid = `${row.class}:${row.oid}`;
    if (row.letter === 'e') members.set(oid, `${row.extension}`);
    else dependants.set(`${oid}:0`, [...(dependants.get(`${oid}:0`) ?? []), `${row.extension}`]);
  }
  return {
    comments: new Map((comments ?? []).map((row) => [key(row), text(row.comment) ?? ''])),
    labels: new Map((labels ?? []).map((row) => [key(row), texts(row.security_labels) ?? []])),
    members,
    dependants,
  };
}

function droppedMeanwhile(error: unknown): boolean {
  return (
    error instanceof Error && /cache lookup failed|could not open relation|could not find tuple/.test(error.message)
  );
}
