// Which rows stand in the way, and how many?
import type { Answer } from './ask.ts';
import { type Inquiry, type NotKnown, percentOf, type Result, samplePercent } from './inquiry.ts';
import { findQuery, type RowsSought, samplesShown, shareQuery } from './row-queries.ts';

/** No more are counted where that would take time. */
const mostCounted = 10_000;
/** What is compared with one another is rare in a small sample. */
const comparedRows = 200_000;

/** A table that is not huge is read; of a huge one a sample first, then as much as time allows. */
export async function findRows(sought: RowsSought, inquiry: Inquiry): Promise<Result> {
  const { withinMs } = inquiry;
  if (withinMs === null) return whole(sought, inquiry, null);
  const isHuge = samplePercent(inquiry) !== null;
  if (!isHuge) {
    const found = await whole(sought, inquiry, mostCounted);
    if (!isLate(found)) return found;
  }
  const sampled = await sample(sought, inquiry);
  if ('result' in sampled) return sampled.result;
  if (isHuge) {
    const found = await whole(sought, inquiry, samplesShown);
    if (!isLate(found)) return found;
  }
  return { why: 'time', looked: sampled.looked };
}

function isLate(result: Result): boolean {
  return result !== null && 'why' in result && result.why === 'time';
}

async function whole(sought: RowsSought, { question, table, ask, withinMs }: Inquiry, most: number | null) {
  const from = `${question.table} r`;
  return resultOf(await ask([findQuery(sought, { from, table, most })], question, withinMs));
}

/** With how many rows were looked at, where nothing was found among them. */
async function sample(
  sought: RowsSought,
  { question, table, size, ask, withinMs }: Inquiry,
): Promise<{ readonly result: Result } | { readonly looked: number | null }> {
  const rows = size?.rows ?? 0;
  const wanted = sought.is === 'rows' ? undefined : comparedRows;
  const from = `${question.table} r TABLESAMPLE SYSTEM (${percentOf(rows, wanted)})`;
  if (sought.is !== 'rows') {
    const found = resultOf(await ask([findQuery(sought, { from, table, most: samplesShown })], question, withinMs));
    if (found === null || isLate(found)) return { looked: null };
    return { result: 'why' in found ? found : { ...found, counted: 'least' } };
  }
  const answer = await ask([shareQuery(sought.where, { from, table })], question, withinMs);
  if ('unanswered' in answer)
    return answer.unanswered === 'time' ? { looked: null } : { result: notKnown(answer.unanswered) };
  const { seen, found, samples } = readRow(answer);
  if (found === 0) return { looked: seen === 0 ? null : seen };
  const about = Math.max(found, Math.round((found / Math.max(seen, 1)) * rows));
  return { result: { count: about, counted: 'about', samples, looked: seen } };
}

function notKnown(why: NotKnown['why']): NotKnown {
  return { why, looked: null };
}

function resultOf(answer: Answer): Result {
  if ('unanswered' in answer) return notKnown(answer.unanswered);
  const { found, samples, cut } = readRow(answer);
  return found === 0 ? null : { count: found, counted: cut ? 'least' : 'exact', samples, looked: null };
}

function readRow({ rows }: Extract<Answer, { readonly rows: unknown }>) {
  const [row = {}] = rows;
  return {
    found: Number(row.found ?? 0),
    seen: Number(row.seen ?? 0),
    cut: row.cut === true,
    samples: Array.isArray(row.samples) ? row.samples.map(String) : [],
  };
}
