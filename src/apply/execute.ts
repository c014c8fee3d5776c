// How are the pending migrations run, one after the other, and what happens when one does not go through?
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { prepareSql, readJournal, unpreparedState } from '../journal/index.ts';
import type { Failure } from '../model/failure.ts';
import type { MigrationRun } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import { watchBlockers } from '../verify/watch-blockers.ts';
import { openLine } from './line.ts';
import { stayedOf } from './online/stayed.ts';
import type { Work } from './online/work.ts';
import { pause, pauseMs } from './pause.ts';
import { rollback, send } from './pipeline.ts';
import { refusal } from './refusal.ts';
import type { Run } from './run.ts';
import { gaveUpWaiting, lostAgain, lostForGood, stopped } from './run-problems.ts';
import { type Transaction, transactionOf } from './transaction.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface Executed {
  readonly done: readonly MigrationRun[];
  readonly failure: Failure | null;
  /** Notes found on the way. */
  readonly notes: readonly Problem[];
  /** The one that works now: the first may have been lost. */
  readonly connection: Connection;
  /** Those that were carried out by a plan, or would have been. */
  readonly online: ReadonlyMap<string, Work>;
  readonly close: () => Promise<void>;
}

/** As for a type that something uses, which may not have been there when the run began: a plan knows a way around it. */
const notSupported = '0A000';

/** A connection that is lost twice at the same migration is lost because of it. */
const mostLosses = 2;

export async function execute(pending: readonly ReadMigration[], run: Run): Promise<Executed> {
  const { lease, onEvent, signal } = run;
  const total = pending.length;
  const done: MigrationRun[] = [];
  const notes: Problem[] = [];
  const retries = new Map<string, number>();
  const online = new Map(run.online);
  const inTurn = new Set(run.inTurn);
  const planned = new Set<string>();
  /** With what PostgreSQL refused them as written. */
  const refused = new Map<string, unknown>();
  let waitedFrom: number | null = null;
  /** Attempts since something was done. */
  let inVain = 0;
  let completedAt = performance.now();
  /** So many of those that are done were looked at. */
  let looked = 0;
  /** As they went out: the place of an error counts in that very text. */
  const sent = new Map<string, Transaction>();
  const losses = new Map<string, number>();
  const idNow = () => pending[done.length]?.id;
  const attempts = (id: string) => retries.get(id) ?? 0;
  const line = openLine(run.connection, lease, {
    waitMs: run.maxWaitMs,
    signal,
    onConnection: (connection) => {
      connection.onNotice(({ code, message, detail, sql }) => {
        // Answers come together: what is said of a migration may arrive before the one before it counts as done.
        const id = [...sent].find(([, { whole, work }]) => whole.text === sql || work.text === sql)?.[0] ?? idNow();
        // That there was nothing to roll back is no news.
        if (id === undefined || code === '25P01') return;
        const more = detail === undefined ? {} : { detail: withoutSecrets(detail) };
        onEvent({ type: 'server-notice', id, message: withoutSecrets(message), ...more });
      });
    },
  });
  const watch = watchBlockers(line.current, (blockers) => {
    const id = idNow();
    if (id !== undefined) onEvent({ type: 'lock-waiting', id, attempt: attempts(id) + 1, blockers, nextMs: 0 });
  });

  let prepare = run.connection.server.pooled ? null : prepareSql(lease, run.runId);
  const transactionAt = (index: number, after: string | null, prepared: boolean): Transaction | null => {
    const migration = pending[index];
    if (migration === undefined || online.has(migration.id) || inTurn.has(migration.id)) return null;
    const { id, checksum, digest, format, description } = migration;
    const transaction = transactionOf(
      migration,
      lease,
      { runId: run.runId, id, checksum, digest, format, mode: 'atomic', description, retries: attempts(id) },
      { lockTimeoutMs: run.lockTimeoutMs, durable: index === total - 1, after, prepared },
    );
    sent.set(id, transaction);
    return transaction;
  };

  const complete = ({ id }: ReadMigration, more: Partial<MigrationRun> = {}): void => {
    const now = performance.now();
    const durationMs = Math.round(now - completedAt);
    done.push({ id, mode: 'atomic', stages: 1, retries: attempts(id), durationMs, verdict: 'verified', ...more });
    completedAt = now;
    waitedFrom = null;
    inVain = 0;
    sent.delete(id);
    watch.progress();
    onEvent({ type: 'migration-done', id, index: done.length, total, durationMs });
  };

  async function oneStep(migration: ReadMigration): Promise<void> {
    if (inTurn.has(migration.id) && !(await plan(migration)) && refused.has(migration.id))
      throw refused.get(migration.id);
    const work = online.get(migration.id);
    if (work === undefined) {
      const sending = {
        connection: line.current(),
        lease,
        signal,
        fileOf: run.fileOf,
        transactionAt,
        prepare,
        onDone: complete,
      };
      return await send(done.length, run.afterEach === null ? total : done.length + 1, sending);
    }
    const onProgress = () => {
      waitedFrom = null;
      inVain = 0;
      losses.delete(migration.id);
      watch.progress();
    };
    const { runPlan } = await import('./online/run-plan.ts');
    const ended = await runPlan(migration, work, { ...run, line, watch, retries: attempts(migration.id), onProgress });
    notes.push(...ended.notes);
    complete(migration, ofPlan(migration));
  }

  /** By the catalog as it is now; whether that is another way than as written. */
  async function plan(migration: ReadMigration): Promise<boolean> {
    const { work, notes: said } = await run.planInTurn(migration, line.current());
    inTurn.delete(migration.id);
    planned.add(migration.id);
    notes.push(...said);
    if (work !== null) online.set(migration.id, work);
    completedAt = performance.now();
    return work !== null;
  }

  const stayed = (migration: ReadMigration) => stayedOf(line.current(), migration, online.get(migration.id));

  function ofPlan({ id }: ReadMigration): Partial<MigrationRun> {
    const work = online.get(id);
    return work === undefined ? {} : { mode: 'online', stages: work.plan.stages.length };
  }

  /** What the journal says was done; answers may be lost, and so may commits that were not yet on the server's disk. */
  async function takeUpAgain(): Promise<void> {
    const connection = await line.renew();
    const journal = await readJournal(connection);
    const isDone = (id: string) => run.isDone(journal, id);
    const kept = done.findIndex(({ id }) => !isDone(id));
    if (kept >= 0) done.splice(kept);
    looked = Math.min(looked, done.length);
    for (let next = pending[done.length]; next && isDone(next.id); next = pending[done.length])
      complete(next, ofPlan(next));
    const id = idNow();
    if (id !== undefined) onEvent({ type: 'reconnected', id });
  }

  /** Null: it is worth trying again, after what was to be done for that. */
  async function afterFailure(error: unknown, migration: ReadMigration): Promise<Failure | null> {
    const said = serverError(error);
    if (said?.lost && !lease.signal.aborted) {
      try {
        await takeUpAgain();
      } catch (again) {
        return lostForGood(migration, said, again);
      }
      completedAt = performance.now();
      const next = pending[done.length];
      if (next === undefined) return null;
      retries.set(next.id, attempts(next.id) + 1);
      losses.set(next.id, (losses.get(next.id) ?? 0) + 1);
      if ((losses.get(next.id) ?? 0) < mostLosses) return null;
      return lostAgain(next, said, online.has(next.id) ? await stayed(next) : null);
    }
    if (said !== null) await rollback(line.current());
    const transaction = sent.get(migration.id) ?? null;
    if (said?.sqlstate === unpreparedState && transaction?.pipelined && prepare !== null) {
      prepare = null;
      return null;
    }
    const mayGoOtherwise = !run.approved && !online.has(migration.id) && !planned.has(migration.id);
    if (said?.sqlstate === notSupported && mayGoOtherwise) {
      refused.set(migration.id, error);
      inTurn.add(migration.id);
      return null;
    }
    const failure = refusal(error, { migration, transaction, run, role: line.current().server.user });
    if (failure !== null) return failure;
    waitedFrom ??= performance.now();
    const attempt = attempts(migration.id) + 1;
    inVain += 1;
    const nextMs = pauseMs(inVain);
    if (performance.now() + nextMs - waitedFrom > run.maxWaitMs) {
      const told = { attempts: inVain, maxWaitMs: run.maxWaitMs, blockers: watch.last() };
      return gaveUpWaiting(migration, run.fileOf(migration), { ...told, stayed: await stayed(migration) }, error);
    }
    retries.set(migration.id, attempt);
    onEvent({ type: 'lock-waiting', id: migration.id, attempt, blockers: watch.last(), nextMs });
    await pause(nextMs, signal).catch(() => {});
    completedAt = performance.now();
    return null;
  }

  /** What was done may be lost again with its connection: then it is done anew. */
  async function afterEach(): Promise<void> {
    if (run.afterEach === null) return;
    for (const { id } of done.slice(looked)) notes.push(...(await run.afterEach(id, line.current(), online.get(id))));
    looked = done.length;
    completedAt = performance.now();
  }

  const ended = (failure: Failure | null): Executed => ({
    done,
    failure,
    notes,
    online,
    connection: line.current(),
    close: line.close,
  });
  try {
    for (let migration = pending[done.length]; migration; migration = pending[done.length]) {
      if (signal.aborted) return ended(stopped(migration, lease, await stayed(migration)));
      onEvent({ type: 'migration-started', id: migration.id, index: done.length + 1, total });
      try {
        await oneStep(migration);
      } catch (error) {
        const failure = await afterFailure(error, pending[done.length] ?? migration);
        if (failure !== null) return ended(failure);
      }
      await afterEach();
    }
    return ended(null);
  } finally {
    await watch.stop();
  }
}
