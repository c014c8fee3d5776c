// Is it known of which types a value comes back the same from another one?
import { expect, test } from 'vitest';
import { turnsBack } from '../../../src/changes/reading/turns-back.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { freshDatabase, newest } from '../../harness/servers.ts';

const pairs = [
  ['integer', 'bigint', true],
  ['bigint', 'integer', true],
  ['integer', 'numeric', true],
  ['integer', 'numeric(12,2)', true],
  ['integer', 'double precision', false],
  ['numeric(10,2)', 'numeric(12,4)', true],
  ['numeric(10,4)', 'numeric(10,2)', false],
  ['numeric(10,2)', 'integer', false],
  ['numeric(10,0)', 'integer', true],
  ['numeric', 'numeric(10,2)', false],
  ['real', 'double precision', true],
  ['double precision', 'real', false],
  ['character varying(5)', 'character varying(9)', true],
  ['character varying(9)', 'character varying(5)', false],
  ['character varying(9)', 'text', true],
  ['text', 'uuid', false],
  ['uuid', 'text', true],
  ['text', 'integer', false],
  ['integer', 'text', true],
  ['boolean', 'text', true],
  ['json', 'jsonb', false],
  ['json', 'text', true],
  ['timestamp without time zone', 'date', false],
  ['timestamp(3) without time zone', 'timestamp without time zone', true],
  ['text', 'public.mood', true],
  ['public.mood', 'text', true],
] as const;

const facts = (type: string): Facts => ({
  ...nothingKnown,
  live: true,
  enums: { 'public.mood': ['a', 'b'] },
  relations: {
    'public.t': {
      kind: 'table',
      isNew: false,
      rows: 1,
      bytes: 1,
      columns: { c: { type, notNull: false, hasDefault: false } },
      indexed: [],
      constraints: {},
      parents: [],
    },
  },
});

test.each(pairs)('%s to %s: %s', (from, type, back) => {
  const change = { table: { schema: 'public', name: 't' }, column: 'c', type, collation: null, expression: null };
  expect(turnsBack({ ...change, using: 'none' }, facts(from))).toBe(back);
});

const samples = [
  '0',
  '7',
  '-1',
  '12.5',
  '1.50',
  'true',
  '{"b": 1,  "a": 2}',
  'a',
  'x y ',
  '2024-02-29 12:34:56.789',
  '0.1',
];

test('what is said to come back does so', async () => {
  await using database = await freshDatabase(newest, "create type public.mood as enum ('a', 'b')");
  let compared = 0;
  for (const [from, type] of pairs.filter(([, , back]) => back)) {
    for (const sample of samples) {
      const sql = `select (x::${type}::${from})::text as back, x::text as was from (select $1::text::${from} as x) s`;
      const answer = await database.query(sql, [sample]).catch(() => null);
      if (answer === null) continue;
      compared += 1;
      expect([from, type, answer.rows[0]?.back]).toEqual([from, type, answer.rows[0]?.was]);
    }
  }
  expect(compared).toBeGreaterThan(40);
});
