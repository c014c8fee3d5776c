import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apply } from '../../../src/apply/apply.ts';
import { removeEmbedded } from '../../../src/database/embedded/index.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { openDatabase, openWithFiles, readProject } from '../../../src/read/index.ts';
import { transactionPooler } from '../../harness/fake-pooler.ts';
import { freshDatabase, newest } from '../../harness/servers.ts';

const nothing = async () => null;
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roadbook-project-'));
  mkdirSync(join(directory, 'migrations'));
});
afterEach(async () => {
  await removeEmbedded(directory);
  rmSync(directory, { recursive: true, force: true });
});

test('without any URL the embedded server is started, and said so', async () => {
  const events: RunEvent[] = [];
  const options = { directory, env: {}, onEvent: (event: RunEvent) => void events.push(event) };
  await using connection = await openDatabase(await readProject(options), options);
  expect(connection.server).toMatchObject({ embedded: true, major: 18, database: 'roadbook', pooled: false });
  expect(events.map(({ type }) => type)).toEqual(['server-started', 'connected']);
});

test('the option goes before DATABASE_URL, that before the configuration', async () => {
  await using one = await freshDatabase();
  await using two = await freshDatabase();
  await using three = await freshDatabase();
  writeFileSync(join(directory, 'roadbook.config.json'), JSON.stringify({ database: three.url }));
  const opened = async (more: { database?: string; env: Record<string, string> }) => {
    const options = { directory, ...more };
    await using connection = await openDatabase(await readProject(options), options);
    return connection.server.database;
  };
  expect(await opened({ database: one.url, env: { DATABASE_URL: two.url } })).toBe(one.name);
  expect(await opened({ env: { DATABASE_URL: two.url } })).toBe(two.name);
  expect(await opened({ env: {} })).toBe(three.name);
});

test('a pooler in transaction mode is found out and named; migrations go through it', async () => {
  await using database = await freshDatabase(newest);
  const url = new URL(database.url);
  await using pooler = await transactionPooler({ port: Number(url.port), order: 'rotating' });
  url.port = String(pooler.port);
  writeFileSync(
    join(directory, 'migrations/20260101000000_a.sql'),
    'CREATE TABLE a (id bigint PRIMARY KEY);\n\n-- roadbook:verify\nSELECT 1 FROM a;\n',
  );
  writeFileSync(
    join(directory, 'migrations/20260102000000_b.sql'),
    'SET search_path = pg_catalog;\nCREATE TABLE public.b ();\n',
  );
  writeFileSync(join(directory, 'migrations/20260103000000_c.sql'), 'CREATE TABLE c ();\n');
  const events: RunEvent[] = [];
  const { applied } = await apply({
    directory,
    database: url.href,
    env: {},
    onEvent: (event) => void events.push(event),
  });
  expect(applied).toHaveLength(3);
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'problem', problem: expect.objectContaining({ code: 'pooler-noticed' }) }),
  );
  const { rows } = await database.query(
    "select relname from pg_class where relname in ('a', 'b', 'c') and relnamespace = 'public'::regnamespace order by 1",
  );
  expect(rows.map(({ relname }) => relname)).toEqual(['a', 'b', 'c']);
});

test('a file that cannot be read, or a name that is not clear, is told and nothing stays connected', async () => {
  await using database = await freshDatabase();
  const options = { directory, database: database.url, env: {} };
  const opened = async () => {
    const error: unknown = await openWithFiles(await readProject(options), options, nothing).catch(
      (thrown: unknown) => thrown,
    );
    return error instanceof Error && 'problem' in error ? error.problem : error;
  };
  writeFileSync(join(directory, 'migrations/20260101000000_a.sql'), Buffer.from([0x2d, 0x2d, 0xff, 0x0a]));
  expect(await opened()).toMatchObject({ code: 'not-utf8' });
  writeFileSync(join(directory, 'migrations/1_b.sql'), 'select 1;');
  expect(await opened()).toMatchObject({ code: 'migration-name' });
  await expect
    .poll(
      async () =>
        (
          await database.query(
            "select count(*)::int as n from pg_stat_activity where application_name = 'roadbook' and datname = current_database()",
          )
        ).rows[0].n,
    )
    .toBe(0);
});

test('a server that cannot be reached is told, however many files there are', async () => {
  for (let second = 10; second < 60; second++)
    writeFileSync(join(directory, `migrations/202601010000${second}_a.sql`), 'select 1;');
  const options = { directory, database: 'postgres://nobody@127.0.0.1:1/none', env: {} };
  await expect(openWithFiles(await readProject(options), options, nothing)).rejects.toMatchObject({
    problem: { code: 'connection-refused' },
  });
});
