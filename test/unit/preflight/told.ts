// What does the preflight say of many migrations at once, each on tables of its own?
import type { PlanOptions } from '../../../src/model/outcome.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { questionCodes } from '../../../src/model/question.ts';
import type { TestDatabase } from '../../harness/servers.ts';
import { project } from '../plan/project.ts';

export interface RowCase {
  /** Run before, by the owner. */
  readonly before: string;
  readonly migration: string;
  /** Code and message of each; the message alone says how many. */
  readonly says: readonly string[];
}

const asked: ReadonlySet<string> = new Set([...questionCodes, 'rows-not-asked']);

export function ofRows(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }) => asked.has(code));
}

export interface Told {
  readonly problems: readonly Problem[];
  /** Whether the statements as written fail. */
  readonly fails: boolean;
}

/** By the name of the case. */
export async function told(
  cases: Readonly<Record<string, Pick<RowCase, 'before' | 'migration'>>>,
  { major, first = '', ...options }: { readonly major?: number; readonly first?: string } & Partial<PlanOptions> = {},
): Promise<Readonly<Record<string, Told>>> {
  const names = Object.keys(cases);
  const before = [first, ...Object.values(cases).map((one) => one.before)].join(';\n');
  const files = Object.fromEntries(
    Object.values(cases).map(({ migration }, at) => [`${String(20260101000000 + at)}_a.sql`, migration]),
  );
  await using home = await project(files, { before, ...(major === undefined ? {} : { major }) });
  const { migrations } = await home.plan(options);
  const found: [string, Told][] = [];
  for (const [at, name] of names.entries()) {
    const problems = ofRows(migrations[at]?.problems ?? []);
    found.push([name, { problems, fails: await fails(home.database, cases[name]?.migration ?? '') }]);
  }
  return Object.fromEntries(found);
}

/** Tried out, and taken back. */
async function fails(database: TestDatabase, sql: string): Promise<boolean> {
  await database.query('BEGIN');
  try {
    await database.query(sql);
    return false;
  } catch {
    return true;
  } finally {
    await database.query('ROLLBACK');
  }
}

export function saying(problems: readonly Problem[] | undefined): readonly string[] {
  return (problems ?? []).map(({ code, message }) => `${code}: ${message}`);
}
