// `roadbook verify` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('all is well after apply', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply');
  const { code, stdout, stderr } = await home.roadbook('verify');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('The catalog is what the journal says.');
  expect(stdout).toContain('Verified: ');
});

test('a changed catalog and rows against an assertion end with 4', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply');
  await home.database.query(
    "alter table users alter column status drop not null, alter column status set default 'old'",
  );
  await home.database.query('insert into users (id, status) values (7, null)');
  const { code, stdout } = await home.roadbook('verify');
  expect(code).toBe(4);
  expect(stdout).toMatch(/column status, .*is 'old'::text, expected 'new'::text/);
  expect(stdout).toMatch(/id +email +status\n/);
  expect(stdout).toContain('Not verified: ');
  expect(await home.document('verify')).toMatchObject({ verdict: 'failed', catalog: 'differs', exitCode: 4 });
});
