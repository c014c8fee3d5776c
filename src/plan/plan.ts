// What would be done to this database, in which stages and under which locks?
import { printName } from '../changes/name.ts';
import { nameOfKey } from '../changes/reading/key.ts';
import type { Connection } from '../database/connection.ts';
import { explained } from '../database/explained.ts';
import { readJournal } from '../journal/index.ts';
import type { InterruptedEntry, Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { InterruptedMigration, PlanOptions, PlanOutcome, TableSize } from '../model/outcome.ts';
import type { MigrationPlan } from '../model/plan.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Found } from '../preflight/parts.ts';
import { preflight } from '../preflight/preflight.ts';
import {
  openWithFiles,
  pendingOf,
  type ReadMigration,
  readMigrations,
  readProject,
  requireMigration,
} from '../read/index.ts';
import { driftProblems, findDrift, readerWaitMs } from '../verify/drift.ts';
import { exceptInterrupted } from '../verify/interrupted-names.ts';
import { estimateMs } from './estimate.ts';
import { type Live, readLive } from './live.ts';
import { makePlan } from './make-plan.ts';
import { maskedPlan } from './masked.ts';

/** Reads only, and creates nothing. */
export async function plan(options: PlanOptions): Promise<PlanOutcome> {
  return explained(() => read(options));
}

async function read(options: PlanOptions): Promise<PlanOutcome> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  requireMigration(files, options.to);
  const journal = await answer;
  const order = await pendingOf(files, journal, project, options.to);
  const { onEvent, signal } = options;
  const migrations = await readMigrations(order.pending, project);
  const live = await readLive(connection, { waitMs: readerWaitMs, onEvent, signal });
  const interrupted = journal?.interrupted ?? null;
  const {
    fingerprint,
    migrations: plans,
    questions,
  } = await makePlan({
    migrations,
    live,
    online: project.configuration.online,
    label: project.label,
    begun: interrupted?.id,
  });
  const { server } = connection;
  const tables = tablesOf(plans, live);
  const { catalog, sizes } = live;
  const asked = { connection, migrations, plans, questions, catalog, sizes, exact: options.exact ?? false };
  const found = await preflight({ ...asked, label: project.label, onEvent, signal });
  return {
    database: { version: server.version, name: server.database, embedded: server.embedded },
    fingerprint,
    migrations: estimated(plans.map(maskedPlan), tables).map((one) => withFound(one, found)),
    interrupted: interrupted === null ? null : shown(interrupted),
    tables,
    inTheWay: inTheWay(migrations, plans, found),
    problems: [
      ...order.problems,
      ...found.filter(({ migration }) => migration === null).map(({ problem: one }) => one),
      ...(await drifted(connection, { journal, live, files })),
      ...(interrupted === null ? [] : [goesOn(interrupted)]),
    ],
  };
}

function withFound(plan: MigrationPlan, found: readonly Found[]): MigrationPlan {
  const own = found.filter(({ migration }) => migration === plan.id).map(({ problem: one }) => one);
  return own.length === 0 ? plan : { ...plan, problems: [...own, ...plan.problems] };
}

/** What the preflight found, and what is wrong with a function's file: a danger that stays stops nobody. */
function inTheWay(
  migrations: readonly ReadMigration[],
  plans: readonly MigrationPlan[],
  found: readonly Found[],
): number {
  const backfills = new Set(migrations.flatMap(({ id, backfill }) => (backfill === undefined ? [] : [id])));
  const ofFiles = plans.filter(({ id }) => backfills.has(id)).flatMap(({ problems }) => problems);
  return [...found.map(({ problem: one }) => one), ...ofFiles].filter(({ severity }) => severity === 'error').length;
}

interface Known {
  readonly journal: Journal | null;
  readonly live: Live;
  readonly files: readonly MigrationFile[];
}

/** What `status` says of it too. A plan is made of the database as it is, whatever the journal says. */
async function drifted(connection: Connection, { journal, live, files }: Known): Promise<readonly Problem[]> {
  if (journal === null || journal.applied.length === 0) return [];
  const except = await exceptInterrupted(connection, journal, files);
  const drift = await findDrift(connection, journal, { waitMs: readerWaitMs, except, actual: live.catalog });
  return [...drift.problems, ...driftProblems(drift.differences)];
}

function shown({ id, stage, stages }: InterruptedEntry): InterruptedMigration {
  return { id, stage: Math.min(stage, stages), stages };
}

function goesOn({ id, stage, stages, running }: InterruptedEntry): Problem {
  const where = `stage ${Math.min(stage, stages)} of ${stages}`;
  return running
    ? problem('migration-at-work', `${id} is being applied: another run is in ${where}`, {
        severity: 'note',
        detail: 'The plan is made as if that run were over.',
        hint: 'Run `roadbook plan` again when it is.',
      })
    : problem('migration-goes-on', `${id} stopped in ${where}, and goes on by the plan it was begun with`, {
        severity: 'note',
        detail: 'The plan below is what comes after it.',
        hint: 'Run `roadbook apply`: it finishes that migration first.',
      });
}

function estimated(plans: readonly MigrationPlan[], tables: readonly TableSize[]): readonly MigrationPlan[] {
  const byName = new Map(tables.map((table) => [table.relation, table]));
  return plans.map((one) => ({
    ...one,
    stages: one.stages.map((stage) => ({ ...stage, estimateMs: estimateMs(stage, byName) })),
  }));
}

function tablesOf(plans: readonly MigrationPlan[], { sizes }: Live): readonly TableSize[] {
  const steps = plans.flatMap(({ stages }) => stages.flatMap((stage) => stage.steps));
  const named = new Set(
    steps.flatMap(({ locks, batch }) => [
      ...locks.map(({ relation }) => relation),
      ...(batch === undefined ? [] : [batch.table]),
    ]),
  );
  const known = Object.entries(sizes).map(([key, size]) => ({ relation: printName(nameOfKey(key)), ...size }));
  return known.filter(({ relation }) => named.has(relation));
}
