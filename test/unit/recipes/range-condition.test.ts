// Does the condition of a batch say exactly its rows?
import { expect, test } from 'vitest';
import { rangeMark } from '../../../src/model/plan.ts';
import { inRangeOf, rangeCondition } from '../../../src/recipes/range-condition.ts';

const id = { alias: 't', key: [{ name: 'id', type: 'bigint' }] };
const pair = {
  alias: '"U"',
  key: [
    { name: '"Group"', type: 'character varying(20)' },
    { name: 'n', type: 'numeric(8,2)' },
  ],
};

test('one column, several, and none', () => {
  expect(rangeCondition(id, { after: null, upTo: ['9'] })).toBe("(t.id <= '9'::bigint)");
  expect(rangeCondition(id, { after: ['-1'], upTo: ['9'] })).toBe("(t.id > '-1'::bigint AND t.id <= '9'::bigint)");
  expect(rangeCondition(pair, { after: ["it's", '0.5'], upTo: ['\\', '1'] })).toBe(
    `(("U"."Group", "U".n) > ('it''s'::character varying(20), '0.5'::numeric(8,2)) AND ("U"."Group", "U".n) <= (E'\\\\'::character varying(20), '1'::numeric(8,2)))`,
  );
  expect(rangeCondition({ alias: 't', key: [] }, { after: ['8'], upTo: ['16'] })).toBe(
    "(t.ctid >= '(8,0)'::pg_catalog.tid AND t.ctid < '(16,0)'::pg_catalog.tid)",
  );
});

test('a key with a value too few is a bug, as is a block that is no number', () => {
  expect(() => rangeCondition(pair, { after: null, upTo: ['a'] })).toThrow('each of its columns');
  expect(() => rangeCondition({ alias: 't', key: [] }, { after: null, upTo: ["1'"] })).toThrow(SyntaxError);
});

test('it stands where the mark is, to the letter', () => {
  expect(inRangeOf(`update t set a = '$&' where ${rangeMark}`, "(a = '$1')")).toBe(
    "update t set a = '$&' where (a = '$1')",
  );
  expect(() => inRangeOf('update t set a = 1', '(true)')).toThrow('exactly once');
});
