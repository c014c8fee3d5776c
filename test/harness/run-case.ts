// Is what a case declares true on a real server?
import { type Case, printCase } from './case.ts';
import { type Excess, excess, merged, undeclared } from './compare-locks.ts';
import type { CaseJudgement, JudgeCase } from './judge-case.ts';
import { locksBlock } from './locks-block.ts';
import { observeOn } from './observe.ts';
import { existingRelations, openClient } from './relations.ts';

export interface CaseRun {
  /** Sentences; none where everything holds. */
  readonly wrong: readonly string[];
  /** Statements that were one kind of change only, and what was declared for them in vain. */
  readonly measured: readonly { readonly kind: string; readonly excess: readonly Excess[] }[];
  readonly proofs: number;
}

/** Runs the migration statement by statement as it is written, on the empty database behind the URL. */
export async function runCase(parsed: Case, kind: string, url: string, judgement: CaseJudgement): Promise<CaseRun> {
  const wrong: string[] = [];
  const measured: { kind: string; excess: readonly Excess[] }[] = [];
  const kinds = new Set(judgement.changes.map(({ change }) => change.kind));
  if (!kinds.has(kind))
    wrong.push(`the migration holds no change of the kind ${kind}, but ${[...kinds].join(', ') || 'none at all'}`);
  const client = await openClient(url);
  try {
    if (parsed.before) await client.query(parsed.before);
    if (parsed.rows) await client.query(parsed.rows);
    const existing = await existingRelations(client);
    const settings: string[] = [];
    for (const [index, statement] of judgement.statements.entries()) {
      const own = judgement.changes.filter(({ change }) => change.statement === index);
      const declared = merged(own.flatMap(({ locks }) => locks));
      const seen = await observeOn(client, url, statement.text, { existing, session: settings.join(';') }).catch(
        (error: unknown) => {
          throw new Error(`${statement.text}\nfails: ${error instanceof Error ? error.message : error}`, {
            cause: error,
          });
        },
      );
      if (statement.kind === 'VariableSetStmt') settings.push(statement.text.replace(/^set\s+local\b/i, 'set'));
      wrong.push(...undeclared(seen, declared).map((sentence) => `${sentence}: ${statement.text}`));
      const [first, ...others] = new Set(own.map(({ change }) => change.kind));
      if (first !== undefined && others.length === 0) measured.push({ kind: first, excess: excess(seen, declared) });
    }
  } finally {
    await client.end();
  }
  return { wrong, measured, proofs: 1 };
}

/** The case with the blocks as Roadbook would write them now. */
export async function rendered(parsed: Case, majors: readonly number[], judgeCase: JudgeCase): Promise<Case> {
  const judgements = new Map<number, CaseJudgement>();
  for (const major of majors) judgements.set(major, await judgeCase(parsed, major));
  const report = judgements.get(majors.at(-1) ?? 0)?.report ?? '';
  return { ...parsed, report, locks: locksBlock(judgements) };
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
