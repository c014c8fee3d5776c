// How is a statement that PostgreSQL understands turned into one that nobody wrote?
import { lex } from '../../../src/sql/index.ts';
import type { Random } from './random.ts';

type Words = readonly string[];

/** What a mutation may take from other statements. */
export interface Pool {
  readonly statements: readonly string[];
  readonly words: Words;
}

export const poolOf = (statements: readonly string[]): Pool => ({
  statements,
  words: [...new Set(statements.flatMap(wordsOf))],
});

/** The tokens of a statement, comments left out. */
export const wordsOf = (sql: string): Words =>
  lex(sql).flatMap(({ kind, start, end }) => (kind === 'comment' ? [] : [sql.slice(start, end)]));

/** One to four mutations of a statement of the pool. Most that leave no SQL are tried anew, so that enough is left to judge. */
export function mutated(sql: string, pool: Pool, random: Random, isSql: (sql: string) => boolean): string {
  let words = wordsOf(sql);
  for (let left = 1 + random.below(4); left > 0 && words.length > 0; left--) {
    let next = random.pick(mutations)(words, pool, random);
    for (let tries = 4; tries > 0 && random.chance(0.9) && !isSql(next.join(' ')); tries--) {
      next = random.pick(mutations)(words, pool, random);
    }
    words = next;
  }
  return random.chance(0.1) ? random.pick(wrappings)(words.join(' ')) : words.join(' ');
}

type Mutation = (words: Words, pool: Pool, random: Random) => Words;

const drop: Mutation = (words, _, random) => words.toSpliced(random.below(words.length), 1 + random.below(3));

const double: Mutation = (words, _, random) => {
  const at = random.below(words.length);
  return words.toSpliced(at, 0, ...words.slice(at, at + 1 + random.below(4)));
};

const swap: Mutation = (words, _, random) => {
  const [a, b] = [random.below(words.length), random.below(words.length)];
  return words.with(a, words[b] ?? '').with(b, words[a] ?? '');
};

/** A name for a name, a string for a string: most of what comes out is still understood. */
const replace: Mutation = (words, pool, random) => {
  const at = random.below(words.length);
  const sort = sortOf(words[at] ?? '');
  const other = random.pick(pool.words);
  return sort === sortOf(other) || random.chance(0.1) ? words.with(at, other) : words;
};

const sortOf = (word: string) => (/^[a-z_"]/i.test(word) ? 'name' : /^[0-9'$]/.test(word) ? 'value' : word);

const rename: Mutation = (words, _, random) => {
  const at = random.below(words.length);
  return sortOf(words[at] ?? '') === 'name' ? words.with(at, random.pick(oddNames)) : words;
};

const splice: Mutation = (words, pool, random) => {
  const other = wordsOf(random.pick(pool.statements));
  const from = random.below(other.length);
  return words.toSpliced(
    random.below(words.length + 1),
    random.below(3),
    ...other.slice(from, from + 1 + random.below(8)),
  );
};

/** The sub-commands of one ALTER TABLE after those of another. */
const join: Mutation = (words, pool, random) => {
  const altering = (each: Words) => /^alter$/i.test(each[0] ?? '') && /^table$/i.test(each[1] ?? '');
  const other = wordsOf(random.pick(pool.statements));
  return altering(words) && altering(other) ? [...words, ',', ...other.slice(3)] : words;
};

const nest: Mutation = (words, _, random) => {
  const at = random.below(words.length);
  const word = words[at] ?? '';
  const depth = random.chance(0.02) ? 20_000 : 2 + random.below(60);
  const deep = random.pick([
    () => `${'('.repeat(depth)}${word}${')'.repeat(depth)}`,
    () => `${word}${' + 1'.repeat(depth)}`,
    () => `${'(select '.repeat(depth)}${word}${')'.repeat(depth)}`,
    () => `${word}${'[1]'.repeat(depth)}`,
    () => `${'not '.repeat(depth)}${word}`,
    () => `${word}${' and true or false'.repeat(depth)}`,
    () => `${word}${' :: text'.repeat(depth)}`,
  ]);
  return words.with(at, deep());
};

const mutations: readonly Mutation[] = [
  drop,
  double,
  swap,
  replace,
  replace,
  replace,
  replace,
  rename,
  rename,
  splice,
  join,
  join,
  nest,
];

const wrappings: readonly ((sql: string) => string)[] = [
  (sql) => `explain (analyze) ${sql}`,
  (sql) => `explain ${sql}`,
  (sql) => `create schema fuzz ${sql}`,
  (sql) => `with fuzz as (${sql}) select * from fuzz`,
  (sql) => `with fuzz as (${sql}) insert into fuzzed select * from fuzz`,
  (sql) => `copy (${sql}) to stdout`,
  (sql) => `prepare fuzz as ${sql}`,
  (sql) => `do $fuzz$ begin ${sql}; end $fuzz$`,
  (sql) => `create function fuzz() returns void language sql begin atomic ${sql}; end`,
  (sql) => `create rule fuzz as on insert to fuzzed do also ${sql}`,
  (sql) => `create table fuzz as ${sql}`,
  (sql) => `${sql}; ${sql}`,
];

/** Names that are keys of every JavaScript object, that need quotes, that look like something else. */
const oddNames: Words = [
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"hasOwnProperty"',
  '"a b"',
  '"a.b"',
  '"a,b"',
  '"a""b"',
  '"\'"',
  '"%s$1{}"',
  '"`|<b>"',
  '"line\nbreak"',
  '"SELECT"',
  '"ü😀"',
  'ünïcode',
  'pg_temp',
  'pg_temp.a',
  'public.a',
  '"Public"."A"',
  'a.b.c',
  'a.b.c.d',
  '*',
  '"*"',
  `"${'x'.repeat(70)}"`,
  'if exists a',
  'if not exists a',
  'only a',
  'concurrently',
  'public',
  'pg_catalog.int4',
  'int[]',
  'setof a',
  'b %type',
];
