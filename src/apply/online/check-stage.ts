// Does an online migration stand its own verify section?
import { endMigration, finish, intend } from '../../journal/index.ts';
import { runSection } from '../../verify/assertions.ts';
import { verifyFailed } from '../run-problems.ts';
import type { At } from './at.ts';
import { nothingSent, unsuccessful } from './unsuccessful.ts';

/** As the section is written now: it may be bettered when it was wrong. */
export async function checkStage(at: At): Promise<void> {
  const { connection, migration, run, place } = at;
  const { lease } = run;
  const sql = migration.verify.map(({ text }) => text).join(';\n');
  await intend(connection, lease, { ...place, kind: 'check', sql });
  const assertions = await runSection(connection, migration).catch(async (error: unknown) => {
    throw await unsuccessful(at, error, nothingSent);
  });
  if (assertions.every(({ ok }) => ok)) {
    await finish(connection, lease, { ...place, outcome: 'done' });
    return;
  }
  const stayed = `What ${migration.id} did stays, for it did not run in one transaction; \`roadbook apply\` goes on with verifying it.`;
  const failure = verifyFailed(migration, run.fileOf(migration), assertions, stayed);
  const { problem } = failure;
  await finish(connection, lease, { ...place, outcome: 'failed', problem });
  await endMigration(connection, lease, place.migration, 'interrupted', { problem });
  throw failure;
}
