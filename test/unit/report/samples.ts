// What verbs hand back, as the tests of the formats need it.
import type { ApplyOutcome, Status, VerifyOutcome } from '../../../src/model/outcome.ts';
import { problem } from '../../../src/model/problem.ts';
import type { Difference } from '../../../src/model/verdict.ts';

export const database = { name: 'shop', version: '16.14', embedded: false } as const;

export const undefinedColumn = problem('undefined-column', 'column "emial" does not exist', {
  where: { file: '/project/migrations/20261120101500_add_status.sql', line: 3, column: 44 },
  frame: "3 | alter table users add constraint c check (emial <> '');\n  |                                           ^",
  detail: 'There is a column named "email" in table "users".',
  hint: 'Correct the name in the migration, then run roadbook apply again. Nothing of this migration was applied.',
});

export const olderPending = problem(
  'older-pending',
  'migration 20261119000000_x is older than the newest applied one',
  {
    severity: 'warning',
    hint: 'It is applied in its turn.',
  },
);

export const current: Status = {
  database,
  state: 'current',
  applied: [applied(1), applied(2)],
  pending: [],
  interrupted: null,
  drift: [],
  parked: [],
  unmapped: [],
  problems: [],
};

export function applied(day: number): Status['applied'][number] {
  const two = String(day).padStart(2, '0');
  return {
    id: `202611${two}101500_step_${day}`,
    checksum: 'abc',
    appliedAt: `2026-11-${two}T10:20:30.400Z`,
    durationMs: day * 250,
    verdict: 'verified',
  };
}

export function run(day: number, more: Partial<ApplyOutcome['applied'][number]> = {}): ApplyOutcome['applied'][number] {
  return {
    id: applied(day).id,
    mode: 'atomic',
    stages: 1,
    retries: 0,
    durationMs: day * 40,
    verdict: 'verified',
    ...more,
  };
}

export const differences: readonly Difference[] = [
  {
    kind: 'column',
    object: 'public.users.status',
    change: 'differs',
    property: 'default',
    expected: "'new'::text",
    actual: '',
  },
  { kind: 'index', object: 'public.users_email_idx', change: 'missing' },
  { kind: 'column', object: 'public.users.nick', change: 'unexpected' },
  {
    kind: 'column',
    object: 'public.users.status',
    change: 'differs',
    property: 'not null',
    expected: 'true',
    actual: 'false',
  },
  { kind: 'table', object: 'public.users', change: 'differs', property: 'owner', expected: 'app', actual: 'postgres' },
  {
    kind: 'function',
    object: 'public.total(integer, numeric(10,2))',
    change: 'differs',
    property: 'definition',
    expected: 'CREATE FUNCTION public.total(a integer)\n RETURNS numeric\n LANGUAGE sql\nAS $$ select a * 2 $$\n',
    actual: 'CREATE FUNCTION public.total(a integer)\n RETURNS numeric\n LANGUAGE sql\nAS $$ select a + 2 $$\n',
  },
];

export const failedVerify: VerifyOutcome = {
  database,
  verdict: 'failed',
  catalog: 'differs',
  differences,
  assertions: [
    { name: 'every order has a total', ok: true, evidence: [] },
    {
      name: 'no user without an email',
      ok: false,
      evidence: [
        { id: 1, email: null, note: 'a\u001b[31mred' },
        { id: 2n, email: null, note: 'long '.repeat(30) },
        ...Array.from({ length: 5 }, () => ({ id: 3, email: null, note: '' })),
      ],
    },
  ],
  problems: [],
};
