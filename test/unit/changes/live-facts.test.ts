// Are views, types and sequences judged by the live catalog where one was read?
import { expect, test } from 'vitest';
import { changes } from '../../../src/changes/index.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import { createJudge } from '../../../src/check/judge.ts';
import type { Facts, RelationFacts } from '../../../src/model/facts.ts';
import { loadParser } from '../../../src/sql/index.ts';

const judge = createJudge(changes);

function relation(kind: RelationFacts['kind'], rows: number, types: Readonly<Record<string, string>>): RelationFacts {
  const columns = Object.entries(types).map(
    ([name, type]) => [name, { type, notNull: false, hasDefault: false }] as const,
  );
  const known = { kind, rows, bytes: rows * 100, columns: Object.fromEntries(columns) };
  return { ...known, isNew: false, indexed: [], constraints: {}, parents: [] };
}

const live: Facts = {
  ...nothingKnown,
  major: 18,
  live: true,
  searchPath: ['app', 'public'],
  relations: {
    'public.large': relation('table', 1_000_000, { a: 'public.mail', b: '"Odd"."Name"[]' }),
    'public.small': relation('table', 10, { a: 'mail', b: 'text' }),
    'public.counts': relation('materialized-view', 10, { n: 'bigint' }),
    'public.totals': relation('materialized-view', 1_000_000, { n: 'bigint' }),
    'app.numbers': relation('sequence', 1, {}),
  },
};

async function judged(sql: string) {
  const parser = await loadParser();
  const found = judge(parser.split(sql, 'migration.sql').statements, live).changes;
  return {
    locks: found.flatMap(({ locks }) => locks.map(({ relation: on, mode }) => `${mode} on ${on}`)),
    codes: found.flatMap(({ hazards }) => hazards.map(({ code }) => code)),
  };
}

test.each([
  {
    sql: "ALTER DOMAIN public.mail ADD CHECK (value <> '')",
    locks: ['SHARE on public.large', 'SHARE on public.small'],
    codes: ['domain-constraint-blocks-writes'],
  },
  { sql: 'ALTER DOMAIN public.unused SET NOT NULL', locks: [], codes: [] },
  {
    sql: 'ALTER DOMAIN "Odd"."Name" SET NOT NULL',
    locks: ['SHARE on public.large'],
    codes: ['domain-constraint-blocks-writes'],
  },
  { sql: 'CREATE OR REPLACE VIEW brand_new AS SELECT 1 AS one', locks: [], codes: [] },
  {
    sql: 'REFRESH MATERIALIZED VIEW counts',
    locks: ['ACCESS EXCLUSIVE on public.counts'],
    codes: [],
  },
  {
    sql: 'REFRESH MATERIALIZED VIEW totals',
    locks: ['ACCESS EXCLUSIVE on public.totals'],
    codes: ['refresh-blocks-readers'],
  },
  {
    sql: 'ALTER MATERIALIZED VIEW totals SET TABLESPACE elsewhere',
    locks: ['ACCESS EXCLUSIVE on public.totals'],
    codes: ['materialized-view-rewrite-blocks-readers'],
  },
  {
    sql: 'ALTER MATERIALIZED VIEW counts SET TABLESPACE elsewhere',
    locks: ['ACCESS EXCLUSIVE on public.counts'],
    codes: [],
  },
  {
    sql: 'DROP MATERIALIZED VIEW counts; CREATE MATERIALIZED VIEW public.counts AS SELECT 1 AS n',
    locks: ['ACCESS EXCLUSIVE on public.counts'],
    codes: [],
  },
  {
    sql: 'CREATE TRIGGER t BEFORE INSERT ON small FOR EACH ROW EXECUTE FUNCTION f()',
    locks: ['SHARE ROW EXCLUSIVE on public.small'],
    codes: [],
  },
  {
    sql: 'ALTER SEQUENCE numbers RESTART',
    locks: ['SHARE ROW EXCLUSIVE on app.numbers'],
    codes: ['sequence-restart-repeats-numbers'],
  },
])('$sql', async ({ sql, locks, codes }) => expect(await judged(sql)).toEqual({ locks, codes }));
