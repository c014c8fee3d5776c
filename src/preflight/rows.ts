// Do the live rows allow what is planned?
import { partsOfName } from '../database/catalog/index.ts';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { AskedMismatch, AskedQuestion } from '../model/question.ts';
import { asking } from './ask.ts';
import { askedTables } from './asked-table.ts';
import { findRows } from './find-rows.ts';
import { type Inquiry, type Result, samplePercent } from './inquiry.ts';
import type { Found, PreflightParts } from './parts.ts';
import { foundProblem, mismatchProblem, notKnownProblem, type Source } from './row-problem.ts';
import { askValues, isAboutValues } from './values.ts';

/** For one question; and for all of them, after which those that are left get little. */
const [oneMs, allMs, leastMs] = [2_000, 20_000, 100];

export async function askRows(parts: PreflightParts): Promise<readonly Found[]> {
  const { connection, exact, sizes, signal, onEvent } = parts;
  const sources = new Map(parts.migrations.map((migration) => [migration.id, sourceOf(migration, parts)]));
  const open = parts.questions.filter(
    ({ migration, statement, code }) => !isIgnored(sources.get(migration), statement, code),
  );
  const tables = await askedTables(connection, [...new Set(open.filter(isQuestion).map(nameIn))]);
  const ask = asking(connection);
  const until = performance.now() + allMs;
  const found: Found[] = [];
  for (const one of open) {
    const source = sources.get(one.migration);
    if (source === undefined) continue;
    if (!isQuestion(one)) {
      found.push({ migration: one.migration, problem: mismatchProblem(one, source) });
      continue;
    }
    const name = nameIn(one);
    const table = tables.get(name);
    if (table === undefined) continue;
    const key = partsOfName(name).join('.');
    const size = Object.hasOwn(sizes, key) ? sizes[key] : undefined;
    const withinMs = exact ? null : Math.max(leastMs, Math.min(oneMs, until - performance.now()));
    const inquiry: Inquiry = { question: one, table, size, ask, withinMs };
    if (samplePercent({ size, withinMs: oneMs }) !== null)
      onEvent?.({ type: 'verifying', what: `whether ${one.many}${exact ? ', row by row' : ''}` });
    const result = await resultOf(inquiry);
    if (signal?.aborted) throw stopped();
    const told =
      result === null
        ? null
        : 'why' in result
          ? notKnownProblem(one, result, source)
          : foundProblem(one, result, source);
    if (told !== null) found.push({ migration: one.migration, problem: told });
  }
  return found;
}

async function resultOf(inquiry: Inquiry): Promise<Result> {
  const { seeks } = inquiry.question;
  return isAboutValues(seeks) ? askValues(seeks, inquiry) : findRows(seeks, inquiry);
}

function sourceOf(migration: Source['migration'], { plans, label }: PreflightParts): Source {
  return { migration, label: label(migration), plan: plans.find(({ id }) => id === migration.id) };
}

function isQuestion(one: AskedQuestion | AskedMismatch): one is AskedQuestion {
  return 'seeks' in one;
}

/** The user has given a reason why it is right all the same. */
function isIgnored(source: Source | undefined, statement: number, code: string): boolean {
  const ignores = source?.migration.ignores ?? [];
  return ignores.some((ignore) => ignore.statement === statement && ignore.code === code);
}

function nameIn({ table }: AskedQuestion): string {
  return table.replace(/^ONLY /, '');
}

function stopped(): Failure {
  return new Failure(
    problem('stopped', 'stopped while the rows were looked at', { hint: 'Run the command again when you like.' }),
    'stopped',
  );
}
