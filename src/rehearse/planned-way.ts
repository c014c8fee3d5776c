// How does a migration go on a twin by the plan that the database itself would get, and back?
import { applyUnderLease } from '../apply/under-lease.ts';
import type { Sizes } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { ensureJournal } from '../journal/index.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { UndoOutcome } from '../model/outcome.ts';
import type { MigrationPlan } from '../model/plan.ts';
import { version } from '../model/version.ts';
import { readLive } from '../plan/live.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Project, ReadMigration } from '../read/index.ts';
import { undoUnderLease } from '../undo/undo-under-lease.ts';
import { watchLocks } from './observe-locks.ts';

/** Nobody else is on a twin. */
const waitMs = 30_000;

export interface Surroundings {
  readonly project: Project;
  /** Of the database that is stood in for: it decides what is cut into stages. */
  readonly sizes: Sizes;
  readonly signal: AbortSignal | undefined;
  /** One that failed before begins from its start. */
  readonly beginAnew?: boolean;
}

/** What would be done, and under which locks. */
export async function planOn(
  connection: Connection,
  migration: ReadMigration,
  { project, sizes, signal }: Surroundings,
): Promise<MigrationPlan> {
  const live = await readLive(connection, { waitMs, signal });
  const { migrations } = await makePlan({
    migrations: [migration],
    live: { ...live, sizes: { ...live.sizes, ...sizes } },
    online: project.configuration.online,
    label: project.label,
  });
  const [plan] = migrations;
  if (plan === undefined) throw new Error('a migration without a plan');
  return plan;
}

/** Before the first one. */
export async function prepareJournal(connection: Connection): Promise<void> {
  await ensureJournal(connection, version);
  await watchLocks(connection);
}

/** `files`: what was applied to this twin so far, with the one that is meant as the last. */
export async function goByPlan(
  connection: Connection,
  files: readonly MigrationFile[],
  around: Surroundings,
): Promise<void> {
  const { project, sizes } = around;
  const options = { maxWaitMs: waitMs, beginAnew: around.beginAnew ?? false, ...signalOf(around) };
  await applyUnderLease({
    project,
    files,
    pending: files.slice(-1),
    connection,
    database: databaseOf(connection),
    options,
    sizes,
  });
}

/** The last one. */
export async function goBack(
  connection: Connection,
  files: readonly MigrationFile[],
  around: Surroundings,
): Promise<UndoOutcome> {
  const options = { count: 1, maxWaitMs: waitMs, ...signalOf(around) };
  return undoUnderLease({ project: around.project, files, connection, database: databaseOf(connection), options });
}

function signalOf({ signal }: Surroundings): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function databaseOf({ server }: Connection) {
  return { version: server.version, name: server.database, embedded: server.embedded };
}
