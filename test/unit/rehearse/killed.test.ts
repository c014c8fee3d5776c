// What is left of a rehearsal that was killed or stopped, and who takes it away?
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from '../cli/program.ts';
import { project } from '../cli/project.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram('src/cli/main.ts');
});
afterAll(() => program[Symbol.dispose]());

const file = 'migrations/20261101000000_slow.sql';

/** The twins in which something sleeps for as long as the test says, which no other test does. */
async function sleeping(
  query: (sql: string) => Promise<{ readonly rows: readonly object[] }>,
  ms: number,
): Promise<readonly string[]> {
  const { rows } = await query(
    `select datname::text as name from pg_stat_activity where datname like 'roadbook\\_twin\\_%' and query like '%pg_sleep(${ms})%'`,
  );
  return rows.flatMap((row) => ('name' in row ? [String(row.name)] : []));
}

async function until<Result>(ask: () => Promise<readonly Result[]>): Promise<readonly Result[]> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const found = await ask();
    if (found.length > 0) return found;
    await sleep(50);
  }
  throw new Error('it did not come');
}

test('kill -9 in the middle: the next rehearsal drops what it left, and not what others are at', async () => {
  await using home = await project(program, { [file]: 'select pg_sleep(97);' });
  const query = (sql: string) => home.database.query(sql);
  const databases = async () =>
    (await query('select datname::text as name from pg_database')).rows.map(({ name }) => String(name));
  const environment = { directory: home.directory, env: { DATABASE_URL: home.database.url, HOME: home.directory } };
  const killed = program.start(['rehearse'], environment);
  const [name = ''] = await until(() => sleeping(query, 97));
  const working = program.start(['rehearse'], environment);
  const both = await until(async () => {
    const found = await sleeping(query, 97);
    return found.length === 2 ? found : [];
  });
  killed.kill('SIGKILL');
  expect(await killed.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(await databases()).toContain(name);
  home.write(file, 'create table quick (id int);');
  const { code, stderr } = await home.roadbook('rehearse');
  expect(code, stderr).toBe(0);
  const left = await databases();
  expect(left).not.toContain(name);
  const other = both.find((one) => one !== name) ?? '';
  expect(left).toContain(other);
  // Asked to stop, it takes away its own.
  working.kill('SIGTERM');
  expect(await working.ended).toMatchObject({ code: 6 });
  expect(await databases()).not.toContain(other);
});
