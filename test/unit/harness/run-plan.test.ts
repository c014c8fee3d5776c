// Does the harness tell a plan that keeps its word from one that does not?
import { expect, test } from 'vitest';
import type { Lock } from '../../../src/model/change.ts';
import { type MigrationPlan, rangeMark, type Stage, type Step } from '../../../src/model/plan.ts';
import { differentEnds, endState } from '../../harness/end-state.ts';
import { planBlock } from '../../harness/plan-block.ts';
import { openClient } from '../../harness/relations.ts';
import { runPlan } from '../../harness/run-plan.ts';
import { freshDatabase } from '../../harness/servers.ts';

const before = `create table t (id int primary key, note text); create table other (id int);
  insert into t select n, 'x' from generate_series(1, 20) n; insert into other values (1);`;

const step = (sql: string, locks: readonly Lock[], more: Partial<Step> = {}): Step => ({
  sql,
  locks,
  change: 'made-up',
  statement: 0,
  does: 'it',
  hazards: [],
  undo: 'none',
  ...more,
});

const transaction = (...steps: readonly Step[]): Stage => ({ kind: 'transaction', settings: [], steps });
const planOf = (...stages: readonly Stage[]): MigrationPlan => ({
  id: 'm',
  checksum: '',
  mode: 'online',
  because: 'It is a test.',
  stages,
  problems: [],
});

async function run(...stages: readonly Stage[]) {
  await using database = await freshDatabase(undefined, before);
  const client = await openClient(database.url);
  try {
    const { wrong, failed } = await runPlan(client, database.url, planOf(...stages), (code) => code === 'blocks');
    const { rows } = await client.query<{ notes: string }>("select string_agg(distinct note, ',') as notes from t");
    return { wrong, failed, notes: rows[0]?.notes };
  } finally {
    await client.end();
  }
}

const exclusive: Lock = { relation: 'public.t', mode: 'ACCESS EXCLUSIVE' };
const check = 'alter table t add constraint c check (id > 0)';

test('a plan that keeps its word is right', async () => {
  const sharing: Lock = { relation: 'public.t', mode: 'SHARE UPDATE EXCLUSIVE', scan: true };
  const { wrong, failed } = await run(
    transaction(step(`${check} not valid`, [exclusive])),
    transaction(step('alter table t validate constraint c', [sharing])),
    { kind: 'concurrent', settings: [], steps: [step('create index concurrently i on t (note)', [sharing])] },
  );
  expect({ wrong, failed }).toEqual({ wrong: [], failed: null });
});

test('a lock that its step does not declare is told, though another step declares it', async () => {
  const { wrong } = await run(
    transaction(step('alter table t add column x int', []), step('alter table t add column y int', [exclusive])),
  );
  expect(wrong).toEqual([
    'ACCESS EXCLUSIVE on table public.t was taken, and nothing declared on it: planned: alter table t add column x int',
  ]);
});

test('what reads a table while a lock keeps its writers out is told, unless a hazard of its says so', async () => {
  const declared = [{ ...exclusive, scan: true }];
  const said = `public.t was read from end to end while ACCESS EXCLUSIVE on public.t was held, and no hazard says so: planned: ${check}`;
  expect((await run(transaction(step(check, declared)))).wrong).toEqual([said]);
  expect((await run(transaction(step(check, declared, { hazards: ['other'] })))).wrong).toEqual([said]);
  expect((await run(transaction(step(check, declared, { hazards: ['blocks'] })))).wrong).toEqual([]);
});

test('a lock of another step, on another table, counts too', async () => {
  const { wrong } = await run(
    transaction(step('alter table t add column x int', [exclusive]), step('select id from other where id = 2', [])),
  );
  expect(wrong).toEqual([
    'public.other was read from end to end while ACCESS EXCLUSIVE on public.t was held, and no hazard says so: planned: select id from other where id = 2',
  ]);
});

test('a stage that fails leaves what was before it', async () => {
  const { failed, notes } = await run(
    transaction(step("update t set note = 'y'", [{ relation: 'public.t', mode: 'ROW EXCLUSIVE' }])),
    transaction(
      step("update t set note = 'z'", [{ relation: 'public.t', mode: 'ROW EXCLUSIVE' }]),
      step('select 1 / 0', []),
    ),
  );
  expect({ failed, notes }).toEqual({ failed: 'division by zero', notes: 'y' });
});

test.each([
  ['by key', [{ name: 'id', type: 'integer' }]],
  ['by place', []],
])('a backfill goes over all rows, %s', async (_, key) => {
  const batch = { table: 'public.t', alias: 't', key };
  const locks: readonly Lock[] = [{ relation: 'public.t', mode: 'ROW EXCLUSIVE' }];
  const sql = `update t set note = note || '!' where length(note) = 1 and ${rangeMark}`;
  const { wrong, failed, notes } = await run({ kind: 'backfill', settings: [], steps: [step(sql, locks, { batch })] });
  expect({ wrong, failed, notes }).toEqual({ wrong: [], failed: null, notes: 'x!' });
});

test('two ends differ in what only one of them has', async () => {
  await using one = await freshDatabase(undefined, `${before} create sequence s; select nextval('s');`);
  await using other = await freshDatabase(
    undefined,
    `${before} create sequence s; create index i on t (note); update t set note = 'y' where id = 3; delete from t where id = 4`,
  );
  const [expected, actual] = [await endState(one.url, []), await endState(other.url, [])];
  expect(differentEnds(expected, expected, [])).toEqual([]);
  expect(differentEnds(expected, actual, [])).toEqual([
    'index public.i is not expected',
    'rows of public.t: the planned way lacks 1 of (3,x); lacks 1 of (4,x); has besides 1 of (3,y)',
    'sequence public.s stands at null, and at 1 the naive way',
  ]);
  const volatile = ['public.t.note', 'public.s'];
  expect(differentEnds(await endState(one.url, volatile), await endState(other.url, volatile), ['index'])).toEqual([
    'rows of public.t: the planned way lacks 1 of (4)',
  ]);
});

test('a plan is written down', () => {
  const secret = step("create role r password 'x'", [], { secret: true, undo: 'none' });
  const batch = { table: 'public.t', alias: 't', key: [{ name: 'id', type: 'integer' }] };
  const online = planOf(
    {
      ...transaction(step(check, [{ ...exclusive, scan: true }], { hazards: ['blocks'], undo: 'exact' }), secret),
      settings: ['set a = 1'],
    },
    {
      kind: 'backfill',
      settings: [],
      steps: [step(`update t\nset note = '' where ${rangeMark}`, [], { batch, undo: 'parked' })],
    },
  );
  expect(planBlock(online).split('\n')).toEqual([
    'online',
    '1 transaction',
    '  set a = 1',
    '  alter table t add constraint c check (id > 0)',
    '    ACCESS EXCLUSIVE on public.t, reads every row',
    '    hazards: blocks',
    '  (not shown, for it holds a secret)',
    '    undo: none',
    '2 backfill',
    '  update t',
    `  set note = '' where ${rangeMark}`,
    '    some rows of public.t at a time, by id',
    '    undo: parked',
  ]);
  expect(planBlock({ ...planOf(transaction(step(check, []))), mode: 'atomic' })).toBe('as written');
});
