// What does a function of the user's make of the rows of one batch?
import type { Connection } from '../../database/connection.ts';
import type { ServerError } from '../../database/server-error.ts';
import type { UnmappedRow } from '../../journal/index.ts';
import type { Batch } from '../../model/plan.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { BackfillWork, ReadMigration, UserRow } from '../../read/index.ts';
import { placeIn } from '../../read/typescript-module.ts';
import { codeFrame } from '../../sql/position.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { createAsking } from './batch-query.ts';
import { type JsonRow, readSaid } from './mapped-values.ts';

export interface KeyedRow {
  readonly key: Readonly<Record<string, string>>;
  readonly row: UserRow;
}

export interface MadeRows {
  /** With the columns of the key. */
  readonly sets: readonly JsonRow[];
  readonly inserts: readonly JsonRow[];
  readonly unmapped: readonly UnmappedRow[];
}

/** `unlucky`: the server's word, where it is worth another attempt. */
export type Made =
  | { readonly made: MadeRows }
  | { readonly refused: Problem; readonly cause?: unknown }
  | { readonly unlucky: ServerError }
  | { readonly stopped: true };

export interface Mapping {
  readonly connection: Connection;
  readonly migration: Pick<ReadMigration, 'id' | 'path'>;
  /** How the file is named to the user. */
  readonly file: string;
  readonly work: BackfillWork;
  readonly batch: Batch;
  readonly signal: AbortSignal;
}

const examples = 5;

/** The function runs in the batch's transaction, and nothing of it is written yet. */
export async function mapRows(rows: readonly KeyedRow[], mapping: Mapping): Promise<Made> {
  const { connection, work, signal } = mapping;
  const asking = await createAsking(connection);
  const limit = new AbortController();
  const told = AbortSignal.any([signal, limit.signal]);
  const timer = setTimeout(() => limit.abort(), work.timeoutMs);
  let found: unknown;
  try {
    const given = Object.freeze(rows.map(({ row }) => row));
    const looking = Promise.resolve(work.lookup?.(given, Object.freeze({ query: asking.query, signal: told })));
    // Where it is too late, nobody waits for it any more.
    looking.catch(() => {});
    found = await Promise.race([looking, aborted(told)]);
    if (told.aborted) return signal.aborted ? { stopped: true } : { refused: tooSlow(mapping, rows.length) };
  } catch (error) {
    if (signal.aborted) return { stopped: true };
    const unlucky = asking.badLuck();
    return unlucky === null ? { refused: thrown(mapping, 'lookup', error, null), cause: error } : { unlucky };
  } finally {
    clearTimeout(timer);
    if (told.aborted && asking.isBusy()) await connection.cancel().catch(() => {});
    await asking.close();
  }
  return mapEach(rows, found, mapping);
}

function mapEach(rows: readonly KeyedRow[], found: unknown, mapping: Mapping): Made {
  const { work, batch } = mapping;
  const writable = { sets: work.sets, inserts: work.into?.columns ?? null };
  const sets: JsonRow[] = [];
  const inserts: JsonRow[] = [];
  const unmapped: UnmappedRow[] = [];
  for (const { key, row } of rows) {
    let value: unknown;
    try {
      value = work.map(row, found);
    } catch (error) {
      return { refused: thrown(mapping, 'map', error, key), cause: error };
    }
    const said = readSaid(value, writable);
    if (said.is === 'wrong') {
      // A promise that nobody waits for is nobody's when it fails.
      if (value instanceof Promise) value.catch(() => {});
      return { refused: notTaken(mapping, key, said.why) };
    }
    if (said.is === 'unmapped') unmapped.push({ key, reason: said.reason });
    if (said.is === 'mapped') {
      if (said.set !== null) sets.push({ ...said.set, ...key });
      inserts.push(...said.inserts);
    }
  }
  if (unmapped.length > 0 && work.unmapped === 'stop') return { refused: notAllMapped(mapping, unmapped, batch.table) };
  return { made: { sets, inserts, unmapped } };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** `id = 7, at = 2026-01-01`. */
export function toldKey(key: Readonly<Record<string, string>>): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} = ${value.length > 80 ? `${value.slice(0, 80)}…` : value}`)
    .join(', ');
}

function thrown(mapping: Mapping, name: 'map' | 'lookup', error: unknown, key: KeyedRow['key'] | null): Problem {
  const { file, migration, work } = mapping;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const where = placeIn({ path: migration.path, text: work.source }, file, error);
  const line = withoutSecrets(said.split('\n')[0] ?? '').slice(0, 500);
  return problem('backfill-threw', `${name}() of ${migration.id} threw an error`, {
    detail: `${key === null ? '' : `At the row with ${toldKey(key)}. `}It says ${line.replace(/\.$/, '')}. The batch was rolled back.`,
    hint: `Mend the function. ${goOn}`,
    where,
    frame: codeFrame(work.source, where),
  });
}

const goOn =
  'Then run `roadbook apply` again; where rows are done already, `roadbook apply --begin-anew` takes the file as it is now, and `where` is to leave out what is done.';

function notTaken({ file, migration, work }: Mapping, key: KeyedRow['key'], why: string): Problem {
  const at = Math.max(0, work.source.search(/\bmap\b\s*[:(]/));
  const line = work.source.slice(0, at).split('\n').length;
  return problem('backfill-no-value', `map() of ${migration.id} handed back what cannot be written`, {
    detail: `For the row with ${toldKey(key)} it is ${why}. The batch was rolled back.`,
    hint: `Hand back { set: { column: value } }, unmapped('reason') or null. ${goOn}`,
    where: { file, line, column: 1 },
  });
}

function tooSlow({ file, migration, work }: Mapping, rows: number): Problem {
  return problem('backfill-slow', `lookup() of ${migration.id} did not come back within ${work.timeoutMs / 1000} s`, {
    detail: `It was given ${rows} ${rows === 1 ? 'row' : 'rows'}, which stay locked as long as it takes. The batch was rolled back.`,
    hint: 'Ask for all rows of a batch at once, `WHERE email = ANY($1)`, take fewer of them with batch, or give it longer with timeoutMs.',
    where: { file, line: 1, column: 1 },
  });
}

function notAllMapped({ file, migration, work }: Mapping, unmapped: readonly UnmappedRow[], table: string): Problem {
  const samples = unmapped.slice(0, examples).map(({ key, reason }) => `${toldKey(key)}: ${withoutSecrets(reason)}`);
  const at = Math.max(0, work.source.search(/\bunmapped\b\s*:/));
  return problem('backfill-unmapped', `rows of ${table} cannot be mapped, and ${migration.id} is to stop then`, {
    detail: `The batch at hand has ${unmapped.length}; it was rolled back. ${samples.join('; ')}.`,
    hint: "Mend those rows, or the function. With unmapped: 'keep' such rows stay as they are, and are listed.",
    where: { file, line: work.source.slice(0, at).split('\n').length, column: 1 },
    rows: { count: unmapped.length, exact: false, samples },
  });
}
