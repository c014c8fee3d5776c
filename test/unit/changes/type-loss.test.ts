// Is it told which values are cut, rounded or refused when a column gets another type?
import { expect, test } from 'vitest';
import { isAlike, typeLoss } from '../../../src/changes/reading/type-loss.ts';
import { freshDatabase, newest, type TestDatabase } from '../../harness/servers.ts';

const stamp = 'timestamp without time zone';

test.each([
  ['text', 'character varying(3)', false, 'fails'],
  ['text', 'character varying(3)', true, 'changes'],
  ['character varying(5)', 'character varying(3)', false, 'fails'],
  ['character varying(3)', 'character varying(5)', false, null],
  ['character varying(3)', 'text', false, null],
  ['bigint', 'integer', false, 'fails'],
  ['integer', 'bigint', false, null],
  ['numeric(10,2)', 'integer', false, 'changes'],
  ['numeric(10,0)', 'integer', false, 'fails'],
  ['numeric(10,2)', 'numeric(12,1)', false, 'changes'],
  ['numeric(10,2)', 'numeric(8,2)', false, 'fails'],
  ['numeric(10,2)', 'numeric(12,2)', false, null],
  ['numeric(10,2)', 'numeric(12,4)', false, null],
  ['numeric(10,2)', 'numeric(11,4)', false, 'fails'],
  ['numeric(9,0)', 'integer', false, null],
  ['bigint', 'double precision', false, 'changes'],
  ['numeric(10,2)', 'numeric', false, null],
  ['numeric', 'numeric(10,2)', false, 'changes'],
  ['integer', 'numeric(12,2)', false, null],
  ['integer', 'numeric(8,2)', false, 'fails'],
  ['double precision', 'real', false, 'changes'],
  ['real', 'double precision', false, null],
  ['numeric', 'double precision', false, 'changes'],
  [stamp, 'date', false, 'changes'],
  [stamp, 'time without time zone', false, 'changes'],
  [stamp, 'timestamp with time zone', false, 'depends-on-zone'],
  [stamp, 'timestamp(3) without time zone', false, 'changes'],
  ['date', stamp, false, null],
  ['interval', 'interval(3)', false, 'changes'],
  ['json', 'jsonb', true, 'tidies'],
  ['jsonb', 'json', true, null],
  ['integer', 'text', false, null],
] as const)('%s to %s, cast %s: %s', (from, to, cast, how) => {
  expect(typeLoss(from, to, cast)?.how ?? null).toBe(how);
});

/** Values at the edge of each type; what changes or fails on a server must be told. */
const edges: Readonly<Record<string, string>> = {
  text: 'some long text',
  'character varying(5)': 'abcde',
  'character varying(20)': 'abcdefghijklmnopqrst',
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
  'numeric(10,2)': '12345678.91',
  'numeric(8,2)': '123456.78',
  'numeric(12,4)': '12345678.1234',
  numeric: '123456789012345678901234567890.123456789',
  'double precision': '1234567890.123456',
  real: '1.5',
  date: '2026-01-02',
  [stamp]: '2026-01-02 03:04:05.678901',
  'timestamp(3) without time zone': '2026-01-02 03:04:05.678',
  'time without time zone': '03:04:05.678901',
  'time(3) without time zone': '03:04:05.678',
  interval: '1 day 03:04:05.678901',
  'interval(3)': '1 day 03:04:05.678',
};

test('no pair of these types loses anything on a server that is not told', async () => {
  await using database = await freshDatabase(newest);
  const untold: string[] = [];
  for (const [from, value] of Object.entries(edges)) {
    for (const to of Object.keys(edges).filter((type) => type !== from && isAlike(from, type))) {
      await database.query(`create table t (c ${from}); insert into t values ('${value}')`);
      const lost = await isLost(database, from, to, value);
      if (lost && typeLoss(from, to, false) === null) untold.push(`${from} → ${to}`);
      await database.query('drop table t');
    }
  }
  expect(untold).toEqual([]);
});

/** Also where the server refuses the new type, or the way back to the old one. */
async function isLost(database: TestDatabase, from: string, to: string, value: string): Promise<boolean> {
  try {
    await database.query(`alter table t alter c type ${to}`);
    const { rows } = await database.query(
      `select c::${from}::text is distinct from '${value}'::${from}::text as lost from t`,
    );
    return rows[0]?.lost === true;
  } catch {
    return true;
  }
}
