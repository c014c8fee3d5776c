// `roadbook undo` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

const files = {
  'migrations/20260101000001_first.sql':
    "create table users (id int primary key, note text); insert into users values (1, 'a'), (2, 'b');",
};

test('shown, done, and done again', async () => {
  await using home = await project(program, files);
  const nothing = await home.roadbook('undo');
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('[nothing-to-undo]');
  await home.roadbook('apply');
  home.write('migrations/20260101000002_drop.sql', 'alter table users drop column note;');
  await home.roadbook('apply');
  const shown = await home.roadbook('undo', '--dry-run');
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/undo of 20260101000002_drop/);
  expect(shown.stdout).toMatch(/brings back column public\.users\.note/);
  expect(shown.stdout).toMatch(/Nothing was done: \S+ is as it was/);
  const done = await home.roadbook('undo');
  expect(done.code, done.stderr).toBe(0);
  expect(done.stdout).toMatch(/20260101000002_drop .*\n +brought back column public\.users\.note, 2 rows/);
  // Where the line is broken depends on how long it took.
  expect(done.stdout.replaceAll('\n', ' ')).toMatch(
    /Took back 1 migration from \S+ in .*, verified: catalog and rows as before, rows written since kept\./,
  );
  expect(await home.document('undo')).toMatchObject({
    undone: [{ id: '20260101000001_first', parked: [{ object: 'table public.users', rows: 2 }], verdict: 'verified' }],
    problems: [],
    exitCode: 0,
  });
});

test('wrong words', async () => {
  await using home = await project(program, files);
  const fill = await home.roadbook('undo', '--fill', 'nothing');
  expect(fill.code).toBe(2);
  expect(fill.stderr).toContain('--fill is not TABLE.COLUMN=EXPR');
  expect((await home.roadbook('undo', '--count', '1', '--to', 'x')).stderr).toContain('[undo-to-or-count]');
  expect((await home.roadbook('rollback')).stderr).toContain('undo');
});
