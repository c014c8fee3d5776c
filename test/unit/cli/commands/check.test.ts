// `roadbook check` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { project } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

const dangerous = {
  'migrations/20260101000000_users.sql':
    'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);\n',
  'migrations/20260102000000_index.sql': 'CREATE INDEX users_email_idx ON users (email);\n',
};

test('what is dangerous ends with 1 and is shown at its place', async () => {
  await using home = await project(program, dangerous);
  const { code, stdout } = await home.roadbook('check');
  expect(code).toBe(1);
  expect(stdout).toContain('[index-blocks-writes]');
  expect(stdout).toContain('migrations/20260102000000_index.sql:1:1');
  expect(stdout).toContain('1 error in 2 migrations.');
  expect(stdout).toContain('No database was asked');
});

test('one file alone, and every format', async () => {
  await using home = await project(program, dangerous);
  expect((await home.roadbook('check', 'migrations/20260101000000_users.sql')).code).toBe(0);
  expect((await home.roadbook('check', '--format', 'github')).stdout).toMatch(
    /^::error file=migrations\/20260102000000_index\.sql,line=1,col=1,title=index-blocks-writes::/,
  );
  expect(JSON.parse((await home.roadbook('check', '--format', 'sarif')).stdout).runs[0].results).toHaveLength(1);
  expect(await home.document('check')).toMatchObject({
    files: 2,
    problems: [{ code: 'index-blocks-writes', severity: 'error' }],
    exitCode: 1,
  });
});

test('an unknown format or file is wrong use', async () => {
  await using home = await project(program, dangerous);
  const format = await home.roadbook('check', '--format', 'xml');
  expect(format.code).toBe(2);
  expect(format.stderr).toContain('there is no format xml');
  const file = await home.roadbook('check', 'nowhere.sql');
  expect(file.code).toBe(2);
  expect(file.stderr).toContain('there is no migration nowhere.sql');
});
