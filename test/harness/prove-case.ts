// Does the planned way of a case end as the migration as it is written, with the locks it declares?
import { changes } from '../../src/changes/index.ts';
import type { MigrationPlan, Step } from '../../src/model/plan.ts';
import type { Case } from './case.ts';
import type { CaseDatabases } from './case-database.ts';
import { catalogOf, differentEnds, type EndState, endState, rowsOf, type TableRows } from './end-state.ts';
import type { CaseJudgement } from './judge-case.ts';
import { observeAlone } from './observe-alone.ts';
import { asStored, looksAtCatalog, type PlanCase } from './plan-case.ts';
import { openClient } from './relations.ts';
import { type Measured, runCase } from './run-case.ts';
import { type PlanRun, plainly, runPlan } from './run-plan.ts';

interface ProofOptions {
  readonly kind: string;
  readonly major: number;
  readonly judgement: CaseJudgement;
  readonly planCase: PlanCase;
}

export interface CaseRun {
  readonly wrong: readonly string[];
  readonly measured: readonly Measured[];
  readonly plan: MigrationPlan;
  readonly proofs: number;
}

/** Everything, whatever the plan. */
const full = process.env.ROADBOOK_FULL === '1';
/** `npm test` leaves out what the cases of CREATE INDEX CONCURRENTLY and its like show of their own; `npm run cases` does not. */
const alone = full || process.env.ROADBOOK_CASES_SUMMARY ? observeAlone : plainly;

/** Small tables are run as written, but where something is kept: the same `npm test` shows with large ones. */
const alsoSmall = full || process.env.ROADBOOK_CASES_SUMMARY !== undefined;
const keeping = new Set(changes.flatMap(({ kind, keeps }) => (keeps === true ? [kind] : [])));

export async function proveCase(parsed: Case, databases: CaseDatabases, options: ProofOptions): Promise<CaseRun> {
  const run = await proveLarge(parsed, databases, options);
  const kinds = options.judgement.changes.map(({ change }) => change.kind);
  if (!alsoSmall || parsed['by-hand'] != null || !kinds.some((kind) => keeping.has(kind))) return run;
  const wrong = await proveSmall(parsed, databases, options);
  return { ...run, wrong: [...run.wrong, ...wrong], proofs: run.proofs + 2 };
}

/** Where every table is small it is one transaction, and ends as the migration as it is written. */
async function proveSmall(
  parsed: Case,
  databases: CaseDatabases,
  { kind, judgement, planCase, major }: ProofOptions,
): Promise<readonly string[]> {
  const { plan, planned, naive } = await databases.twins(parsed, {
    plan: async (url) => asStored(await planCase(parsed, major, await catalogOf(url), true)),
    needsTwin: ({ mode }) => mode === 'online',
    planned: (url, plan) => runPlanned(parsed, url, plan, judgement, true),
    naive: async (url, planned) => {
      if (planned === null) return null;
      const run = await runCase(parsed, kind, url, judgement);
      return { run, end: planned.end === null ? null : await endState(url, parsed.volatile) };
    },
  });
  if (planned === null || naive === null) return [];
  const { failed } = planned.run;
  if (failed !== null && naive.run.failed === null)
    return [`on small tables the plan fails, and the migration as written does not: ${failed}`];
  if (failed === null && naive.run.failed !== null)
    return [`the migration as written fails, and the plan for small tables does not: ${naive.run.failed}`];
  const ends = planned.end === null || naive.end === null ? [] : differentEnds(naive.end, planned.end, []);
  const isOne = plan.stages.filter(({ kind: sort }) => sort === 'transaction').length === plan.stages.length;
  return [
    ...planned.run.wrong.map((each) => `on small tables: ${each}`),
    ...ends.map((difference) => `on small tables: ${difference}`),
    ...(isOne && plan.stages.length > 1 && !/Not all .* in one transaction/.test(plan.because)
      ? [`on small tables it has ${plan.stages.length} stages`]
      : []),
  ];
}

/** The planned way on one database, the naive way on another, and both ends compared. */
async function proveLarge(parsed: Case, databases: CaseDatabases, options: ProofOptions): Promise<CaseRun> {
  const { kind, judgement, planCase, major } = options;
  const byHand = parsed['by-hand'] ?? null;
  if (byHand !== null) return await proveByHand(parsed, byHand, databases, options);
  const kinds = judgement.changes.map(({ change }) => change.kind);
  const { plan, planned, naive } = await databases.twins(parsed, {
    plan: async (url) => asStored(await planCase(parsed, major, looksAtCatalog(kinds) ? await catalogOf(url) : null)),
    // One statement in one transaction is what the naive way does.
    needsTwin: ({ mode, stages }) => full || mode !== 'atomic' || stages.flatMap(({ steps }) => steps).length > 1,
    planned: (url, plan) => runPlanned(parsed, url, plan, judgement),
    naive: async (url, planned) => {
      const run = await runCase(parsed, kind, url, judgement);
      return { run, end: planned !== null && planned.end !== null ? await endState(url, parsed.volatile) : null };
    },
  });
  const wrong = [...naive.run.wrong, ...(planned?.run.wrong ?? [])];
  const failed = planned?.run.failed ?? null;
  if (failed !== null && naive.run.failed === null)
    wrong.push(`the plan fails, and the migration as written does not: ${failed}`);
  else if (planned !== null && failed === null && naive.run.failed !== null)
    wrong.push(`the migration as written fails, and the plan does not: ${naive.run.failed}`);
  else if (naive.end !== null && planned !== null && planned.end !== null) {
    const ignore = plan.problems.some(({ code }) => code === 'column-moves-to-end') ? ['.order'] : [];
    wrong.push(...differentEnds(naive.end, planned.end, ignore).map((difference) => `planned: ${difference}`));
  }
  // The naive way's locks; the planned way's locks and whether it gets through; the catalogs and the rows of both.
  const proofs = 1 + (planned === null ? 0 : planned.end === null ? 2 : 4);
  return { wrong, measured: naive.run.measured, plan, proofs };
}

/** PostgreSQL refuses the migration; what a person has to write instead ends as the planned way does, on large tables and on small ones. */
async function proveByHand(
  parsed: Case,
  byHand: string,
  databases: CaseDatabases,
  { judgement, planCase, major }: ProofOptions,
): Promise<CaseRun> {
  const wrong: string[] = [];
  const prove = (small: boolean) =>
    databases.twins(parsed, {
      plan: async (url) => asStored(await planCase(parsed, major, await catalogOf(url), small)),
      needsTwin: () => true,
      planned: (url, plan) => runPlanned(parsed, url, plan, judgement, small),
      naive: async (url, planned) => {
        const refused = await runByHand(url, parsed.migration, byHand);
        if (refused === null)
          wrong.push('PostgreSQL takes the migration as it is written: nothing is to be done by hand');
        return { end: planned?.end == null ? null : await endState(url, parsed.volatile) };
      },
    });
  const way = async (small: boolean): Promise<MigrationPlan> => {
    const { plan, planned, naive } = await prove(small);
    const words = small ? 'on small tables' : 'planned';
    wrong.push(...(planned?.run.wrong ?? []));
    const failed = planned?.run.failed ?? null;
    if (failed !== null) wrong.push(`${words} it fails, and by hand it does not: ${failed}`);
    else if (planned?.end == null || naive.end === null) wrong.push(`${words} it is the migration as written`);
    else {
      const ignore = plan.problems.some(({ code }) => code === 'column-moves-to-end') ? ['.order'] : [];
      wrong.push(...differentEnds(naive.end, planned.end, ignore).map((difference) => `${words}: ${difference}`));
    }
    if (small && plan.stages.length !== 1) wrong.push(`on small tables it has ${plan.stages.length} stages`);
    return plan;
  };
  const plan = await way(false);
  await way(true);
  return { wrong, measured: [], plan, proofs: 9 };
}

/** What PostgreSQL says to the migration itself, of which nothing stays; null where it takes it. */
async function runByHand(url: string, migration: string, byHand: string): Promise<string | null> {
  const client = await openClient(url);
  try {
    await client.query('BEGIN');
    const refused = await client.query(migration).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await client.query('ROLLBACK');
    await client.query(byHand);
    return refused;
  } finally {
    await client.end();
  }
}

interface PlannedEnd {
  readonly run: PlanRun;
  /** Null where it need not be compared: a plan that is the migration as written, or one that fails on purpose. */
  readonly end: EndState | null;
}

async function runPlanned(
  parsed: Case,
  url: string,
  plan: MigrationPlan,
  judgement: CaseJudgement,
  small = false,
): Promise<PlannedEnd> {
  const client = await openClient(url);
  try {
    const seeded = parsed.fails === null ? null : await rowsOf(client, []);
    const run = await runPlan(client, url, plan, lockHazards(judgement), alone, small);
    if (seeded !== null && run.failed !== null) run.wrong.push(...lostRows(seeded, await rowsOf(client, [])));
    const isCompared = run.failed === null && (full || plan.mode !== 'atomic');
    return { run, end: isCompared ? await endState(url, parsed.volatile) : null };
  } finally {
    await client.end();
  }
}

/** What fails must not have taken anything away by then. */
function lostRows(before: TableRows, after: TableRows): readonly string[] {
  return [...before].flatMap(([table, rows]) => {
    const left = after.get(table)?.length ?? 0;
    return left < rows.length ? [`the plan failed, and ${table} has ${left} of its ${rows.length} rows`] : [];
  });
}

/** The naive change's other dangers are no excuse for blocking. */
function lockHazards({ changes }: CaseJudgement): (code: string, step: Step) => boolean {
  const others = changes.flatMap(({ change, hazards }) =>
    hazards.flatMap(({ family, code }) => (family === 'lock' ? [] : [`${change.statement} ${code}`])),
  );
  const known = new Set(others);
  return (code, { statement }) => !known.has(`${statement} ${code}`);
}
