// `roadbook apply` as people and programs see it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../program.ts';
import { good, project, users } from '../project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

test('applies what is pending, says what it did, and has nothing to do then', async () => {
  await using home = await project(program, good);
  const first = await home.roadbook('apply');
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(
    /ok {2}20261101000000_users +\d+ ms\n {2}ok {2}20261102000000_status +\d+ ms\n\nApplied 2 migrations to t_\w+ in [\d.]+ m?s, verified\.\n$/,
  );
  expect((await home.database.query('select status from users')).rows).toEqual([]);
  const second = await home.roadbook('apply');
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toMatch(/^Nothing to apply: t_\w+ is up to date\.\n$/);
});

test('stops after the one that is named', async () => {
  await using home = await project(program, good);
  expect(await home.document('apply', '--to', '20261101000000_users')).toMatchObject({
    applied: [{ id: '20261101000000_users', mode: 'atomic', retries: 0, verdict: 'verified' }],
    verdict: 'verified',
    problems: [],
    exitCode: 0,
  });
});

test('a statement that fails shows its place, and ends with 1', async () => {
  await using home = await project(program, {
    ...good,
    'migrations/20261103000000_typo.sql': 'select 1;\nalter table users\n  add check (emial is not null);\n',
  });
  const { code, stdout, stderr } = await home.roadbook('apply');
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('column "emial" does not exist');
  expect(stderr).toMatch(/at {2}migrations\/20261103000000_typo\.sql:[23]:\d+/);
  expect(stderr).toContain('2 migrations applied before this stay applied.');
});

test('a file that cannot be parsed ends with 1', async () => {
  await using home = await project(program, { [users]: 'create tabel users ();' });
  const document = await home.document('apply');
  expect(document).toMatchObject({ exitCode: 1, problems: [{ severity: 'error', where: { line: 1 } }] });
});

test('no connection ends with 7 and shows no password', async () => {
  await using home = await project(program, good);
  const { code, stderr } = await home.roadbook('apply', '--database', 'postgres://me:sesame@127.0.0.1:1/none');
  expect(code).toBe(7);
  expect(stderr).not.toContain('sesame');
});

test('waiting for a lock names who blocks, and a signal ends it with 6', async () => {
  await using home = await project(program, good);
  await home.roadbook('apply', '--to', '20261101000000_users');
  await home.database.query('begin');
  await home.database.query('select from users');
  const running = program.start(['apply'], { directory: home.directory, env: { DATABASE_URL: home.database.url } });
  await running.says('waits for a lock, blocked by');
  running.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect(code, stderr).toBe(6);
  await home.database.query('rollback');
  expect((await home.roadbook('apply')).code).toBe(0);
});
