// `roadbook rehearse` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project, status } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('both ways, back, and once more; nothing is changed', async () => {
  await using home = await project(program, good);
  const { code, stdout, stderr } = await home.roadbook('rehearse');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('a twin on the same server');
  expect(stdout).toContain('20261102000000_status  in one transaction');
  expect(stdout.match(/ok the plan ends as the migration does/g)).toHaveLength(2);
  expect(stdout.match(/ok undone: catalog and rows as before/g)).toHaveLength(2);
  expect(stdout).toContain('public.users  ACCESS EXCLUSIVE  as declared');
  expect(stdout).toMatch(/Rehearsed 2 migrations; \w+ itself was not touched\. All end as written\.\n$/);
  expect((await home.database.query(`select to_regnamespace('roadbook') as journal`)).rows).toEqual([
    { journal: null },
  ]);
});

test('the document has the fields of the contract; 1 where it does not go', async () => {
  await using home = await project(program, good);
  expect(await home.document('rehearse', '--to', '20261101000000_users', '--twin', 'server')).toMatchObject({
    twin: { kind: 'server', version: expect.stringMatching(/^\d+\.\d+/) },
    migrations: [
      { id: '20261101000000_users', equal: true, locksHeld: [], undone: 'exact', again: true, problems: [] },
    ],
    problems: [],
    exitCode: 0,
  });
  home.write(status, 'alter table accounts add column status text;');
  expect(await home.document('rehearse')).toMatchObject({
    verdict: 'failed',
    migrations: [{ equal: true }, { equal: null, problems: [{ severity: 'error', where: { line: 1 } }] }],
    exitCode: 1,
  });
  expect(await home.document('rehearse', '--twin', 'moon')).toMatchObject({
    problems: [{ code: 'twin-unknown' }],
    exitCode: 2,
  });
});
