// What happens between taking the lease and giving it back?
import { serverError } from '../database/server-error.ts';
import {
  acquireLease,
  endMigration,
  ensureJournal,
  finishRun,
  holderHere,
  readJournal,
  recordFailure,
  startRun,
} from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { ApplyOutcome } from '../model/outcome.ts';
import { version } from '../model/version.ts';
import { pendingOf, type ReadMigration, readMigrations } from '../read/index.ts';
import type { OutsideFacts } from '../sql/transaction.ts';
import { partitionedAmong } from './alone/partitioned.ts';
import { type Executed, execute } from './execute.ts';
import type { Held, Task } from './held.ts';
import { keepingBefore } from './keep-before.ts';
import { type PaceWish, paceWish } from './online/pace-wish.ts';
import { planningInTurn } from './online/plan-in-turn.ts';
import { findRoutes, refuseWithoutGuard } from './online/routes.ts';
import type { Routes } from './online/work.ts';
import { recordOutcome } from './record-outcome.ts';
import { refuseDrift } from './refuse-drift.ts';

const defaultLockTimeoutMs = 1_000;
const defaultMaxWaitMs = 600_000;

export async function applyUnderLease(task: Task): Promise<ApplyOutcome> {
  const { project, connection, options, files } = task;
  const pace = paceWish(options);
  const migrations = await readMigrations(task.pending, project);
  const facts = await partitionedAmong(connection, migrations);
  refuseWithoutGuard(migrations, facts, task);
  if (connection.server.pooled) {
    const { requireSharable } = await import('./shared-session.ts');
    await requireSharable(connection, migrations, project.label);
  }
  await ensureJournal(connection, version);
  const maxWaitMs = options.maxWaitMs ?? project.configuration.maxWaitMs ?? defaultMaxWaitMs;
  const signal = options.signal ?? new AbortController().signal;
  const holder = holderHere(version, 'apply');
  await using lease = await acquireLease(connection, { waitMs: maxWaitMs, holder, onEvent: options.onEvent, signal });
  // Another run may have applied some of them while this one waited.
  const journal = await readJournal(connection);
  const { pending, problems } = await pendingOf(files, journal, project, options.to);
  const left = new Set(pending.map(({ id }) => id));
  const first: Held = { ...task, lease, journal, problems, maxWaitMs, signal };
  const toRun = migrations.filter(({ id }) => left.has(id));
  const unclear = toRun.length > 0 ? await refuseDrift(first) : [];
  const held: Held = { ...first, problems: [...problems, ...unclear] };
  const { only, routes } = await routesOf(toRun, facts, held);
  const told = wantsBackup(only, held) ? await import('./back-up.ts').then(({ backUp }) => backUp(only, held)) : [];
  // Awaited here: the lease is given back when this function ends.
  return await run(only, routes, { ...held, problems: [...held.problems, ...told] }, pace);
}

/** Nobody wants one of a database that only stands in for another. */
function wantsBackup(migrations: readonly ReadMigration[], { options, sizes }: Held): boolean {
  if (sizes !== undefined) return false;
  return options.backup === true || migrations.some((each) => each.options.backup === 'full');
}

async function routesOf(toRun: readonly ReadMigration[], facts: OutsideFacts, held: Held) {
  if ((held.journal?.interrupted ?? null) === null)
    return { only: toRun, routes: await findRoutes(toRun, facts, held, null) };
  const { askedFor, begunAmong, closeBegun } = await import('./online/take-up.ts');
  const begun = await begunAmong(toRun, held);
  const only = askedFor(toRun, begun, held.options.plan);
  const routes = await findRoutes(only, facts, held, begun);
  await closeBegun(begun, routes, held);
  return { only, routes };
}

async function run(
  migrations: readonly ReadMigration[],
  routes: Routes,
  held: Held,
  pace: PaceWish,
): Promise<ApplyOutcome> {
  const { connection, lease, project, options, journal } = held;
  const runId = await startRun(connection, lease, holderHere(version, 'apply'));
  const cancel = () => void connection.cancel().catch(() => {});
  lease.signal.addEventListener('abort', cancel, { once: true });
  const afterEach = await keepingBefore(held, runId, migrations);
  const executed = await execute(migrations, {
    connection,
    lease,
    runId,
    online: routes.online,
    inTurn: routes.inTurn,
    planInTurn: planningInTurn(held),
    afterEach,
    isDone: (known, id) => known?.applied.some((each) => each.id === id) === true,
    approved: options.plan !== undefined,
    lockTimeoutMs: project.configuration.lockTimeoutMs ?? defaultLockTimeoutMs,
    maxWaitMs: held.maxWaitMs,
    pace,
    onEvent: options.onEvent ?? (() => {}),
    signal: AbortSignal.any([held.signal, lease.signal]),
    fileOf: project.label,
  });
  try {
    const ids = executed.done.map(({ id }) => id);
    const afterId = ids.at(-1) ?? journal?.applied.at(-1)?.id ?? null;
    const outcome: ApplyOutcome = {
      database: held.database,
      applied: executed.done,
      verdict: executed.failure === null ? 'verified' : 'failed',
      problems: [...held.problems, ...routes.notes, ...executed.notes],
    };
    const stopping = executed.failure !== null;
    const said =
      (stopping && ids.length === 0) || (afterEach !== null && ids.length > 0)
        ? []
        : await recordOutcome(held, executed, { runId, ids, afterId, stopping, outcome });
    const told = { ...outcome, problems: [...outcome.problems, ...said] };
    if (executed.failure !== null) throw await failed(executed, executed.failure, migrations, { held, runId, told });
    await finishRun(executed.connection, runId, 'done').catch((error: unknown) => {
      // All of it is applied. That the run ended is known to the next one, which finds the lease free.
      if (serverError(error)?.lost !== true) throw error;
    });
    return told;
  } finally {
    lease.signal.removeEventListener('abort', cancel);
    await executed.close();
  }
}

interface Failed {
  readonly held: Held;
  readonly runId: number;
  readonly told: ApplyOutcome;
}

async function failed(
  { done, connection, online }: Executed,
  failure: Failure,
  migrations: readonly ReadMigration[],
  { held, runId, told }: Failed,
): Promise<Failure> {
  const { lease } = held;
  const migration = migrations[done.length];
  const { problem } = failure;
  try {
    if (migration !== undefined && online.has(migration.id)) {
      const interrupted = (await readJournal(connection))?.interrupted;
      if (interrupted?.id === migration.id)
        await endMigration(connection, lease, interrupted.number, 'interrupted', { problem });
    } else if (migration !== undefined && failure.reason !== 'stopped') {
      const { id, checksum, digest, format, description } = migration;
      const entry = { runId, id, checksum, digest, format, mode: 'atomic', description } as const;
      await recordFailure(connection, lease, entry, problem);
    }
    await finishRun(connection, runId, failure.reason === 'stopped' ? 'interrupted' : 'failed', problem);
  } catch {
    // The journal cannot be reached any more; what stopped the run is what the user has to know.
  }
  const outcome: ApplyOutcome = { ...told, verdict: 'failed', problems: [...told.problems, problem] };
  return new Failure(problem, failure.reason, { cause: failure.cause, others: failure.others, outcome });
}
