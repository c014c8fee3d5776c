// What happens between taking the lease and giving it back?
import { requireOwnSession } from '../database/fitness.ts';
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
import type { MigrationFile } from '../model/migration.ts';
import type { ApplyOutcome } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { version } from '../model/version.ts';
import { type Project, type ReadMigration, readMigration } from '../read/index.ts';
import { loadParser } from '../sql/index.ts';
import { findLone, type Lone } from './alone/lone-statement.ts';
import { partitionedAmong } from './alone/partitioned.ts';
import { type Executed, execute } from './execute.ts';
import type { Held, Task } from './held.ts';
import { pendingOf } from './pending.ts';
import { recordOutcome } from './record-outcome.ts';
import { refuseDrift } from './refuse-drift.ts';

const defaultLockTimeoutMs = 1_000;
const defaultMaxWaitMs = 600_000;

export async function applyUnderLease(task: Task): Promise<ApplyOutcome> {
  const { project, connection, options, files } = task;
  const migrations = await readAll(task.pending, project);
  const lone = await findRoutes(migrations, task);
  await ensureJournal(connection, version);
  const maxWaitMs = options.maxWaitMs ?? project.configuration.maxWaitMs ?? defaultMaxWaitMs;
  const signal = options.signal ?? new AbortController().signal;
  const holder = holderHere(version, 'apply');
  await using lease = await acquireLease(connection, { waitMs: maxWaitMs, holder, onEvent: options.onEvent, signal });
  // Another run may have applied some of them while this one waited.
  const journal = await readJournal(connection);
  const { pending, problems } = await pendingOf(files, journal, project, options.to);
  const left = new Set(pending.map(({ id }) => id));
  const held: Held = { ...task, lease, journal, problems, maxWaitMs, signal, lone };
  const toRun = migrations.filter(({ id }) => left.has(id));
  // Awaited here: the lease is given back when this function ends.
  return await run(toRun, held);
}

async function run(migrations: readonly ReadMigration[], held: Held): Promise<ApplyOutcome> {
  const { connection, lease, project, options, journal } = held;
  if (migrations.length > 0) await refuseDrift(held);
  const runId = await startRun(connection, lease, holderHere(version, 'apply'));
  await closeRewritten(held, migrations);
  const cancel = () => void connection.cancel().catch(() => {});
  lease.signal.addEventListener('abort', cancel, { once: true });
  const executed = await execute(migrations, {
    connection,
    lease,
    runId,
    lone: held.lone,
    lockTimeoutMs: project.configuration.lockTimeoutMs ?? defaultLockTimeoutMs,
    maxWaitMs: held.maxWaitMs,
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
      problems: [...held.problems, ...executed.notes],
    };
    const stopping = executed.failure !== null;
    const said =
      stopping && ids.length === 0
        ? []
        : await recordOutcome(held, executed, { runId, ids, afterId, stopping, outcome });
    const told = { ...outcome, problems: [...outcome.problems, ...said] };
    if (executed.failure !== null) throw await failed(executed, executed.failure, migrations, { held, runId, told });
    await finishRun(executed.connection, runId, 'done');
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
  { done, connection }: Executed,
  failure: Failure,
  migrations: readonly ReadMigration[],
  { held, runId, told }: Failed,
): Promise<Failure> {
  const { lease, lone } = held;
  const migration = migrations[done.length];
  const { problem } = failure;
  try {
    if (migration !== undefined && lone.has(migration.id)) {
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

/** All are read before the first one runs: a mistake in the last one changes nothing, and all mistakes are told at once. */
async function readAll(files: readonly MigrationFile[], project: Project): Promise<readonly ReadMigration[]> {
  if (files.length === 0) return [];
  const parser = await loadParser();
  const migrations: ReadMigration[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    try {
      migrations.push(await readMigration(file, parser, project.label(file)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.problem, ...error.others);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  return migrations;
}

/** What cannot run in a transaction is found before anything is touched, even the journal. */
async function findRoutes(
  migrations: readonly ReadMigration[],
  { connection, project }: Task,
): Promise<ReadonlyMap<string, Lone>> {
  const facts = await partitionedAmong(connection, migrations);
  const { lone, problems } = findLone(migrations, project.label, facts);
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  if (lone.size > 0) requireOwnSession(connection);
  return lone;
}

/** An interrupted migration that was rewritten so that it fits into a transaction begins anew. */
async function closeRewritten({ connection, lease, journal, lone }: Held, migrations: readonly ReadMigration[]) {
  const interrupted = journal?.interrupted;
  if (!interrupted || lone.has(interrupted.id) || !migrations.some(({ id }) => id === interrupted.id)) return;
  await endMigration(connection, lease, interrupted.number, 'failed');
}
