// Which locks does one statement really take on what existed before it, and does it read or rewrite whole tables?
import pg from 'pg';
import { observeAlone } from './observe-alone.ts';
import {
  changedFiles,
  type Existing,
  existingRelations,
  moreScans,
  type Observation,
  openClient,
  strongest,
} from './relations.ts';

export interface ObserveOptions {
  /** The relations that count; those there before the statement unless given. */
  readonly existing?: readonly Existing[];
  /** What becomes of the statement; it stays unless told. */
  readonly end?: 'commit' | 'rollback';
  /** Said on the connection before the statement: `set search_path = app`. */
  readonly session?: string;
}

/** Statement states that say: not inside a transaction, not under a transaction of ours. */
const refusesTransaction = new Set(['25001', '2D000']);

/** Runs one statement on the database behind the URL and tells what it did; what the server refuses is thrown. */
export async function observe(url: string, statement: string, options: ObserveOptions = {}): Promise<Observation> {
  const client = await openClient(url);
  try {
    return await observeOn(client, url, statement, options);
  } finally {
    await client.end();
  }
}

/** The same on a connection that is open and outside a transaction; a statement that must stand alone gets its own connection. */
export async function observeOn(
  client: pg.Client,
  url: string,
  statement: string,
  options: ObserveOptions = {},
): Promise<Observation> {
  const before = await existingRelations(client);
  // Under the names they have by now.
  const byOid = new Map(before.map((relation) => [relation.oid, relation]));
  const existing = (options.existing ?? before).map((relation) => byOid.get(relation.oid) ?? relation);
  try {
    return await observeInside(client, statement, existing, before, options);
  } catch (error) {
    await client.query('rollback');
    if (!(error instanceof pg.DatabaseError) || !refusesTransaction.has(error.code ?? '')) throw error;
  }
  return observeAlone(url, statement, existing, options.session ?? '');
}

async function observeInside(
  client: pg.Client,
  statement: string,
  existing: readonly Existing[],
  before: readonly Existing[],
  options: ObserveOptions,
): Promise<Observation> {
  const known = new Map(existing.map((relation) => [relation.oid, relation]));
  const oids = [...known.keys()];
  const messages: string[] = [];
  const listen = (notice: { severity?: string | undefined; message?: string | undefined }) => {
    if (notice.severity === 'DEBUG' && notice.message) messages.push(notice.message);
  };
  await client.query('begin');
  if (options.session) await client.query(options.session);
  const scansBefore = await scans(client, oids);
  await client.query('set local client_min_messages = debug1');
  client.on('notice', listen);
  try {
    await client.query(statement);
    // What is deferred would take its locks at COMMIT, where nobody can look.
    await client.query('set constraints all immediate');
  } finally {
    client.removeListener('notice', listen);
  }
  const { rows: held } = await client.query<{ oid: number; mode: string }>(
    `select relation::int8::int as oid, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and granted`,
  );
  const after = await existingRelations(client);
  const scansAfter = await scans(client, oids);
  await client.query('set local client_min_messages = notice');
  await client.query(options.end ?? 'commit');
  const inBefore = new Map(before.map((relation) => [relation.oid, relation]));
  const files = changedFiles(
    existing.map((relation) => inBefore.get(relation.oid) ?? relation),
    after,
  );
  return {
    locks: strongest(held, known),
    ...files,
    scanned: moreScans(existing, scansBefore, scansAfter, files.emptied),
    messages,
    inTransaction: true,
  };
}

/** Full scans that this transaction counted, by table; ALTER TABLE and CREATE INDEX count theirs too (14 to 18). */
async function scans(client: pg.Client, oids: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await client.query<{ oid: number; scans: number }>(
    `select o as oid, pg_stat_get_xact_numscans(o::oid)::int as scans from unnest($1::int[]) o join pg_class c on c.oid = o::oid and c.relkind in ('r', 'm')`,
    [oids],
  );
  return new Map(rows.map((row) => [row.oid, row.scans]));
}
