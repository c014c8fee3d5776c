// What comes of the migrations as they are written, one after the other, on a twin?
import { compareCatalogs } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { MigrationPlan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { RehearsedMigration } from '../model/rehearsal.ts';
import type { Difference } from '../model/verdict.ts';
import type { ReadMigration } from '../read/index.ts';
import { type EndState, endState } from './end-state.ts';
import { goNaively, type NaiveEnd } from './naive-way.ts';
import { goByPlan, planOn } from './planned-way.ts';
import type { Touched } from './row-tables.ts';
import { generateRows, refill } from './rows.ts';
import { putSample } from './rows-sample.ts';
import type { Rehearsal } from './subject.ts';
import { touchedBy } from './touched-tables.ts';
import type { TwinDatabase } from './twin-databases.ts';

/** What is done to the rows of a twin before a migration, each time the same. */
export type Preparing = (connection: Connection) => Promise<unknown>;

export interface Expected {
  readonly migration: ReadMigration;
  readonly plan: MigrationPlan;
  readonly preparing: readonly Preparing[];
  readonly rows: RehearsedMigration['rows'];
  readonly end: NaiveEnd;
  /** What it met with rows that are gone by now; null: nothing. */
  readonly stoodInTheWay: Problem | null;
  /** Null where it did not go. */
  readonly after: EndState | null;
  /** Where its text does not tell. */
  readonly changed: readonly Difference[] | null;
}

type RowKind = RehearsedMigration['rows']['kind'];

/** Until one does not go: those after it cannot be told. The rows for the first one are there. */
export async function goFirst(
  twin: TwinDatabase,
  rehearsal: Rehearsal,
  firstRows: number,
): Promise<readonly Expected[]> {
  const { migrations, onEvent, sample } = rehearsal;
  const found: Expected[] = [];
  const files: MigrationFile[] = [];
  for (const [index, migration] of migrations.entries()) {
    onEvent({ type: 'rehearsing', what: `${migration.id} as it is written` });
    await using connection = await twin.open();
    const plan = await planOn(connection, migration, rehearsal.around);
    const touched = touchedBy([plan], [migration]);
    const preparing: Preparing[] = [];
    let rows: RehearsedMigration['rows'] = { kind: sample === null ? 'wild' : 'sample', count: firstRows };
    const prepare = async (kind: RowKind, how: (connection: Connection) => Promise<number>) => {
      preparing.push(how);
      await using own = await twin.open();
      rows = { kind, count: await how(own) };
    };
    if (index > 0 && sample === null) await prepare('wild', (own) => generateRows(own, touched, 'wild'));
    const before = isOpaque(plan) ? await endState(await twin.reader()) : null;
    let stoodInTheWay: Problem | null = null;
    let end = await tryOnce(twin, migration, files, rehearsal);
    for (const manner of ['tame', 'none'] as const) {
      if (end.done || end.because !== 'rows' || sample !== null) break;
      stoodInTheWay ??= end.problem;
      await prepare(manner, (own) => refill(own, touched, manner));
      end = await tryOnce(twin, migration, files, rehearsal);
    }
    const after = end.done ? await endState(await twin.reader()) : null;
    const changed = before === null || after === null ? null : compareCatalogs(before.catalog, after.catalog);
    found.push({
      migration,
      plan,
      preparing,
      rows,
      end,
      stoodInTheWay: end.done ? stoodInTheWay : null,
      after,
      changed,
    });
    if (!end.done) break;
    if (migration.backfill !== undefined) files.push(migration);
  }
  return found;
}

async function tryOnce(
  twin: TwinDatabase,
  migration: ReadMigration,
  files: readonly MigrationFile[],
  rehearsal: Rehearsal,
): Promise<NaiveEnd> {
  await using connection = await twin.open();
  const { around } = rehearsal;
  if (migration.backfill === undefined) return await goNaively(connection, migration, around.project.label(migration));
  // No SQL is written down of it: it goes the planned way twice.
  try {
    await goByPlan(connection, [...files, migration], { ...around, beginAnew: true });
    return { done: true };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { done: false, because: 'rows', problem: error.problem };
  }
}

/** Nobody can tell beforehand what it touches. */
export function isOpaque({ stages }: MigrationPlan): boolean {
  return stages.some(({ steps }) => steps.some(({ locks }) => locks.some(({ relation }) => relation === '*')));
}

async function touchedByAll(connection: Connection, { migrations, around }: Rehearsal): Promise<Touched | null> {
  const [first] = migrations;
  return first === undefined ? null : touchedBy([await planOn(connection, first, around)], migrations);
}

/** What was done on one twin is done on another, as far as this one. */
export async function goAgain(
  twin: TwinDatabase,
  { migration, preparing }: Expected,
  files: readonly MigrationFile[],
  rehearsal: Rehearsal,
): Promise<EndState> {
  for (const prepare of preparing) {
    await using own = await twin.open();
    await prepare(own);
  }
  await tryOnce(twin, migration, files, rehearsal);
  return await endState(await twin.reader());
}

/** Before the twin is copied; hands back how many there are. */
export async function firstRows(twin: TwinDatabase, rehearsal: Rehearsal): Promise<number> {
  await using connection = await twin.open();
  if (rehearsal.sample !== null) return await putSample(connection, rehearsal.sample);
  const touched = await touchedByAll(connection, rehearsal);
  return await generateRows(connection, touched, 'wild');
}
