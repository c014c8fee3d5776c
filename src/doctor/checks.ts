// What is looked at, in which order?
import { backup } from './checks/backup.ts';
import { disk } from './checks/disk.ts';
import { drift } from './checks/drift.ts';
import { duplicateIndexes } from './checks/duplicate-indexes.ts';
import { foreignKeysWithoutIndex } from './checks/foreign-keys-without-index.ts';
import { inTheWay } from './checks/in-the-way.ts';
import { interrupted } from './checks/interrupted.ts';
import { invalidIndexes } from './checks/invalid-indexes.ts';
import { journalState } from './checks/journal-state.ts';
import { lease } from './checks/lease.ts';
import { leftovers } from './checks/leftovers.ts';
import { longTransactions } from './checks/long-transactions.ts';
import { migrationFiles } from './checks/migration-files.ts';
import { migrationNames } from './checks/migration-names.ts';
import { missingTables } from './checks/missing-tables.ts';
import { otherTools } from './checks/other-tools.ts';
import { ownRights } from './checks/own-rights.ts';
import { parked } from './checks/parked.ts';
import { pendingRights } from './checks/pending-rights.ts';
import { pooler } from './checks/pooler.ts';
import { preparedTransactions } from './checks/prepared-transactions.ts';
import { replicationSlots } from './checks/replication-slots.ts';
import { sequencesNearEnd } from './checks/sequences-near-end.ts';
import { serverVersion } from './checks/server-version.ts';
import { slowStatements } from './checks/slow-statements.ts';
import { tables } from './checks/tables.ts';
import { timeouts } from './checks/timeouts.ts';
import { transactionIds } from './checks/transaction-ids.ts';
import { unprovedConstraints } from './checks/unproved-constraints.ts';
import { unusedIndexes } from './checks/unused-indexes.ts';
import { waitingSessions } from './checks/waiting-sessions.ts';
import { whichDatabase } from './checks/which-database.ts';
import { writable } from './checks/writable.ts';
import type { Check } from './define.ts';

/** What explains others comes before them: a wrong database before what it lacks. */
export const checks: readonly Check[] = [
  writable,
  pooler,
  whichDatabase,
  serverVersion,
  ownRights,
  pendingRights,
  journalState,
  otherTools,
  lease,
  interrupted,
  drift,
  migrationNames,
  migrationFiles,
  missingTables,
  leftovers,
  inTheWay,
  timeouts,
  invalidIndexes,
  unprovedConstraints,
  foreignKeysWithoutIndex,
  duplicateIndexes,
  unusedIndexes,
  sequencesNearEnd,
  longTransactions,
  waitingSessions,
  preparedTransactions,
  slowStatements,
  tables,
  parked,
  replicationSlots,
  transactionIds,
  disk,
  backup,
];
