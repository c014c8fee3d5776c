// How a plan reads.
import { expect, test } from 'vitest';
import type { Lock } from '../../../../src/model/change.ts';
import type { PlanOutcome } from '../../../../src/model/outcome.ts';
import type { MigrationPlan, Stage, Step } from '../../../../src/model/plan.ts';
import github from '../../../../src/report/github.ts';
import json from '../../../../src/report/json.ts';
import { plainPage } from '../../../../src/report/prose/page.ts';
import sarif from '../../../../src/report/sarif.ts';
import text from '../../../../src/report/text.ts';
import { database, olderPending, undefinedColumn } from '../samples.ts';

const users = 'public.users';

function step(does: string, locks: readonly Lock[] = [], more: Partial<Step> = {}): Step {
  return { sql: 'SELECT 1', locks, change: 'unknown', statement: 0, does, hazards: [], undo: 'none', ...more };
}

function stage(kind: Stage['kind'], steps: readonly Step[], estimateMs: number | null = 0): Stage {
  return { kind, settings: [], steps, estimateMs };
}

const online: MigrationPlan = {
  id: '20261120101500_add_status',
  checksum: 'abc',
  mode: 'online',
  because: 'It goes over tables that are large, so it is cut into stages, and rows are taken some at a time.',
  stages: [
    stage('transaction', [
      step('add the column status to public.users', [{ relation: users, mode: 'ACCESS EXCLUSIVE' }]),
    ]),
    stage('backfill', [step('fill status', [{ relation: users, mode: 'ROW EXCLUSIVE' }])], 125_000),
    stage(
      'concurrent',
      [
        step('build index users_status_idx while public.users is written', [
          { relation: users, mode: 'SHARE UPDATE EXCLUSIVE', scan: true },
        ]),
      ],
      null,
    ),
    stage('check', [step('verify: must return no row')]),
  ],
  problems: [undefinedColumn],
};

const atomic: MigrationPlan = {
  id: '20261121101500_small',
  checksum: 'def',
  mode: 'atomic',
  because: 'Every table that it touches is new or small.',
  stages: [
    stage('transaction', [
      step('A table is made: table public.tags'),
      step('A role is made: role app', [], { secret: true, hazards: ['role-outside-database'] }),
    ]),
  ],
  problems: [],
};

const outcome: PlanOutcome = {
  database,
  fingerprint: '7s0pfhjw0a8ahmrh0mz87jekbs',
  inTheWay: 0,
  migrations: [online, atomic],
  interrupted: null,
  tables: [
    { relation: users, rows: 12_400_000, bytes: 2_100_000_000 },
    { relation: 'public.far_away', rows: null, bytes: null },
  ],
  problems: [olderPending],
};

const shown = (changed: Partial<PlanOutcome> = {}, width = 80, verbose = false) =>
  text.render({ kind: 'plan', outcome: { ...outcome, ...changed } }, 0, { ...plainPage, width, verbose });

test('stages are numbered, with what they do and what they lock', () => {
  expect(shown()).toMatchInlineSnapshot(`
    "shop  PostgreSQL 16.14

    20261120101500_add_status  online, in 4 stages, more than 2 min
      It goes over tables that are large, so it is cut into stages, and rows are
        taken some at a time.

      1  in one transaction
         add the column status to public.users
         ACCESS EXCLUSIVE on public.users for a moment: blocks every reader and
           every writer

      2  some rows at a time, each batch committed by itself, about 2 min
         fill status

      3  outside of a transaction, nobody knows for how long
         build index users_status_idx while public.users is written
         SHARE UPDATE EXCLUSIVE on public.users while every row is read: blocks
           other schema changes and VACUUM, but no reader and no writer

      4  asked at the end
         verify: must return no row

    20261121101500_small  as written, in one transaction
      Every table that it touches is new or small.
      A table is made: table public.tags
      A role is made: role app (what is secret is shown as stars)
      What stays dangerous: role-outside-database

    It touches:
      public.users  about 12,400,000 rows  2.1 GB

    warning  migration 20261119000000_x is older than the newest applied one
             [older-pending]
       hint  It is applied in its turn.

    error  column "emial" does not exist [undefined-column]
       at  /project/migrations/20261120101500_add_status.sql:3:44

           3 | alter table users add constraint c check (emial <> '');
             |                                           ^

           There is a column named "email" in table "users".
     hint  Correct the name in the migration, then run roadbook apply again. Nothing
           of this migration was applied.

    2 migrations in 5 stages. Nothing was changed: roadbook apply carries it out.
    Fingerprint 7s0pfhjw0a8ahmrh0mz87jekbs"
  `);
});

test.each([80, 120])('no line is longer than a page of %i columns', (width) => {
  const longest = Math.max(
    ...shown({}, width, true)
      .split('\n')
      .map((line) => line.length),
  );
  expect(longest).toBeLessThanOrEqual(width);
});

test('what apply would refuse is counted at the end', () => {
  const flat = (inTheWay: number) => shown({ inTheWay }).replace(/\s+/g, ' ');
  expect(flat(1)).toContain('Nothing was changed: roadbook apply refuses it as long as one thing stands in the way.');
  expect(flat(2)).toContain('as long as 2 things stand');
});

test('weak locks are for those who want to know all', () => {
  expect(shown()).not.toContain('ROW EXCLUSIVE on');
  expect(shown({}, 120, true)).toContain('ROW EXCLUSIVE on public.users for each batch');
});

test('of many migrations the first are shown', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ ...atomic, id: `202611211015${index + 10}_small` }));
  const few = shown({ migrations: many });
  expect(few).toContain('10 after these (--verbose shows them)');
  expect(few).toContain('30 migrations in 30 stages.');
  expect(shown({ migrations: many }, 80, true)).not.toContain('after these');
});

test('nothing pending, and nothing but what was begun', () => {
  const none = { migrations: [], tables: [], problems: [] };
  expect(shown(none)).toContain('Nothing to plan: shop is up to date.');
  const interrupted = { id: '20261120101500_add_status', stage: 2, stages: 5 };
  expect(shown({ ...none, interrupted })).toContain('Nothing else is pending: roadbook apply finishes what was begun.');
});

test('a script stands alone', () => {
  expect(shown({ script: '-- the script' })).toBe('-- the script');
});

test('every format has the problems of the migrations too', () => {
  const report = { kind: 'plan', outcome } as const;
  expect(github.render(report, 1, plainPage)).toContain('title=undefined-column');
  expect(sarif.render(report, 1, plainPage)).toContain('undefined-column');
  expect(JSON.parse(json.render(report, 1, plainPage))).toEqual({ ...outcome, exitCode: 1 });
});
