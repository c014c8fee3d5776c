// How do the pending migrations become a plan?
import { changes } from '../changes/index.ts';
import { nextMigration } from '../check/fold.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { MigrationPlan, Plan } from '../model/plan.ts';
import type { AskedMismatch, AskedQuestion } from '../model/question.ts';
import type { ReadMigration } from '../read/index.ts';
import { loadParser, loadPrinter } from '../sql/index.ts';
import { createCompiler } from './compile.ts';
import { planFingerprint } from './fingerprint.ts';
import type { Live } from './live.ts';
import { liveFacts } from './live-facts.ts';
import type { Online } from './mode.ts';
import { createTouched } from './touched.ts';

export interface PlanParts {
  /** In the order in which they run. */
  readonly migrations: readonly ReadMigration[];
  readonly live: Live;
  /** For migrations that do not say. */
  readonly online?: Online | undefined;
  /** How a file is named to the user. */
  readonly label: (file: Pick<MigrationFile, 'path'>) => string;
  /** One that goes on by the plan it was begun with: what it does is known to those after it, and it is left out. */
  readonly begun?: string | undefined;
}

export interface MadePlan extends Plan {
  /** What the live rows are asked before anything is touched. */
  readonly questions: readonly (AskedQuestion | AskedMismatch)[];
}

/** Passwords stand in its steps: it is to be carried out, or masked before it is shown. */
export async function makePlan({ migrations, live, online = 'auto', label, begun }: PlanParts): Promise<MadePlan> {
  const [parser, print] = await Promise.all([loadParser(), loadPrinter()]);
  const compile = createCompiler({ kinds: changes, parser, print });
  const touched = createTouched();
  const { catalog, searchPath } = live;
  let facts = liveFacts({ ...live, parser });
  const plans: MigrationPlan[] = [];
  const questions: (AskedQuestion | AskedMismatch)[] = [];
  for (const migration of migrations) {
    const compiled = compile({
      migration,
      label: label(migration),
      facts: nextMigration(facts, searchPath),
      catalog,
      online: migration.options.online ?? online,
      touched,
    });
    facts = compiled.facts;
    if (migration.id === begun) continue;
    plans.push(compiled.plan);
    questions.push(...compiled.questions);
  }
  return { fingerprint: planFingerprint(plans, catalog), migrations: plans, questions };
}
