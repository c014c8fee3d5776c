// Are names that every JavaScript object has taken for what they are: names that nobody has given yet?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { createFold, foldEffects, nextMigration, nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import type { Effect } from '../../../src/model/effect.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const judge = createJudge(changes);
const judged = (sql: string, facts = nothingKnown) => judge(parser.split(sql, 'odd.sql').statements, facts);
const names = ['constructor', '__proto__', 'toString'];

test.each(names)('a constraint called %s that is not known', (name) => {
  const { changes: found, facts } = judged(
    `ALTER TABLE users VALIDATE CONSTRAINT "${name}"; ALTER TABLE users RENAME CONSTRAINT "${name}" TO other;`,
  );
  expect(found.map(({ change }) => change.kind)).toEqual(['validate-constraint', 'rename-constraint']);
  expect(facts.relations['public.users']?.constraints).toEqual({});
});

test.each(names)('a column called %s', (name) => {
  const { facts } = judged(`CREATE TABLE users ("${name}" int NOT NULL); ALTER TABLE users RENAME "${name}" TO other;`);
  expect(Object.keys(facts.relations['public.users']?.columns ?? {})).toEqual(['other']);
  expect(facts.relations['public.users']?.columns?.other).toMatchObject({ type: 'integer', notNull: true });
});

test.each(names)('a table called %s, with no schema to look in', (name) => {
  const { facts } = judged(`SET search_path = ''; ALTER TABLE "${name}" ADD COLUMN a int; CREATE TABLE b (c int);`);
  expect(Object.keys(facts.relations)).toEqual([name, 'b']);
  expect(Object.keys(nextMigration(facts).relations)).toEqual([name, 'b']);
});

test('what a fold was given stays as it was, and so does what it handed back before another one goes on', () => {
  const made = (name: string): readonly Effect[] => [
    { effect: 'make-relation', name: { schema: 'public', name }, kind: 'table' },
  ];
  const given = foldEffects(nothingKnown, made('a'));
  const fold = createFold(given);
  fold(made('b'));
  const both = fold(made('c'));
  const more = foldEffects(both, made('d'));
  expect([nothingKnown, given, both, more].map(({ relations }) => Object.keys(relations).length)).toEqual([0, 1, 3, 4]);
});
