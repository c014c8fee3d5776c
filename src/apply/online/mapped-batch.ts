// How is one batch of rows done whose new values a function of the user's makes?
import type { Connection } from '../../database/connection.ts';
import { serverError } from '../../database/server-error.ts';
import { batchSql, checkSql, unmappedSql } from '../../journal/index.ts';
import { Failure } from '../../model/failure.ts';
import type { Problem } from '../../model/problem.ts';
import { insertRows, readRows, updateRows } from '../../recipes/map-rows.ts';
import { inRangeOf, rangeCondition } from '../../recipes/range-condition.ts';
import { rollback } from '../pipeline.ts';
import { stopped } from '../run-problems.ts';
import type { At } from './at.ts';
import { nextSize } from './batch-size.ts';
import { waitersSql } from './give-way.ts';
import { nextRange, type RowRange } from './key-range.ts';
import { type Mapper, type ShownColumn, shownSql } from './mapped-columns.ts';
import { byColumns, type JsonRow } from './mapped-values.ts';
import { type KeyedRow, type MadeRows, mapRows } from './mapper.ts';
import type { BatchDone, BatchFailed, Rows } from './one-batch.ts';
import { refuseStandstill } from './standstill.ts';
import { nothingLeft, stayedSentence } from './stayed.ts';
import { isBegun, nothingSent } from './unsuccessful.ts';

/** Rows are in this process while they are mapped. */
const mostRows = 2_000;
const mostBytes = 32 * 1024 * 1024;

/** As many rows as there is room for, going by those of the batch before. */
export function withRoom(wished: number, rows: number, bytes: number): number {
  return bytes === 0 ? wished : Math.max(1, Math.min(wished, Math.floor((mostBytes * rows) / bytes)));
}

/** So that a value comes as it goes: these decide how it is printed. What writes has the session's own again. */
const printing = {
  datestyle: "'ISO, YMD'",
  intervalstyle: "'postgres'",
  bytea_output: "'hex'",
  extra_float_digits: '1',
};
const settings = Object.entries(printing);

/** Through the connection of `at`, as `oneBatch` does it. */
export async function mappedBatch(
  at: At,
  range: RowRange,
  { reading, pace }: Rows,
  mapper: Mapper,
): Promise<{ readonly done: BatchDone } | { readonly failed: BatchFailed }> {
  const { connection, run, place, migration } = at;
  const { batch, work } = mapper;
  try {
    const taken = Math.min(range.size, pace.mostRows, mostRows);
    const next = await nextRange(connection, batch, range, taken, reading);
    refuseStandstill(at, range, next);
    const since = performance.now();
    const condition = rangeCondition(batch, { after: range.after ?? range.start, upTo: next.upTo });
    const { rows, bytes } = await readBatch(at, condition, reading.lockTimeoutMs, mapper);
    const file = run.fileOf(migration);
    const mapping = { connection, migration, file, work, batch, signal: run.signal };
    const said = rows.length === 0 ? { made: nothing } : await mapRows(rows, mapping);
    if ('unlucky' in said) return { failed: { error: said.unlucky, sent: nothingSent } };
    if (!('made' in said)) return { failed: { error: await refusal(at, said), sent: nothingSent } };
    const { made } = said;
    const changed = await writeBatch(connection, made, mapper);
    const [waiting] = await connection.run(waitersSql);
    const waiters = Number(waiting?.rows[0]?.waiters ?? 0);
    const workedMs = performance.now() - since;
    const wished = nextSize(taken, workedMs, waiters > 0, pace.targetMs());
    const size = next.last ? range.size : withRoom(wished, rows.length, bytes);
    const end = { after: next.upTo, passed: next.passed, changed, size };
    const journal = [
      ...(made.unmapped.length === 0 ? [] : [unmappedSql(place, batch.table, made.unmapped)]),
      batchSql(run.lease, { ...place, part: range.part }, end),
    ];
    await connection.run(['SET CONSTRAINTS ALL IMMEDIATE', ...journal, 'COMMIT'].join(';\n'));
    return { done: { ...next, changed, waiters, size, tookMs: performance.now() - since } };
  } catch (error) {
    if (serverError(error) === null) await rollback(connection);
    return { failed: { error, sent: nothingSent } };
  }
}

const nothing: MadeRows = { sets: [], inserts: [], unmapped: [] };

/** The transaction stays open. */
async function readBatch(at: At, condition: string, lockTimeoutMs: number, { batch, work, columns, keys }: Mapper) {
  const { connection, run } = at;
  const { lease } = run;
  const before = [
    'BEGIN',
    `SET LOCAL lock_timeout = ${Math.round(lockTimeoutMs)}`,
    checkSql(lease),
    ...(lease.transactionSettings === '' ? [] : [lease.transactionSettings]),
    ...settings.map(([name, value]) => `SET LOCAL ${name} = ${value}`),
  ];
  const mapped = { table: batch.table, key: batch.key, where: work.where };
  const sql = inRangeOf(readRows(mapped, shownSql(batch.key, columns)), condition);
  const after = settings.map(([name]) => `SET LOCAL ${name} TO DEFAULT`);
  const results = await connection.run([...before, sql, ...after].join(';\n'));
  let bytes = 0;
  const rows = (results[before.length]?.rows ?? []).map((found): KeyedRow => {
    const values: readonly unknown[] = Array.isArray(found.key) ? found.key : [];
    const text = String(found.row);
    bytes += text.length;
    const key = Object.fromEntries(keys.map((name, index) => [name, String(values[index])]));
    return { key, row: Object.freeze(JSON.parse(text)) };
  });
  return { rows, bytes };
}

async function writeBatch(
  connection: Connection,
  { sets, inserts }: MadeRows,
  { batch, work, keys, sets: settable, inserts: insertable }: Mapper,
): Promise<number> {
  const typed = (names: readonly string[], of: readonly ShownColumn[]) => of.filter(({ name }) => names.includes(name));
  const send = (sql: string, rows: readonly JsonRow[]) => connection.query(sql, [JSON.stringify(rows)]);
  const mapped = { table: batch.table, key: batch.key, where: null };
  const sent: Promise<{ readonly rowCount: number }>[] = [];
  for (const group of byColumns(sets)) {
    const names = group.names.filter((name) => !keys.includes(name));
    sent.push(send(updateRows(mapped, typed(names, settable)), group.rows));
  }
  if (work.into !== null) {
    const { table, onConflict } = work.into;
    for (const group of byColumns(inserts))
      sent.push(send(insertRows(table, typed(group.names, insertable), onConflict === 'skip'), group.rows));
  }
  // All are awaited, so that no failure is nobody's; the first one says why the others failed.
  const ended = await Promise.allSettled(sent);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return ended.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.rowCount : 0), 0);
}

/** With what stayed of the migration; the batch is taken back. */
async function refusal(
  at: At,
  said: { readonly stopped: true } | { readonly refused: Problem; readonly cause?: unknown },
): Promise<Failure> {
  const { connection, migration, run } = at;
  await rollback(connection);
  const stayed = stayedSentence(at, nothingLeft, await isBegun(at).catch(() => true));
  if ('stopped' in said) return stopped(migration, run.lease, stayed);
  const told = { ...said.refused, detail: `${said.refused.detail ?? ''} ${stayed}`.trim() };
  return new Failure(told, 'migration', said.cause === undefined ? {} : { cause: said.cause });
}
