// `roadbook doctor` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doctorText } from '../../../../src/report/prose/doctor.ts';
import { plainPage } from '../../../../src/report/prose/page.ts';
import { buildProgram, type Program } from '../program.ts';
import { good, project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('nothing wrong: a line for each group, 0, and nothing is created by looking', async () => {
  await using home = await project(program, good);
  const { code, stdout } = await home.roadbook('doctor', '--only', 'journal');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ {2}ok {2}connection {2}\S+ on 127\.0\.0\.1:\d+ as postgres \(from\s+DATABASE_URL\),\s+PostgreSQL [\d.]+\n {2}ok {2}journal {5}none yet: the first `roadbook apply` makes it\n\nNothing is wrong with \S+\.\n$/,
  );
  const { rows } = await home.database.query("select 1 where to_regnamespace('roadbook') is not null");
  expect(rows).toEqual([]);
});

test('something wrong: first what, why and the way out, then what was looked at; 1', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply');
  home.write('migrations/20990101000000_more.sql', "create type mood as enum ('a');\n");
  await home.database.query("create type mood as enum ('a'); alter table if exists nothing add column a int");
  const { code, stdout } = await home.roadbook('doctor', '--only', 'leftovers');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^error {2}enum public\.mood, which 20990101000000_more makes, is there already and equal/);
  expect(stdout).toContain('at  migrations/20990101000000_more.sql:1:1');
  expect(stdout).toContain('hint  Drop it, since no column uses it: DROP TYPE public.mood;');
  expect(stdout.indexOf('!!  migrations')).toBeGreaterThan(stdout.indexOf('hint'));
  expect(stdout).toMatch(/: 1 error\.\n$/);
  expect(await home.document('doctor', '--only', 'leftovers')).toMatchObject({
    database: { name: home.database.name },
    groups: [
      { name: 'connection', state: 'good' },
      { name: 'migrations', state: 'found' },
    ],
    tables: [],
    statements: [],
    problems: [{ code: 'made-already', check: 'leftovers', group: 'migrations' }],
    exitCode: 1,
  });
});

test('no database: what was tried, and 7', async () => {
  await using home = await project(program, good);
  const { code, stdout } = await home.roadbook('doctor', '--database', 'postgres://127.0.0.1:1/crm');
  expect(code).toBe(7);
  expect(stdout).toContain('no server listens on 127.0.0.1:1 [connection-refused]');
  expect(stdout).toContain('given with --database');
  expect(stdout).toMatch(/-- {2}schema {6}not looked at, for want of a database/);
  expect(stdout).toMatch(/No database was reached, so little could be looked at\.\n$/);
  const wrong = await home.roadbook('doctor', '--only', 'leftover');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean leftovers?')]);
});

test('tables and statements stand in columns', () => {
  const tables = [
    {
      relation: 'public.orders',
      rows: 1_234_567,
      deadRows: 12,
      tableBytes: 300_000_000,
      indexBytes: 0,
      vacuumedAt: null,
    },
    { relation: 't', rows: 1, deadRows: 0, tableBytes: 8192, indexBytes: 8192, vacuumedAt: '2026-01-02T03:04:05Z' },
  ];
  const statements = [{ query: 'select $1', calls: 3, totalMs: 61_000, meanMs: 20_333 }];
  const database = { version: '18.1', name: 'crm', embedded: false };
  const groups = [{ name: 'storage', state: 'good', said: '1 GB in all' }] as const;
  const text = doctorText({ database, groups, tables, statements, exit: 'done', problems: [] }, plainPage);
  expect(text).toBe(`  ok  storage  1 GB in all

  largest tables       rows  dead    size  indexes  vacuumed
  public.orders   1,234,567    12  300 MB  0 bytes  never
  t                       1     0  8.2 kB   8.2 kB  2026-01-02 03:04 UTC

  statements that took most time, all in all
  1 min 1 s  3 calls  20 s each  select $1

Nothing is wrong with crm.`);
});
