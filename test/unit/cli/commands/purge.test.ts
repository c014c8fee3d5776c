// `roadbook purge`, and what `roadbook parked` lists for it, as people and programs see them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

const files = {
  'migrations/20260101000001_first.sql': 'create table users (id int primary key, note text);',
  'migrations/20260101000002_fill.sql': "insert into users select i, 'n' from generate_series(1, 40000) i;",
};

test('listed, not destroyed unasked, destroyed with --yes', async () => {
  await using home = await project(program, files);
  await home.roadbook('apply');
  home.write('migrations/20260101000003_drop.sql', 'drop table users;');
  await home.roadbook('apply');
  const listed = await home.roadbook('parked');
  expect(listed.stdout).toMatch(/table public\.users +40,000 rows .* parked by 20260101000003_drop/);
  expect(listed.stdout).toMatch(/roadbook_parked\."20260101000003_users"/);
  expect(await home.document('parked')).toMatchObject({
    parked: [{ id: '20260101000003_drop', object: 'table public.users', rows: 40_000 }],
    exitCode: 0,
  });
  const unasked = await home.roadbook('purge');
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain('[purge-asks]');
  const young = await home.roadbook('purge', '--older-than', '30d', '--yes');
  expect(young.stdout).toContain('Nothing was destroyed');
  const gone = await home.roadbook('purge', '--yes');
  expect(gone.code, gone.stderr).toBe(0);
  expect(gone.stdout).toMatch(/Destroyed 1 object \(40,000 rows, .*\) in \S+; nothing is parked any more\./);
  expect(await home.document('purge', '-y')).toMatchObject({ purged: [], parked: [], exitCode: 0 });
});
