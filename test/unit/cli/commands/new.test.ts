// `roadbook new` as people and programs see it.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('writes a file and says which', async () => {
  await using home = await project(program, {});
  const { code, stdout, stderr } = await home.roadbook('new', 'add_status');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Created migrations\/\d{14}_add_status\.sql\n$/);
  expect(existsSync(join(home.directory, stdout.replace('Created ', '').trim()))).toBe(true);
});

test('in another folder, for data, for programs', async () => {
  await using home = await project(program, {});
  const document = await home.document('new', 'fill_status', '--data', '--migrations', 'db/steps');
  expect(document).toMatchObject({ id: expect.stringMatching(/^\d{14}_fill_status$/), problems: [], exitCode: 0 });
  expect(readdirSync(join(home.directory, 'db/steps'))).toEqual([`${document.id}.ts`]);
});

test('without a name it is wrong use', async () => {
  await using home = await project(program, {});
  expect(await home.document('new')).toMatchObject({
    problems: [{ code: 'usage', message: 'new needs NAME' }],
    exitCode: 2,
  });
});
