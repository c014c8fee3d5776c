// Does the program as users get it, bundled and with a leaner driver, do what its sources do?
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../../scripts/build.mjs';
import { connect } from '../../../src/database/connect.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { to } from '../database/to.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const users = ['scram', 'md', 'clear'] as const;

let server: OwnServer;
let folder: string;
let cli: string;
const via = (user: string, password = 'pa%25ss%20w%C3%B6rd') =>
  `postgres://${user}:${password}@127.0.0.1:${server.port}/postgres`;

function roadbook(args: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(cli, 'main.js'), ...args, '--no-color'], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  cli = mkdtempSync(join(cache, 'roadbook-bundled-'));
  folder = mkdtempSync(join(tmpdir(), 'roadbook-bundled-'));
  mkdirSync(join(folder, 'migrations'));
  [server] = await Promise.all([
    startServer({
      hba: [
        'host all postgres 127.0.0.1/32 trust',
        'host all scram 127.0.0.1/32 scram-sha-256',
        'host all md 127.0.0.1/32 md5',
        'host all clear 127.0.0.1/32 password',
      ],
    }),
    bundle('src/cli/main.ts', relative(root, cli)),
  ]);
  await using connection = await connect(to(`postgres://postgres@127.0.0.1:${server.port}/postgres`));
  await connection.run(`create role scram login superuser password 'pa%ss wörd'; create role clear login password 'pa%ss wörd';
    set password_encryption = 'md5'; create role md login password 'pa%ss wörd'`);
});

afterAll(async () => {
  await server.stop();
  for (const each of [folder, cli]) rmSync(each, { recursive: true, force: true });
});

test.each(users)('a password is sent as the server wants it: %s', (user) => {
  expect(roadbook(['status', '--database', via(user)])).toMatchObject({ status: 0, stderr: '' });
});

test.each(users)('a wrong one is a problem, and stands nowhere: %s', (user) => {
  const { status, stdout, stderr } = roadbook(['status', '--database', via(user, 'sesame')]);
  expect(status).toBe(7);
  expect(stderr).toContain('[password-wrong]');
  expect(stdout + stderr).not.toContain('sesame');
});

test('every verb loads what it needs, also what only a plan over large tables asks for', () => {
  const database = ['--database', via('scram')];
  const write = (name: string, sql: string) => writeFileSync(join(folder, 'migrations', `${name}.sql`), sql);
  write(
    '20260101000000_base',
    "create table users (id bigint primary key, email text, n int); insert into users select g, 'u' || g, g from generate_series(1, 20000) g;",
  );
  expect(roadbook(['apply', ...database]).status).toBe(0);
  write(
    '20260102000000_more',
    `create unique index users_email on users (email);
     update users set n = n + 1;
     alter table users alter n type bigint;
     alter table users drop column email;
     -- roadbook:verify
     select id from users where n <> id + 1;`,
  );
  expect(roadbook(['check', '--format', 'sarif']).stdout).toContain('"2.1.0"');
  const planned = JSON.parse(roadbook(['plan', '--json', ...database]).stdout);
  const kinds = planned.migrations[0].stages.map(({ kind }: { kind: string }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['concurrent', 'backfill', 'transaction', 'check']));
  expect(roadbook(['plan', '--sql', ...database]).stdout).toContain('CREATE UNIQUE INDEX CONCURRENTLY');
  const applied = roadbook(['apply', '--json', '--plan', planned.fingerprint, ...database]);
  expect(JSON.parse(applied.stdout)).toMatchObject({ applied: [{ mode: 'online', stages: kinds.length }] });
  expect(roadbook(['verify', ...database]).status).toBe(0);
  expect(roadbook(['status', ...database]).stdout).toContain('column public.users.email');
});
