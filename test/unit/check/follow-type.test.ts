// Do the facts follow when a type goes by another name?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const judge = createJudge(changes);
const after = (sql: string): Facts => judge(parser.split(sql, 'm.sql').statements, nothingKnown).facts;
const typesIn = ({ relations }: Facts, table: string) =>
  Object.values(relations[table]?.columns ?? {}).map(({ type }) => type);

const made = `CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN feeling AS mood;
  CREATE TABLE t (a mood, b mood[], c feeling, d text, e other.mood);
  CREATE TABLE moods (a integer);`;

test('columns, arrays and domains of it, and its labels', () => {
  const facts = after(`${made} ALTER TYPE mood RENAME TO "Old mood"; CREATE TYPE mood AS ENUM ('ok')`);
  expect(typesIn(facts, 'public.t')).toEqual([
    'public."Old mood"',
    'public."Old mood"[]',
    'public.feeling',
    'text',
    'other.mood',
  ]);
  expect(facts.domains?.['public.feeling']?.base).toBe('public."Old mood"');
  expect(facts.enums).toEqual({ 'public.Old mood': ['sad', 'ok'], 'public.mood': ['ok'] });
  expect(facts.newTypes).toEqual(['public.Old mood', 'public.feeling', 'public.mood']);
  const back = after(`${made} ALTER TYPE mood RENAME TO "Old mood"; ALTER TYPE "Old mood" RENAME TO mood`);
  expect(back.relations).toEqual(after(made).relations);
});

test('a domain, in another schema', () => {
  const facts = after(`${made} ALTER DOMAIN feeling SET SCHEMA apart`);
  expect(typesIn(facts, 'public.t')[2]).toBe('apart.feeling');
  expect(Object.keys(facts.domains ?? {})).toEqual(['apart.feeling']);
});

test('labels that are new under the old name are new under the other', () => {
  const facts = after(`${made} ALTER TYPE mood ADD VALUE 'glad'; ALTER TYPE mood RENAME TO humour`);
  expect(facts.newLabels).toEqual({ 'public.humour': ['glad'] });
});

test('rows of a table that is renamed, but not what has the name of an index', () => {
  const rows = 'CREATE TABLE p (x int); CREATE TABLE q (p p, ps p[]); ALTER TABLE p RENAME TO r';
  expect(typesIn(after(rows), 'public.q')).toEqual(['public.r', 'public.r[]']);
  const index = 'CREATE TYPE i AS (x int); CREATE TABLE q (i i); CREATE INDEX i ON q (i); ALTER INDEX i RENAME TO j';
  expect(typesIn(after(index), 'public.q')).toEqual(['public.i']);
});

test('all of a schema that is renamed', () => {
  const facts =
    after(`CREATE SCHEMA s; CREATE TYPE s.a AS (x int); CREATE TYPE s.b AS ENUM ('x'); CREATE TABLE s.c (x int);
    CREATE TABLE t (a s.a, b s.b[], c s.c); ALTER SCHEMA s RENAME TO z`);
  expect(typesIn(facts, 'public.t')).toEqual(['z.a', 'z.b[]', 'z.c']);
  expect(Object.keys(facts.enums ?? {})).toEqual(['z.b']);
});
