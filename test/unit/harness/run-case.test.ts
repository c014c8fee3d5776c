// Does the harness tell a true declaration from a false one?
import { expect, test } from 'vitest';
import type { Lock } from '../../../src/model/change.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { type Case, printCase } from '../../harness/case.ts';
import type { CaseJudgement } from '../../harness/judge-case.ts';
import { locksBlock } from '../../harness/locks-block.ts';
import { rendered, runCase, staleBlocks } from '../../harness/run-case.ts';
import { freshDatabase } from '../../harness/servers.ts';
import { summary } from '../../harness/summary.ts';

async function judged(migration: string, ...locks: readonly Lock[]): Promise<CaseJudgement> {
  const { statements } = (await loadParser()).split(migration, 'migration.sql');
  const changes = statements.map((_, statement) => ({
    change: { kind: 'made-up', statement, object: 'x' },
    locks,
    hazards: [],
    effects: [],
  }));
  return { statements, changes, report: 'nothing to say' };
}

const one: Case = {
  title: 'T',
  sentence: 'S.',
  versions: null,
  volatile: [],
  fails: null,
  before:
    'create table p (id int primary key); create table t (id int, note text) partition by list (id); create table t_1 partition of t for values in (1);',
  rows: "insert into p values (1); insert into t select 1, 'x' from generate_series(1, 20);",
  migration: '',
  report: null,
  locks: null,
  plan: null,
};

async function run(migration: string, ...locks: readonly Lock[]) {
  await using database = await freshDatabase(undefined, `${one.before};${one.rows}`);
  return await runCase({ ...one, migration }, 'made-up', database.url, await judged(migration, ...locks));
}

test('a lock that is declared is right, on partitions too', async () => {
  const { wrong, measured } = await run('alter table t alter column note set not null', {
    relation: 'public.t',
    mode: 'ACCESS EXCLUSIVE',
    scan: true,
  });
  expect(wrong).toEqual([]);
  expect(measured).toEqual([{ kind: 'made-up', excess: [] }]);
});

test('what is not declared is told', async () => {
  expect(
    (await run('alter table t alter column note set not null', { relation: 'public.t', mode: 'SHARE' })).wrong,
  ).toEqual([
    'ACCESS EXCLUSIVE on partitioned table public.t was taken, and only SHARE declared: alter table t alter column note set not null',
    'ACCESS EXCLUSIVE on table public.t_1 was taken, and only SHARE declared: alter table t alter column note set not null',
    'public.t_1 was read from end to end under ACCESS EXCLUSIVE, and no scan declared: alter table t alter column note set not null',
  ]);
  const { wrong } = await run(
    'alter table t_1 alter column note set statistics 5; alter table p alter column id type bigint',
    { relation: 'public.t', mode: 'ACCESS EXCLUSIVE' },
  );
  expect(wrong).toEqual([
    'ACCESS EXCLUSIVE on table public.p was taken, and nothing declared on it: alter table p alter column id type bigint',
    'ACCESS EXCLUSIVE on index public.p_pkey was taken, and nothing declared on it: alter table p alter column id type bigint',
    'public.p was rewritten, and no rewrite declared: alter table p alter column id type bigint',
  ]);
});

test('too much is no failure, and is counted', async () => {
  const seen = await run(
    'create index on t_1 (note)',
    { relation: 'public.t_1', mode: 'ACCESS EXCLUSIVE', rewrite: true },
    { relation: 'public.p', mode: 'SHARE' },
  );
  expect(seen.wrong).toEqual([]);
  expect(summary(1, [18], [{ ...seen, proofs: 1 }])).toMatchObject({
    proofs: 2,
    needless: [
      {
        kind: 'made-up',
        declared: [
          'public.p: SHARE, seen nothing',
          'public.t_1: ACCESS EXCLUSIVE, seen SHARE',
          'public.t_1: rewrite, seen none',
        ],
      },
    ],
  });
});

test('what the migration makes itself needs no lock, settings last, and a statement may stand alone', async () => {
  const sql =
    'set local search_path = app; create table u (id int); alter table u add column x int; create index concurrently on public.t_1 (note)';
  await using database = await freshDatabase(undefined, `create schema app; ${one.before}; ${one.rows}`);
  const judgement = await judged(sql, { relation: 'public.t_1', mode: 'SHARE UPDATE EXCLUSIVE', scan: true });
  expect((await runCase(one, 'made-up', database.url, judgement)).wrong).toEqual([]);
  expect((await database.query('select count(*)::int as n from app.u')).rows).toEqual([{ n: 0 }]);
});

test('the folder must be one of the kinds, and a statement that fails is named', async () => {
  await using database = await freshDatabase();
  const judgement = await judged('select 1');
  expect((await runCase(one, 'other', database.url, judgement)).wrong).toEqual([
    'the migration holds no change of the kind other, but made-up',
  ]);
  await expect(run('alter table nowhere add column x int')).rejects.toThrow(
    'alter table nowhere add column x int\nfails: relation "nowhere" does not exist',
  );
});

test('blocks are written, and told apart from what stands in the file', async () => {
  const migration = 'alter table t add column x int;\nselect 1';
  const judge = async (_: Case, major: number) =>
    judged(migration, { relation: 'public.t', mode: 'ACCESS EXCLUSIVE', ...(major < 16 ? { rewrite: true } : {}) });
  const now = await rendered({ ...one, migration }, [14, 15, 16, 17], judge, 'as written');
  expect(now.plan).toBe('as written');
  expect(now.locks).toBe(
    [
      'alter table t add column x int',
      '  PostgreSQL 14 to 15: ACCESS EXCLUSIVE on public.t, writes every row anew',
      '  PostgreSQL 16 to 17: ACCESS EXCLUSIVE on public.t',
      'select 1',
      '  PostgreSQL 14 to 15: ACCESS EXCLUSIVE on public.t, writes every row anew',
      '  PostgreSQL 16 to 17: ACCESS EXCLUSIVE on public.t',
    ].join('\n'),
  );
  expect(staleBlocks(printCase(now), now)).toBe('');
  expect(staleBlocks(printCase({ ...now, report: 'other' }), now)).toContain(
    'is "other" and should be "nothing to say"',
  );
  expect(locksBlock(new Map([[18, await judged('select 1')]]))).toBe('select 1\n  none');
});
