// `roadbook plan` as people and programs see it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project, users } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('what is pending is shown, and nothing is changed', async () => {
  await using home = await project(program, good);
  const { code, stdout, stderr } = await home.roadbook('plan');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('20261102000000_status  as written, in one transaction');
  expect(stdout).toMatch(
    /2 migrations in 2 stages\. Nothing was changed: roadbook apply carries it out\.\nFingerprint \w{26}\n$/,
  );
  expect((await home.database.query(`select to_regnamespace('roadbook') as journal`)).rows).toEqual([
    { journal: null },
  ]);
});

test('the document has the fields of the contract', async () => {
  await using home = await project(program, good);
  const document = await home.document('plan', '--to', '20261101000000_users');
  expect(document).toMatchObject({
    fingerprint: expect.stringMatching(/^\w{26}$/),
    migrations: [
      {
        id: '20261101000000_users',
        mode: 'atomic',
        stages: [
          {
            kind: 'transaction',
            steps: [
              { sql: expect.any(String), locks: [], change: 'create-table', hazards: expect.any(Array), undo: 'exact' },
            ],
          },
        ],
        problems: expect.any(Array),
      },
    ],
    exitCode: 0,
  });
});

test('--sql is the script alone, and with --json part of the document', async () => {
  await using home = await project(program, good);
  const { stdout } = await home.roadbook('plan', '--sql');
  expect(stdout.split('\n')[0]).toMatch(/^-- Roadbook's plan \w{26}$/);
  expect(stdout).toContain('BEGIN;');
  expect((await home.document('plan', '--sql')).script).toBe(stdout.trimEnd());
});

test('--out keeps it in a file, replaces an older plan, and nothing else', async () => {
  await using home = await project(program, good);
  const file = join(home.directory, 'plan.json');
  expect((await home.roadbook('plan', '--out', 'plan.json')).code).toBe(0);
  const first = JSON.parse(readFileSync(file, 'utf8'));
  expect(first.migrations).toHaveLength(2);
  expect((await home.roadbook('plan', '--out', 'plan.json', '--to', '20261101000000_users')).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8')).migrations).toHaveLength(1);
  for (const other of ['{"name":"other"}', 'no JSON at all']) {
    writeFileSync(file, other);
    const refused = await home.roadbook('plan', '--out', 'plan.json');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('plan.json is there already, and is no plan');
    expect(readFileSync(file, 'utf8')).toBe(other);
  }
  const nowhere = await home.roadbook('plan', '--out', 'no/such/folder.json');
  expect([nowhere.code, existsSync(join(home.directory, 'no'))]).toEqual([2, false]);
  expect(nowhere.stderr).toContain('the plan cannot be written to no/such/folder.json');
});

test('a mistake in a file ends with 1, and so does what is dangerous', async () => {
  await using home = await project(program, { [users]: 'CREATE TABEL users ();' });
  expect((await home.roadbook('plan')).code).toBe(1);
  home.write(users, `CREATE ROLE plan_of_the_command PASSWORD 'geheim123';`);
  const { code, stdout } = await home.roadbook('plan', '--sql');
  expect(code).toBe(1);
  expect(stdout).not.toContain('geheim');
});
