// Is a plan carried out as it says: with the locks it declares, and without keeping anybody from writing for long?
import type pg from 'pg';
import type { MigrationPlan, Stage, Step } from '../../src/model/plan.ts';
import { forSession } from '../../src/plan/stage-script.ts';
import { batchStatements } from './batches.ts';
import { undeclared } from './compare-locks.ts';
import { observeAlone } from './observe-alone.ts';
import { keepsWritersOut, observeStage, type StepObservation } from './observe-stage.ts';
import { type Existing, existingRelations, type Observation, openClient } from './relations.ts';

/** Runs what cannot be in a transaction, and tells what it did. */
export type Alone = typeof observeAlone;

export interface PlanRun {
  /** Sentences; none where everything holds. */
  readonly wrong: string[];
  /** What the server said when a stage failed; those before it stay. */
  readonly failed: string | null;
}

/** `isLockHazard`: whether a danger that a step tells of is that it blocks. */
export async function runPlan(
  client: pg.Client,
  url: string,
  plan: MigrationPlan,
  isLockHazard: (code: string, step: Step) => boolean,
  alone: Alone = observeAlone,
  /** On small tables nobody waits for long. */
  small = false,
): Promise<PlanRun> {
  const existing = await existingRelations(client);
  const wrong: string[] = [];
  // What fails at the first row, such as a new column that is NOT NULL without a default, is written for an empty table.
  const isEmpty = plan.mode === 'atomic' && existing.every(({ kind, bytes }) => kind !== 'table' || bytes === 0);
  const mayBlock = (step: Step) =>
    isEmpty ||
    small ||
    plan.problems.some(({ code }) => code === 'runs-as-written' || code === 'kept-in-one-transaction') ||
    // Materialized views are filled again in the moment of the exchange.
    plan.problems.some(({ code, severity }) => code === 'recreates-dependents' && severity === 'warning') ||
    step.hazards.some((code) => isLockHazard(code, step));
  for (const stage of plan.stages) {
    try {
      wrong.push(...(await runStage({ client, url, existing, mayBlock, alone }, stage)));
    } catch (error) {
      return { wrong, failed: error instanceof Error ? error.message : String(error) };
    }
  }
  return { wrong, failed: null };
}

interface Circumstances {
  readonly client: pg.Client;
  readonly url: string;
  readonly existing: readonly Existing[];
  readonly mayBlock: (step: Step) => boolean;
  readonly alone: Alone;
}

async function runStage(
  { client, url, existing, mayBlock, alone }: Circumstances,
  { kind, settings, steps }: Stage,
): Promise<readonly string[]> {
  const [first, ...others] = steps;
  if (first === undefined) return [`a stage ${kind} has no step`];
  if (kind !== 'transaction' && kind !== 'check' && others.length > 0)
    return [`a stage ${kind} has ${steps.length} steps`];
  if (kind === 'concurrent') {
    const now = await stillThere(client, existing);
    const seen = await alone(url, first.sql, now, settings.map(forSession).join(';'));
    // Many transactions one after the other: what CONCURRENTLY locks against writers it does not hold while it reads.
    const excused = mayBlock(first) || /\bconcurrently\b/i.test(first.sql);
    return [...about(first, undeclared(seen, first.locks)), ...(excused ? [] : blocking(first, seen, seen.locks))];
  }
  if (kind === 'backfill') {
    const wrong = new Set<string>();
    for await (const sql of batchStatements(client, first)) {
      const seen = await observeStage(client, existing, settings, [sql]);
      for (const sentence of observed([first], seen, () => false)) wrong.add(sentence);
    }
    return [...wrong];
  }
  const seen = await observeStage(
    client,
    existing,
    settings,
    steps.map(({ sql }) => sql),
  );
  return observed(steps, seen, mayBlock);
}

/** Under the names they have by now. */
async function stillThere(client: pg.Client, existing: readonly Existing[]): Promise<readonly Existing[]> {
  const oids = new Set(existing.map(({ oid }) => oid));
  return (await existingRelations(client)).filter(({ oid }) => oids.has(oid));
}

function observed(
  steps: readonly Step[],
  seen: readonly StepObservation[],
  mayBlock: (step: Step) => boolean,
): readonly string[] {
  // A step that may block keeps its lock until the stage ends.
  let excused = false;
  return seen.flatMap(({ own, held }, index) => {
    const step = steps[index];
    if (step === undefined) return [];
    excused ||= mayBlock(step);
    return [...about(step, undeclared(own, step.locks)), ...(excused ? [] : blocking(step, own, held))];
  });
}

function about(step: Step, sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => `${sentence}: ${shown(step)}`);
}

/** What reads or writes a whole table while something is kept from its writers. */
function blocking(step: Step, { scanned, rewritten }: Observation, held: Observation['locks']): readonly string[] {
  const long = [...new Set([...scanned, ...rewritten])];
  const blocked = held.filter(keepsWritersOut);
  if (long.length === 0 || blocked.length === 0) return [];
  const locks = blocked.map(({ mode, relation }) => `${mode} on ${relation}`).join(', ');
  return [
    `${long.join(', ')} was ${rewritten.length > 0 ? 'rewritten' : 'read from end to end'} while ${locks} was held, and no hazard says so: ${shown(step)}`,
  ];
}

const shown = ({ sql }: Step) => `planned: ${sql}`;

/** Without a look at its locks, which takes several times as long. */
export const plainly: Alone = async (url, sql, _, session) => {
  const client = await openClient(url);
  try {
    if (session) await client.query(session);
    await client.query(sql);
  } finally {
    await client.end();
  }
  return { locks: [], rewritten: [], emptied: [], scanned: [], messages: [], inTransaction: false };
};
