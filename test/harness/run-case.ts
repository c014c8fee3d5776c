// Is what a case declares true on a real server, and what would its blocks be?
import { type Case, printCase } from './case.ts';
import { type Excess, excess, merged, undeclared } from './compare-locks.ts';
import type { CaseJudgement, JudgeCase } from './judge-case.ts';
import { locksBlock } from './locks-block.ts';
import { observeOn } from './observe.ts';
import { existingRelations, openClient } from './relations.ts';

export interface Measured {
  readonly kind: string;
  readonly excess: readonly Excess[];
}

export interface NaiveRun {
  /** Sentences; none where everything holds. */
  readonly wrong: readonly string[];
  /** Statements that were one kind of change only, and what was declared for them in vain. */
  readonly measured: readonly Measured[];
  /** What the server said, where the case says that it fails. */
  readonly failed: string | null;
}

/** Runs the migration statement by statement as it is written, on the database behind the URL, which holds what was there before. */
export async function runCase(parsed: Case, kind: string, url: string, judgement: CaseJudgement): Promise<NaiveRun> {
  const wrong: string[] = [];
  const measured: Measured[] = [];
  let failed: string | null = null;
  const kinds = new Set(judgement.changes.map(({ change }) => change.kind));
  if (!kinds.has(kind))
    wrong.push(`the migration holds no change of the kind ${kind}, but ${[...kinds].join(', ') || 'none at all'}`);
  const client = await openClient(url);
  try {
    const existing = await existingRelations(client);
    const settings: string[] = [];
    for (const [index, statement] of judgement.statements.entries()) {
      const own = judgement.changes.filter(({ change }) => change.statement === index);
      const declared = merged(own.flatMap(({ locks }) => locks));
      const seen = await observeOn(client, url, statement.text, { existing, session: settings.join(';') }).catch(
        (error: unknown) => {
          const said = error instanceof Error ? error.message : String(error);
          if (parsed.fails === null || !said.includes(parsed.fails))
            throw new Error(`${statement.text}\nfails: ${said}`, { cause: error });
          failed = said;
          return null;
        },
      );
      if (seen === null) break;
      if (statement.kind === 'VariableSetStmt') settings.push(statement.text.replace(/^set\s+local\b/i, 'set'));
      wrong.push(...undeclared(seen, declared).map((sentence) => `${sentence}: ${statement.text}`));
      const [first, ...others] = new Set(own.map(({ change }) => change.kind));
      if (first !== undefined && others.length === 0) measured.push({ kind: first, excess: excess(seen, declared) });
    }
  } finally {
    await client.end();
  }
  if (parsed.fails !== null && failed === null) wrong.push(`the migration should fail with: ${parsed.fails}`);
  return { wrong, measured, failed };
}

/** The case with the blocks as Roadbook would write them now. */
export async function rendered(
  parsed: Case,
  majors: readonly number[],
  judgeCase: JudgeCase,
  plan: string,
): Promise<Case> {
  const judgements = new Map<number, CaseJudgement>();
  for (const major of majors) judgements.set(major, await judgeCase(parsed, major));
  const report = judgements.get(majors.at(-1) ?? 0)?.report ?? '';
  return { ...parsed, report, locks: locksBlock(judgements), plan };
}

/** What is in the file and should not be, line by line; empty where the blocks equal it. */
export function staleBlocks(text: string, now: Case): string {
  const should = printCase(now);
  if (text === should) return '';
  const [was, is] = [text.split('\n'), should.split('\n')];
  const at = is.findIndex((line, index) => line !== was[index]);
  const line = at === -1 ? is.length : at;
  return `line ${line + 1} is "${was[line] ?? ''}" and should be "${is[line] ?? ''}": look at it, then run npm run cases -- --update`;
}
