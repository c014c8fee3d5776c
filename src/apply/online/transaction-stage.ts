// How is a stage run that is one transaction, together with its row in the journal?
import { finishSql, intend } from '../../journal/index.ts';
import { cleanSession } from '../leftovers.ts';
import { type At, shownSql } from './at.ts';
import { stageMessage } from './stage-message.ts';
import { unsuccessful } from './unsuccessful.ts';

/** Its row says done exactly if what it did is there. */
export async function transactionStage(at: At): Promise<void> {
  const { connection, run, stage, place } = at;
  const { lease } = run;
  const message = await stageMessage(
    at,
    stage.steps.map(({ sql }) => sql),
  );
  const sql = stage.steps.map(shownSql).join(';\n');
  await intend(connection, lease, { ...place, kind: 'transaction', sql });
  try {
    await connection.run(message.work.text);
    await connection.run(message.record([finishSql(lease, { ...place, outcome: 'done' })]));
  } catch (error) {
    throw await unsuccessful(at, error, { message: message.work, pieces: message.pieces });
  } finally {
    if (message.leavesState) await cleanSession(connection, lease).catch(() => {});
  }
}
