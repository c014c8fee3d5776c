// What happens while migrations are taken back, from taking the lease to giving it back?
import { execute } from '../apply/execute.ts';
import { paceWish } from '../apply/online/pace-wish.ts';
import { refuseDrift } from '../apply/refuse-drift.ts';
import type { Run } from '../apply/run.ts';
import { compareCatalogs, fingerprint, serializeCatalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { requireOwnSession } from '../database/fitness.ts';
import { serverError } from '../database/server-error.ts';
import {
  acquireLease,
  endMigration,
  ensureJournal,
  finishRun,
  holderHere,
  type Lease,
  readJournal,
  recordCatalog,
  recordUndoVerdict,
  startRun,
} from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { UndoneMigration, UndoOutcome } from '../model/outcome.ts';
import type { MigrationPlan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Difference } from '../model/verdict.ts';
import { version } from '../model/version.ts';
import { maskedPlan } from '../plan/masked.ts';
import { readPatiently } from '../verify/read-patiently.ts';
import { findParked } from './find-parked.ts';
import { type Around, type Prepared, prepare, type UndoTask } from './prepare.ts';
import { isUndoOf, type Target, targetsOf, undoId } from './targets.ts';
import { differs, saidOfUndo } from './undo-problems.ts';

const defaultLockTimeoutMs = 1_000;
const defaultMaxWaitMs = 600_000;

interface Told {
  readonly undone: UndoneMigration[];
  readonly plans: MigrationPlan[];
  readonly problems: Problem[];
}

export async function undoUnderLease(task: UndoTask): Promise<UndoOutcome> {
  const { project, connection, options, database, files } = task;
  await ensureJournal(connection, version);
  const maxWaitMs = options.maxWaitMs ?? project.configuration.maxWaitMs ?? defaultMaxWaitMs;
  const signal = options.signal ?? new AbortController().signal;
  const holder = holderHere(version, 'undo');
  await using lease = await acquireLease(connection, { waitMs: maxWaitMs, holder, onEvent: options.onEvent, signal });
  // Another run may have changed what there is to take back while this one waited.
  const journal = await readJournal(connection);
  const targets = targetsOf(journal, database.name, options);
  const { onEvent, acceptDrift } = options;
  const wishes = {
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(acceptDrift === undefined ? {} : { acceptDrift }),
  };
  const unclear = await refuseDrift({ connection, journal, options: wishes, maxWaitMs, signal, files });
  const told: Told = { undone: [], plans: [], problems: [...unclear] };
  const runId = await startRun(connection, lease, holder);
  const cancel = () => void connection.cancel().catch(() => {});
  lease.signal.addEventListener('abort', cancel, { once: true });
  try {
    for (const target of targets) {
      const around: Around = { ...task, journal: await readJournal(connection), maxWaitMs, signal };
      await undoOne(target, around, { lease, runId, told });
    }
    await finishRun(connection, runId, 'done');
    return outcomeOf(task, told);
  } catch (error) {
    throw await failed(error, { task, lease, runId, told });
  } finally {
    lease.signal.removeEventListener('abort', cancel);
  }
}

interface Under {
  readonly lease: Lease;
  readonly runId: number;
  readonly told: Told;
}

async function undoOne(target: Target, around: Around, { lease, runId, told }: Under): Promise<void> {
  const { connection, project, options, maxWaitMs, signal } = around;
  const prepared = await prepare(target, around);
  const { migration, work } = prepared;
  const started = performance.now();
  const startedAt = new Date(await serverNow(connection)).toISOString();
  const restored = await countsOf(connection, prepared);
  told.plans.push(maskedPlan(work.plan));
  told.problems.push(...prepared.notes);
  if (work.plan.stages.some(({ kind }) => kind === 'concurrent')) requireOwnSession(connection);
  const run: Run = {
    connection,
    lease,
    runId,
    online: new Map([[migration.id, work]]),
    inTurn: new Set(),
    planInTurn: () => {
      throw new Error('an undo is planned before it begins');
    },
    afterEach: null,
    isDone: (journal) => journal !== null && !isInForce(journal, target.id),
    approved: true,
    lockTimeoutMs: project.configuration.lockTimeoutMs ?? defaultLockTimeoutMs,
    maxWaitMs,
    pace: paceWish({}),
    onEvent: options.onEvent ?? (() => {}),
    signal: AbortSignal.any([signal, lease.signal]),
    fileOf: project.label,
  };
  const executed = await execute([migration], run);
  try {
    if (executed.failure !== null) throw executed.failure;
    told.problems.push(...executed.notes);
    const verdict = await verified(target, prepared, around, executed.connection, { lease, runId, told });
    const parked = (await findParked(executed.connection)).filter(
      ({ id, parkedAt }) => isUndoOf(id, target.id) && parkedAt >= startedAt,
    );
    told.undone.push({
      id: target.id,
      way: prepared.way,
      stages: work.plan.stages.length,
      durationMs: Math.round(performance.now() - started),
      restored,
      parked: parked.map(({ object, rows }) => ({ object, rows })),
      verdict,
    });
  } finally {
    await executed.close();
  }
}

/** What is there now is recorded, whatever the verdict: the next run builds on it. */
async function verified(
  target: Target,
  { expected }: Prepared,
  around: Around,
  connection: Connection,
  { lease, runId, told }: Under,
): Promise<'verified' | 'failed'> {
  const { maxWaitMs, signal, options } = around;
  const { onEvent } = options;
  onEvent?.({ type: 'verifying', what: 'the catalog' });
  const now = await readPatiently(connection, { waitMs: maxWaitMs, onEvent, signal });
  const all = expected === null ? [] : compareCatalogs(expected(now), now, { ignore: ['.order', 'unread'] });
  const differences = all.filter((one) => !isOfOrder(one));
  const verdict = differences.length === 0 ? 'verified' : 'failed';
  if (verdict === 'failed') told.problems.push(differs(target.id, differences));
  const journal = await readJournal(connection);
  const print = fingerprint(now);
  await recordCatalog(connection, lease, {
    runId,
    afterId: journal?.applied.at(-1)?.id ?? null,
    fingerprint: print,
    catalog: serializeCatalog(now),
  });
  await recordUndoVerdict(connection, target.number, verdict, { catalog: print, differences });
  return verdict;
}

/** PostgreSQL puts a column that comes back at the end, and prints the columns of statistics in that order. */
function isOfOrder({ kind, property, expected = '', actual = '' }: Difference): boolean {
  const words = (text: string) =>
    text
      .split(/[\s,]+/)
      .sort()
      .join(' ');
  return kind === 'statistics' && property === 'definition' && words(expected) === words(actual);
}

function isInForce({ applied, interrupted }: Journal, id: string): boolean {
  return applied.some((each) => each.id === id) || interrupted?.id === id || interrupted?.id === undoId(id);
}

async function countsOf(connection: Connection, { restores }: Prepared): Promise<UndoneMigration['restored']> {
  if (restores.length === 0) return [];
  const parked = await findParked(connection);
  const plain = (name: string) => name.replaceAll('"', '');
  return restores.map(({ object, relation }) => ({
    object,
    rows: parked.find((one) => plain(one.relation) === plain(relation))?.rows ?? null,
  }));
}

async function serverNow(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ ms: string }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`,
  );
  return Number(rows[0]?.ms ?? 0);
}

function outcomeOf({ database }: UndoTask, { undone, plans, problems }: Told): UndoOutcome {
  const verdict = undone.some((one) => one.verdict === 'failed') ? 'failed' : 'verified';
  return { database, dryRun: false, undone, plans, verdict, problems };
}

/** What was taken back before it stays so, and is told with it. */
async function failed(
  error: unknown,
  { task, lease, runId, told }: Under & { readonly task: UndoTask },
): Promise<unknown> {
  if (!(error instanceof Failure)) return error;
  const { connection } = task;
  const problem = saidOfUndo(
    error.problem,
    told.undone.map(({ id }) => id),
  );
  try {
    const interrupted = (await readJournal(connection))?.interrupted;
    if (interrupted?.undoing === true)
      await endMigration(connection, lease, interrupted.number, 'interrupted', { problem });
    await finishRun(connection, runId, error.reason === 'stopped' ? 'interrupted' : 'failed', problem);
  } catch (again) {
    // The journal cannot be reached any more; what stopped the run is what the user has to know.
    if (serverError(again) === null && !(again instanceof Failure)) throw again;
  }
  const outcome = { ...outcomeOf(task, told), verdict: 'failed', problems: [...told.problems, problem] };
  return new Failure(problem, error.reason, { cause: error.cause, others: error.others, outcome });
}
