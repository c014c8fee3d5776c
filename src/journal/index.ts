// What was done to this database, and who may run on it now?
export { acquireLease, holderHere, type Lease, type LeaseOptions } from './acquire-lease.ts';
export { ensureJournal } from './create-journal.ts';
export { endStrays } from './end-strays.ts';
export { isLeaseLost, leaseLost, outOfTurnState } from './journal-problems.ts';
export { preparedCheckSql, preparedRecordSql, prepareSql, unpreparedState } from './prepared.ts';
export { readJournal } from './read-journal.ts';
export { type RecordedPlan, type RecordedStage, readPlan, readStages } from './read-plan.ts';
export {
  type BatchEnd,
  batchSql,
  beginBackfill,
  divideBackfill,
  isBackfillBegun,
  type PartPlace,
  readBackfill,
  resizeBackfill,
  type StagePlace,
} from './record-backfill.ts';
export { readBefore, recordBefore } from './record-before.ts';
export { latestCatalog, latestFingerprint, recordCatalog } from './record-catalog.ts';
export {
  type Before,
  beginMigration,
  checkSql,
  endMigration,
  holdSql,
  recordFailure,
  recordSql,
  recordUndoVerdict,
  recordVerdict,
} from './record-migration.ts';
export { purgedSql } from './record-purge.ts';
export { finishRun, startRun } from './record-run.ts';
export { finish, finishSql, type Intent, intend } from './record-stage.ts';
export { readUnmapped, type UnmappedRow, unmappedSql } from './record-unmapped.ts';
export { type Upgrade, upgrades } from './schema.ts';
