// `roadbook status` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('pending, then up to date', async () => {
  await using home = await project(program, good);
  const before = await home.roadbook('status');
  expect(before.code, before.stderr).toBe(0);
  expect(before.stdout).toContain('20261102000000_status  pending');
  expect(before.stdout).toContain('0 migrations applied, 2 pending: roadbook apply brings them in.');
  expect((await home.roadbook('status', '--exit-code')).code).toBe(3);

  await home.roadbook('apply');
  const after = await home.roadbook('status', '--exit-code');
  expect(after.code, after.stderr).toBe(0);
  expect(after.stdout).toContain('Up to date: 2 migrations applied.');
});

test('the document has the fields of the contract', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply', '--to', '20261101000000_users');
  expect(await home.document('status')).toMatchObject({
    database: { version: expect.stringMatching(/^\d+\.\d+$/), name: home.database.name, embedded: false },
    state: 'pending',
    applied: [
      {
        id: '20261101000000_users',
        checksum: expect.any(String),
        appliedAt: expect.stringMatching(/^\d{4}-/),
        durationMs: expect.any(Number),
        verdict: 'verified',
      },
    ],
    pending: [{ id: '20261102000000_status' }],
    interrupted: null,
    drift: [],
    parked: [],
    problems: [],
    exitCode: 0,
  });
});

test('drift ends with 4 when asked', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply');
  await home.database.query('alter table users add column nick text');
  const document = await home.document('status', '--exit-code');
  expect(document).toMatchObject({ state: 'drifted', exitCode: 4 });
  expect(JSON.stringify(document.drift)).toContain('nick');
});
