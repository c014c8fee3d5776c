// Is room on the disk told where it is known, and is the server asked as often for hundreds of migrations as for one?
import { statfs } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../harness/servers.ts';
import { looking, said } from './look.ts';

const before = 'CREATE TABLE users (id int PRIMARY KEY, name text, n int); CREATE VIEW names AS SELECT name FROM users';
const rewrite = 'ALTER TABLE users ADD COLUMN at timestamptz DEFAULT clock_timestamp()';
const GB = 1024 ** 3;

async function saidOf(url: string, bytes: number, ...texts: readonly string[]) {
  await using around = await looking(url, { 'public.users': { rows: bytes / 100, bytes } });
  return (await around.look(...texts)).filter(({ problem }) => problem.code.startsWith('disk'));
}

test('what takes room is said, and compared where the disk can be seen', async () => {
  await using database = await freshDatabase(undefined, before);
  const directory = (await database.query('SHOW data_directory')).rows[0].data_directory;
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const online = '-- roadbook:option online=never\n';
  expect(said(await saidOf(database.url, 100 * 1024, online + rewrite))).toEqual([]);
  const [full] = await saidOf(database.url, free * 2, online + rewrite);
  expect(full).toMatchObject({ migration: null, problem: { code: 'disk-may-be-full', severity: 'warning' } });
  const [small] = await saidOf(database.url, free * 30, online + rewrite);
  expect(small?.problem).toMatchObject({
    code: 'disk-too-small',
    severity: 'error',
    message: expect.stringMatching(/^the disk has .* free, and what is planned takes about .*B$/),
    detail: expect.stringContaining('public.users is written anew, with its indexes: '),
  });
  // An index may be much smaller than it is thought to be.
  const [index] = await saidOf(database.url, free * 1000, 'CREATE INDEX ON users (name)');
  expect(index?.problem).toMatchObject({ code: 'disk-may-be-full', severity: 'warning' });
});

test('a role that does not see where the server keeps its data is told so', async () => {
  await using database = await freshDatabase(undefined, before);
  const role = `v_${database.name}`;
  await database.query(`CREATE ROLE ${role} LOGIN`);
  const url = new URL(database.url);
  url.username = role;
  try {
    const [found] = await saidOf(url.href, 5 * GB, 'UPDATE users SET n = 1', 'CREATE INDEX ON users (name)');
    expect(found?.problem).toMatchObject({
      code: 'disk-room',
      severity: 'note',
      message: 'what is planned takes about 6.1 GB on the server’s disk',
      detail:
        'rows of public.users are written some at a time: up to 5 GB, less where VACUUM keeps up; an index on public.users: 1.1 GB. WAL comes on top of it. How much is free cannot be known from here.',
    });
    expect(said(await saidOf(url.href, GB / 2, 'UPDATE users SET n = 1'))).toEqual([]);
  } finally {
    await database.query(`DROP ROLE ${role}`);
  }
});

test('hundreds of migrations are asked about in one go', async () => {
  await using database = await freshDatabase(undefined, before);
  const role = `v_${database.name}`;
  await database.query(`CREATE ROLE ${role} LOGIN`);
  const url = new URL(database.url);
  url.username = role;
  await using around = await looking(url.href, { 'public.users': { rows: 10, bytes: 8192 } });
  const texts = Array.from(
    { length: 300 },
    (_, i) =>
      `ALTER TABLE users ADD COLUMN a${i} int; INSERT INTO users (id) VALUES (${i}); DROP TABLE IF EXISTS t${i}`,
  );
  const found = await around.look(...texts);
  expect(around.queries()).toBeLessThan(12);
  expect(found.filter(({ isRight }) => isRight === true).length).toBeLessThan(8);
  await database.query(`DROP ROLE ${role}`);
});
