// Which statements are run one after another, the user's and those that Roadbook runs in their place?
import type { MigrationPlan, Step } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';
import { problemAt } from '../sql/problem-at.ts';
import type { ParsedStatement } from '../sql/split.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { PreflightParts } from './parts.ts';

export interface Run {
  readonly migration: ReadMigration;
  readonly statement: ParsedStatement;
  /** Of the user's own statement, or of one in its place. */
  readonly node: SyntaxNode;
  /** Null for the user's own statement, which is looked at whether it is run as written or not. */
  readonly step: Step | null;
  /** The first of its migration. */
  readonly opens: boolean;
  /** Whether anything is asked about it: not of a migration that goes on by the plan it was begun with. */
  readonly asks: boolean;
}

/** In the order in which the user wrote them. A block of PL/pgSQL that Roadbook runs tells nothing by its tree: its `node` is the user's. */
export async function eachStatement({
  migrations,
  plans,
}: Pick<PreflightParts, 'migrations' | 'plans'>): Promise<readonly Run[]> {
  const parser = await loadParser();
  const parse = (sql: string) => parser.split(sql, 'plan').statements.map(({ node }) => node);
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  return migrations.flatMap((migration) => {
    const plan = byId.get(migration.id);
    return runsOf(migration, plan, parse);
  });
}

function runsOf(
  migration: ReadMigration,
  plan: MigrationPlan | undefined,
  parse: (sql: string) => readonly SyntaxNode[],
): readonly Run[] {
  const runs: Run[] = [];
  const byStatement = new Map<number, Step[]>();
  for (const step of (plan?.stages ?? []).flatMap(({ steps }) => steps)) {
    const same = byStatement.get(step.statement);
    if (same === undefined) byStatement.set(step.statement, [step]);
    else same.push(step);
  }
  for (const [index, statement] of migration.statements.entries()) {
    const common = { migration, statement, asks: plan !== undefined };
    runs.push({ ...common, node: statement.node, step: null, opens: index === 0 });
    for (const step of byStatement.get(index) ?? []) {
      if (step.sql === statement.text && step.batch === undefined) continue;
      const nodes = step.sql.startsWith('DO ') ? [statement.node] : parse(step.sql);
      runs.push(...nodes.map((node) => ({ ...common, node, step, opens: false })));
    }
  }
  return runs;
}

/** Whether a comment above the user's statement says so, with its reason. */
export function isIgnored({ migration, statement }: Pick<Run, 'migration' | 'statement'>, code: string): boolean {
  return migration.ignores.some((one) => one.code === code && migration.statements[one.statement] === statement);
}

/** A problem at the user's statement. */
export function problemOfRun(
  { migration, statement }: Pick<Run, 'migration' | 'statement'>,
  label: PreflightParts['label'],
  code: string,
  message: string,
  more: Omit<Partial<Problem>, 'code' | 'message' | 'where' | 'frame'> = {},
): Problem {
  return problemAt(code, message, { source: migration.text, file: label(migration) }, statement, more);
}
