// `roadbook parked` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('nothing is parked, before and after apply, and nothing is created by looking', async () => {
  await using home = await project(program, good);
  expect((await home.roadbook('parked')).stdout).toMatch(/^Nothing is parked in \S+\.\n$/);
  const { rows } = await home.database.query("select 1 where to_regnamespace('roadbook') is not null");
  expect(rows).toEqual([]);
  await home.roadbook('apply');
  expect(await home.document('parked')).toMatchObject({ parked: [], problems: [], exitCode: 0 });
});
