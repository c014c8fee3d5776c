// Which of many mutated statements is judged wrongly, and what is the smallest text that shows it?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { parseCase } from '../../harness/case.ts';
import { corpus } from '../../unit/sql/corpus.ts';
import { factsAfter, judgeText } from './judged.ts';
import { mutated, poolOf, wordsOf } from './mutate.ts';
import { createRandom, type Random } from './random.ts';

export interface FuzzOutcome {
  readonly seed: number;
  readonly statements: number;
  /** How many of them were SQL after all, and of how many kinds. */
  readonly judged: number;
  readonly kinds: readonly string[];
  /** Each with the seed, the number and the smallest text that shows it; one of a sort. */
  readonly wrong: readonly string[];
}

const parser = await loadParser();
const cases = readdirSync(join(import.meta.dirname, '../../cases'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .sort()
  .map((path) => parseCase(readFileSync(join(import.meta.dirname, '../../cases', path), 'utf8'), path));

/** A small `null` of the corpus would be taken for JavaScript's in what is said. */
const large = (sql: string) => sql.replaceAll(/\bnull\b/g, 'NULL');
const statementsOf = (sql: string) => parser.split(sql, 'case.sql').statements.map(({ text }) => large(text));
const pool = poolOf([...corpus.map(large), ...cases.flatMap(({ migration }) => statementsOf(migration))]);

/** A statement alone, or among others of its case, with what its case knows. */
interface Start {
  readonly before: string;
  readonly statements: readonly string[];
}
const starts: readonly Start[] = [
  ...corpus.map((sql) => ({ before: '', statements: [large(sql)] })),
  ...cases.map(({ before, migration }) => ({ before, statements: statementsOf(migration) })),
];

export async function fuzz(seed: number, count: number): Promise<FuzzOutcome> {
  const wrong = new Map<string, string>();
  const kinds = new Set<string>();
  let judged = 0;
  for (let number = 0; number < count; number++) {
    const random = createRandom(seed + number);
    const { sql, facts } = textOf(random);
    const outcome = await judgeText(sql, facts);
    if (outcome.judged) judged += 1;
    for (const kind of outcome.kinds) kinds.add(kind);
    if (outcome.wrong === null || wrong.has(sortOf(outcome.wrong))) continue;
    const smallest = await shrunk(sql, facts, outcome.wrong);
    wrong.set(sortOf(outcome.wrong), `${outcome.wrong}\nseed ${seed + number}, smallest: ${smallest}`);
  }
  return { seed, statements: count, judged, kinds: [...kinds].sort(), wrong: [...wrong.values()] };
}

/** What is quoted in it differs each time. */
const sortOf = (wrong: string) => wrong.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"');

function isSql(sql: string): boolean {
  try {
    return parser.split(sql, 'fuzz.sql').statements.length > 0;
  } catch {
    return false;
  }
}

function textOf(random: Random): { readonly sql: string; readonly facts: Facts } {
  const start = random.pick(starts);
  const at = random.below(start.statements.length);
  const statements = start.statements.map((sql, index) => (index === at ? mutated(sql, pool, random, isSql) : sql));
  const others = Array.from({ length: random.below(3) }, () => random.pick(pool.statements));
  const sql = [...others, ...statements].join(';\n');
  return { sql, facts: factsFor(start, 14 + random.below(5), random.chance(0.3)) };
}

const known = new Map<string, Facts>();

function factsFor({ before }: Start, major: number, live: boolean): Facts {
  const key = `${major} ${live} ${before}`;
  const found = known.get(key) ?? nextMigration(factsAfter(before, { ...nothingKnown, major, live }));
  known.set(key, found);
  return found;
}

/** Leaves out whatever can be left out, as long as the same is wrong. */
async function shrunk(sql: string, facts: Facts, wrong: string): Promise<string> {
  const fails = async (text: string) => {
    const said = (await judgeText(text, facts)).wrong;
    return said !== null && sortOf(said) === sortOf(wrong);
  };
  let words = wordsOf(sql);
  if (!(await fails(words.join(' ')))) return sql;
  for (let size = Math.ceil(words.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < words.length; ) {
      const less = words.toSpliced(at, size);
      if (await fails(less.join(' '))) words = less;
      else at += size;
    }
  }
  return words.join(' ');
}
