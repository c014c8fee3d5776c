// What does Roadbook offer to programs? The verbs, in the order in which a migration meets them.

export { apply } from './apply/apply.ts';
export { check } from './check/check.ts';
export { doctor } from './doctor/doctor.ts';
export { status } from './history/status.ts';
export type { Change, Lock, LockMode } from './model/change.ts';
export type {
  DoctorFinding,
  DoctorGroup,
  DoctorOptions,
  DoctorOutcome,
  SlowStatement,
  TableState,
} from './model/diagnosis.ts';
export type { OnEvent, RunEvent } from './model/event.ts';
export { type ExitReason, exitCodes, Failure } from './model/failure.ts';
export type {
  AppliedMigration,
  ApplyOptions,
  ApplyOutcome,
  CheckOptions,
  CheckOutcome,
  InterruptedMigration,
  KeptObject,
  MigrationRun,
  NewOptions,
  NewOutcome,
  ParkedObject,
  ParkedOutcome,
  PendingMigration,
  PlanOptions,
  PlanOutcome,
  ProjectOptions,
  PurgeOptions,
  PurgeOutcome,
  RepairStatement,
  Status,
  TableSize,
  UndoneMigration,
  UndoOptions,
  UndoOutcome,
  UnmappedRows,
  VerifyOutcome,
} from './model/outcome.ts';
export type { Batch, MigrationPlan, Plan, Stage, Step, UndoWay } from './model/plan.ts';
export type { Place, Problem, Severity } from './model/problem.ts';
export type {
  HeldLock,
  RehearsedMigration,
  RehearseOptions,
  RehearseOutcome,
  Twin,
} from './model/rehearsal.ts';
export type { Assertion, Difference, Verdict } from './model/verdict.ts';
export { version } from './model/version.ts';
export { plan } from './plan/plan.ts';
export { type Configuration, defineConfig } from './read/configuration-shape.ts';
export { createMigration as newMigration } from './read/create.ts';
export { defineMigration, type MigrationDefinition } from './read/define.ts';
export {
  type BackfillDefinition,
  type BatchQuery,
  type BatchTools,
  type DefinedBackfill,
  defineBackfill,
  type Mapped,
  type Unmapped,
  unmapped,
  type Value,
  type Values,
} from './read/define-backfill.ts';
export { rehearse } from './rehearse/rehearse.ts';
export { parked } from './undo/parked.ts';
export { purge } from './undo/purge.ts';
export { undo } from './undo/undo.ts';
export { verify } from './verify/verify.ts';
