// Which values would a change refuse, alter or find no label for?
import { nearNames } from '../database/near-names.ts';
import type { Sought } from '../model/question.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Answer } from './ask.ts';
import { type Finding, type Inquiry, percentOf, type Result, samplePercent } from './inquiry.ts';
import { findQuery, samplesShown } from './row-queries.ts';
import { castQuery, conversionBlock, convertedFrom, foundSetting, refusedQuery, wordsQuery } from './values-sql.ts';

export type ValuesSought = Extract<Sought, { readonly is: 'values' | 'words' | 'cast' }>;

export function isAboutValues(sought: Sought): sought is ValuesSought {
  return sought.is === 'values' || sought.is === 'words' || sought.is === 'cast';
}

/** All at once where no value raises an error; only then row by row: of a huge table a sample first, then as much of it as time allows. */
export async function askValues(sought: ValuesSought, inquiry: Inquiry): Promise<Result> {
  if (sought.is === 'cast') return askCast(sought, inquiry);
  const isWords = sought.is === 'words';
  const atOnce = isWords ? null : await convertAtOnce(sought, inquiry);
  if (atOnce !== null && typeof atOnce === 'object') return atOnce.result;
  const look = (sample: Sample | null) =>
    isWords ? spell(sought, inquiry, sample) : convertEach(sought, inquiry, sample);
  const isHuge = samplePercent(inquiry) !== null || atOnce === 'late';
  const rows = inquiry.size?.rows ?? 0;
  const sampled = isHuge ? await look({ rows, percent: percentOf(rows, sampledRows) }) : null;
  if (sampled !== null && !('why' in sampled)) return sampled;
  const found = atOnce === 'late' ? (sampled ?? { why: 'time', looked: null }) : await look(null);
  // PostgreSQL met one when it converted all, however long it takes to find it.
  const isSure = atOnce === 'refused' && (found === null || 'why' in found);
  return isSure ? { count: 1, counted: 'least', samples: [], looked: null } : found;
}

/** Some seconds for a block that goes row by row. */
const sampledRows = 100_000;

type Words = Extract<Sought, { readonly is: 'words' }>;
type Conversion = Extract<Sought, { readonly is: 'values' }>;

async function convertAtOnce(
  sought: Conversion,
  { question, table, ask, withinMs }: Inquiry,
): Promise<{ readonly result: Result } | 'late' | 'refused' | 'unsure'> {
  const from = `${question.table} r`;
  const { unlike } = sought;
  const query =
    unlike === null
      ? refusedQuery(sought, from)
      : findQuery({ is: 'rows', where: unlike }, { from: convertedFrom(sought, from), table, most: null });
  const answer = await ask([query], question, withinMs);
  if ('unanswered' in answer) {
    const { unanswered: why, sqlstate } = answer;
    if (why === 'time') return 'late';
    if (why !== 'raises' && why !== 'unknown') return { result: { why, looked: null } };
    return unlike === null && /^2[23]/.test(sqlstate) ? 'refused' : 'unsure';
  }
  const { cut, found = 0, samples } = answer.rows[0] ?? {};
  if (cut === true) return 'unsure';
  if (Number(found) === 0) return { result: null };
  const told = Array.isArray(samples) ? samples.map(String) : [];
  return { result: { count: Number(found), counted: 'exact', samples: told, looked: null } };
}

interface Sample {
  /** Of the whole table. */
  readonly rows: number;
  readonly percent: number;
}

function fromOf({ question }: Inquiry, sample: Sample | null): string {
  return `${question.table} r${sample === null ? '' : ` TABLESAMPLE SYSTEM (${sample.percent})`}`;
}

/** What is found in a sample is taken for its share of the table. */
function reckoned(count: number, seen: number, sample: Sample | null, isWhole: boolean): Omit<Finding, 'samples'> {
  if (sample === null) return { count, counted: isWhole ? 'exact' : 'least', looked: null };
  const about = Math.max(count, Math.round((count / Math.max(seen, 1)) * sample.rows));
  return { count: about, counted: 'about', looked: seen };
}

async function convertEach(sought: Conversion, inquiry: Inquiry, sample: Sample | null): Promise<Result> {
  const { question, table, ask, withinMs } = inquiry;
  const seconds = withinMs === null ? null : withinMs / 1000;
  const block = conversionBlock(sought, { from: fromOf(inquiry, sample), table, seconds });
  const hand = `SELECT pg_catalog.current_setting('${foundSetting}')::pg_catalog.json AS found`;
  // The block looks at the clock itself, and hands over what it has.
  const answer = await ask([block, hand], question, withinMs === null ? null : withinMs + graceMs);
  if ('unanswered' in answer) return notKnown(answer);
  const { count = 0, seen = 0, whole, samples, message } = objectOf(answer.rows[0]?.found);
  if (Number(count) === 0) return whole === true ? null : { why: 'time', looked: Number(seen) };
  const said = typeof message === 'string' && sought.unlike === null;
  return {
    ...reckoned(Number(count), Number(seen), sample, whole === true),
    samples: Array.isArray(samples) ? samples.map(String) : [],
    ...(said ? { detail: `PostgreSQL says of the first: ${message}.` } : {}),
  };
}

const graceMs = 5000;

function notKnown({ unanswered }: Extract<Answer, { readonly unanswered: unknown }>): Result {
  return { why: unanswered, looked: null };
}

/** Of a text that is meant as a word so much is shown. */
const longest = 60;

async function spell(sought: Words, inquiry: Inquiry, sample: Sample | null): Promise<Result> {
  const { question, table, ask, withinMs } = inquiry;
  const answer = await ask([wordsQuery(sought, { from: fromOf(inquiry, sample), table })], question, withinMs);
  if ('unanswered' in answer) return notKnown(answer);
  const [first] = answer.rows;
  const seen = Number(first?.seen ?? 0);
  const words = answer.rows.flatMap(({ word, rows }) =>
    typeof word === 'string' ? [{ word, count: Number(rows) }] : [],
  );
  if (first === undefined || words.length === 0) return null;
  const more = Number(first.words) - words.length;
  const list = words.map(
    ({ word, count }) =>
      `'${word.length > longest ? `${word.slice(0, longest)}…` : word}' (${count === 1 ? '1 row' : `${count} rows`})`,
  );
  return {
    ...reckoned(Number(first.whole), seen, sample, true),
    samples: answer.rows.slice(0, samplesShown).map(({ told }) => String(told)),
    detail: `They have ${list.join(', ')}${more > 0 ? ` and ${more} more words` : ''}.`,
    repair: words.flatMap(({ word }) => repairOf(word, question.table, sought)),
  };
}

/** Where one label is nearly the word, or stands for all others, it is proposed; else the word as a label. */
function repairOf(word: string, table: string, { labels, column, enum: type }: Words): readonly string[] {
  if (word.length > longest) return [];
  const label = nearNames(word, labels)[0] ?? labels.find((one) => /^(?:others?|unknown|misc)$/i.test(one));
  if (column !== null && label !== undefined) {
    return [`UPDATE ${table} SET ${column} = ${quoteLiteral(label)} WHERE ${column} = ${quoteLiteral(word)}`];
  }
  return type === null ? [] : [`ALTER TYPE ${type} ADD VALUE ${quoteLiteral(word)}`];
}

async function askCast(
  { from, to }: Extract<Sought, { readonly is: 'cast' }>,
  { question, ask, withinMs }: Inquiry,
): Promise<Result> {
  const answer = await ask([castQuery(from, to)], question, withinMs);
  if ('unanswered' in answer) return notKnown(answer);
  const isThere = answer.rows.length === 0;
  return isThere ? null : { count: 0, counted: 'exact', samples: [], looked: null, message: question.one };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
