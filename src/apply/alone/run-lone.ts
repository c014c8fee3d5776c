// How is a statement run that cannot be in a transaction, so that it can be taken up again wherever it was cut off?
import { longTransactions } from '../../database/blockers.ts';
import { beginMigration, endMigration, finish, intend, readJournal } from '../../journal/index.ts';
import type { MigrationEntry } from '../../model/journal.ts';
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import { runSection } from '../../verify/assertions.ts';
import { sentence } from '../../verify/watch-blockers.ts';
import type { Run } from '../run.ts';
import { verifyFailed } from '../run-problems.ts';
import { type Begun, type LoneRun, withLockTimeout } from './begun.ts';
import { changedSince, leftByReindex } from './lone-problems.ts';
import type { Lone } from './lone-statement.ts';
import { leftoversOfReindex } from './standing.ts';
import { unsuccessful } from './unsuccessful.ts';
import { watchProgress } from './watch-progress.ts';
import { whatToRun } from './what-to-run.ts';

export interface LoneEnd {
  readonly stages: number;
  readonly notes: readonly Problem[];
}

/** Transactions younger than this are probably gone before they would be in the way. */
const longMs = 1_000;

/** Throws a ServerError where another attempt is worth it; it is told from the journal then what is left to do. */
export async function runLone(migration: ReadMigration, lone: Lone, run: LoneRun): Promise<LoneEnd> {
  const connection = run.line.current();
  const notes: Problem[] = [];
  const stages = migration.verify.length > 0 ? 2 : 1;
  const interrupted = (await readJournal(connection))?.interrupted;
  let open = interrupted?.id === migration.id ? interrupted : null;
  const resumed = open !== null;
  if (open !== null && open.checksum !== migration.checksum) {
    const changed = changedSince(migration.id);
    notes.push(changed);
    await endMigration(connection, run.lease, open.number, 'failed', { problem: changed });
    open = null;
  }
  const number = open?.number ?? (await beginMigration(connection, run.lease, entryOf(migration, run, stages)));
  const begun: Begun = { connection, migration, lone, run, number, resumed };
  if (open === null || open.stage === 1) notes.push(...(await statementStage(begun)));
  if (stages === 2) await checkStage(begun);
  await endMigration(connection, run.lease, number, 'done', { retries: run.retries });
  return { stages, notes };
}

function entryOf(
  { id, checksum, digest, format, description }: ReadMigration,
  run: Run,
  stages: number,
): MigrationEntry {
  return { runId: run.runId, id, checksum, digest, format, mode: 'online', description, stages };
}

async function statementStage(begun: Begun): Promise<readonly Problem[]> {
  const { connection, lone, run, number, migration } = begun;
  const plan = await whatToRun(begun);
  if (plan.sql !== null) {
    await tellWhatIsAhead(begun);
    await intend(connection, run.lease, { migration: number, stage: 1, kind: 'concurrent', sql: plan.sql });
    try {
      await using _ = watchProgress(connection, migration.id, run.onEvent);
      await withLockTimeout(connection, migration.options.lockTimeout ?? 0, async () => {
        if (plan.clear !== null) await connection.run(plan.clear);
        if (plan.sql !== null) await connection.run(plan.sql);
      });
    } catch (error) {
      throw await unsuccessful(begun, error, plan.thereBefore);
    }
  }
  await finish(connection, run.lease, { migration: number, stage: 1, outcome: 'done' });
  if (lone.statement.kind !== 'ReindexStmt') return [];
  const left = await leftoversOfReindex(connection);
  return left.length === 0 ? [] : [leftByReindex(left)];
}

async function tellWhatIsAhead({ connection, lone, migration, run }: Begun): Promise<void> {
  if (!/CONCURRENTLY/.test(lone.command)) return;
  const sessions = (await longTransactions(connection, longMs)).map(sentence);
  if (sessions.length > 0) run.onEvent({ type: 'transactions-ahead', id: migration.id, sessions });
}

async function checkStage({ connection, migration, run, number }: Begun): Promise<void> {
  const { lease } = run;
  const sql = migration.verify.map(({ text }) => text).join(';\n');
  await intend(connection, lease, { migration: number, stage: 2, kind: 'check', sql });
  const assertions = await runSection(connection, migration);
  if (assertions.every(({ ok }) => ok)) {
    await finish(connection, lease, { migration: number, stage: 2, outcome: 'done' });
    return;
  }
  const stayed = `What ${migration.id} did stays, for it ran outside of a transaction; \`roadbook apply\` goes on with verifying it.`;
  const failure = verifyFailed(migration, run.fileOf(migration), assertions, stayed);
  const { problem } = failure;
  await finish(connection, lease, { migration: number, stage: 2, outcome: 'failed', problem });
  await endMigration(connection, lease, number, 'interrupted', { problem });
  throw failure;
}
