// How is a statement run that cannot be in a transaction, so that it can be taken up again wherever it was cut off?
import { longTransactions } from '../../database/blockers.ts';
import { finish, intend } from '../../journal/index.ts';
import type { Problem } from '../../model/problem.ts';
import { sentence } from '../../verify/watch-blockers.ts';
import { clearUp } from '../alone/clear-up.ts';
import { leftByReindex } from '../alone/lone-problems.ts';
import { type Lone, readLone } from '../alone/lone-statement.ts';
import { leftoversOfReindex } from '../alone/standing.ts';
import { watchProgress } from '../alone/watch-progress.ts';
import { type ToRun, whatToRun } from '../alone/what-to-run.ts';
import { composeMessage } from '../message.ts';
import { type At, onlyStep, shownSql, statementOf } from './at.ts';
import { withSettings } from './settings.ts';
import { unsuccessful } from './unsuccessful.ts';
import { withLockTimeout } from './with-lock-timeout.ts';

/** Transactions younger than this are probably gone before they would be in the way. */
const longMs = 1_000;

export async function concurrentStage(at: At): Promise<readonly Problem[]> {
  const { connection, run, place } = at;
  const step = onlyStep(at);
  const lone = await readLone(step.sql);
  const toRun = await withSettings(at, () => whatToRun(at, lone));
  if (toRun.sql !== null) {
    await tellWhatIsAhead(at, lone);
    const sql = toRun.sql === step.sql ? shownSql(step) : toRun.sql;
    await intend(connection, run.lease, { ...place, kind: 'concurrent', sql });
    await execute(at, lone, toRun);
  }
  await finish(connection, run.lease, { ...place, outcome: 'done' });
  if (!('ReindexStmt' in lone.node)) return [];
  const left = await leftoversOfReindex(connection);
  return left.length === 0 ? [] : [leftByReindex(left)];
}

async function execute(at: At, lone: Lone, { sql, clear, thereBefore }: ToRun): Promise<void> {
  const { connection, migration, run } = at;
  try {
    await using _ = watchProgress(connection, migration.id, run.onEvent);
    await withSettings(at, () =>
      withLockTimeout(connection, migration.options.lockTimeout ?? 0, async () => {
        if (clear !== null) await connection.run(clear);
        if (sql !== null) await connection.run(sql);
      }),
    );
  } catch (error) {
    const piece = statementOf(at, onlyStep(at));
    throw await unsuccessful(at, error, { message: composeMessage([], [piece], []), pieces: [piece] }, () =>
      withSettings(at, () => clearUp(at, lone, thereBefore)),
    );
  }
}

async function tellWhatIsAhead({ connection, migration, run }: At, { command }: Lone): Promise<void> {
  if (!/CONCURRENTLY/.test(command)) return;
  const sessions = (await longTransactions(connection, longMs)).map(sentence);
  if (sessions.length > 0) run.onEvent({ type: 'transactions-ahead', id: migration.id, sessions });
}
