// Does a generated migration end the same when it is planned, on what a generated schema holds?
import pg from 'pg';
import type { MigrationPlan } from '../../../src/model/plan.ts';
import type { Case } from '../../harness/case.ts';
import type { CaseDatabases } from '../../harness/case-database.ts';
import { catalogOf, differentEnds, type EndState, endState, rowsOf } from '../../harness/end-state.ts';
import { asStored, planCase } from '../../harness/plan-case.ts';
import { openClient } from '../../harness/relations.ts';
import { plainly, runPlan } from '../../harness/run-plan.ts';
import { makeMigration } from './migration.ts';
import { createPick } from './pick.ts';
import { makeWorld } from './world.ts';

export interface Generated {
  readonly before: string;
  readonly rows: string;
  readonly migration: string;
}

export function generate(schema: readonly number[], changes: readonly (readonly number[])[]): Generated {
  const { world, before, rows } = makeWorld(createPick(schema));
  const statements = makeMigration(world, changes.map(createPick));
  return { before, rows, migration: statements.map((sql) => `${sql};`).join('\n') };
}

export interface Outcome {
  /** Sentences; none where both ways end the same. */
  readonly wrong: readonly string[];
  readonly failed: boolean;
  readonly naiveSaid: string | null;
  readonly plan: MigrationPlan;
}

interface Naive {
  readonly failed: string | null;
  readonly end: EndState | null;
}

/** Both ways on databases of their own; the naive one in one transaction, as PostgreSQL's users run a migration. */
export async function bothWays(databases: CaseDatabases, major: number, generated: Generated): Promise<Outcome> {
  const parsed: Case = { ...emptyCase, ...generated };
  const { plan, planned, naive } = await databases.twins(parsed, {
    plan: async (url) => {
      const known = await planCase(parsed, major, await catalogOf(url));
      const stored = asStored(known);
      if (JSON.stringify(stored) !== JSON.stringify(known)) throw new Error('the plan is no JSON');
      return stored;
    },
    needsTwin: () => true,
    planned: async (url, known) => {
      const client = await openClient(url);
      try {
        const seeded = await rowsOf(client, []);
        const run = await runPlan(client, url, known, () => true, plainly);
        return { ...run, seeded, end: run.failed === null ? await endState(url, []) : null };
      } finally {
        await client.end();
      }
    },
    naive: async (url): Promise<Naive> => {
      const client = await openClient(url);
      try {
        await client.query(`begin;\n${parsed.migration}\ncommit`);
        return { failed: null, end: await endState(url, []) };
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        return { failed: error.message, end: null };
      } finally {
        await client.end();
      }
    },
  });
  if (planned === null) throw new Error('the plan was not run');
  const wrong = [...planned.wrong];
  if (naive.failed === null && planned.failed !== null) wrong.push(`only the plan fails: ${planned.failed}`);
  const goesAround =
    plan.problems.some(({ code }) => code === 'recreates-dependents') && naive.failed !== null && isInUse(naive.failed);
  if (naive.failed !== null && planned.failed === null && !refusesTransaction(naive.failed) && !goesAround)
    wrong.push(`only the migration as written fails: ${naive.failed}`);
  if (naive.end && planned.end) {
    const moves = plan.problems.some(({ code }) => code === 'column-moves-to-end');
    wrong.push(...differentEnds(naive.end, planned.end, moves ? ['.order'] : []));
  }
  return { wrong, failed: naive.failed !== null, naiveSaid: naive.failed, plan };
}

/** What PostgreSQL takes only outside of a transaction, the plan does there. */
const refusesTransaction = (said: string) => said.includes('cannot run inside a transaction block');
const isInUse = (said: string) => said.includes('cannot alter type of a column used by');

const emptyCase: Case = {
  title: 'generated',
  sentence: '',
  versions: null,
  volatile: [],
  fails: null,
  before: '',
  rows: '',
  migration: '',
  report: null,
  locks: null,
  plan: null,
};
