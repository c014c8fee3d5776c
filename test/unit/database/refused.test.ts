import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import { requireWritable } from '../../../src/database/fitness.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { fatal, greeting, listen, row, speaks } from '../../harness/fake-server.ts';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { freshDatabase, type TestDatabase } from '../../harness/servers.ts';
import { problemOf, to } from './to.ts';

let server: OwnServer;
let database: TestDatabase;
let folder: string;
const via = (user: string, more = '', name = 'postgres') =>
  to(`postgres://${user}@127.0.0.1:${server.port}/${name}${more}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'roadbook-refused-'));
  [server, database] = await Promise.all([
    startServer({
      settings: { max_connections: '6', superuser_reserved_connections: '3', reserved_connections: '0' },
      hba: [
        'host all postgres 127.0.0.1/32 trust',
        'host all few 127.0.0.1/32 trust',
        'host all ghost 127.0.0.1/32 trust',
        'host all reader 127.0.0.1/32 trust',
        'host all outsider 127.0.0.1/32 trust',
        'host all alice 127.0.0.1/32 scram-sha-256',
        'host all md 127.0.0.1/32 md5',
        'host all clear 127.0.0.1/32 password',
        'local all postgres trust',
      ],
    }),
    freshDatabase(),
  ]);
  await using connection = await connect(via('postgres'));
  await connection.run(`create role alice login password 'right'; create role clear login password 'right';
    create role few login connection limit 0; create role reader login; alter role reader set default_transaction_read_only = on;
    create role outsider login; create role nobody nologin; set password_encryption = 'md5'; create role md login password 'right'`);
  await connection.query('create database inventory');
  await connection.query('revoke connect on database inventory from public');
});

afterAll(async () => {
  await Promise.all([server.stop(), database.drop()]);
  rmSync(folder, { recursive: true });
});

describe('nobody there', () => {
  test('an unknown host', async () => {
    const found = await problemOf(() => connect(to('postgres://u@no-such-host.invalid/d')));
    expect(found).toMatchObject({
      code: 'host-unknown',
      reason: 'connection',
      message: 'the host no-such-host.invalid is unknown',
    });
  });

  test('a closed port', async () => {
    const found = await problemOf(() => connect(to('postgres://u@127.0.0.1:1/d')));
    expect(found).toMatchObject({ code: 'connection-refused', message: 'no server listens on 127.0.0.1:1' });
  });

  test('no socket in the directory', async () => {
    const found = await problemOf(() => connect(to(`postgres:///d?host=${encodeURIComponent(folder)}&user=u`)));
    expect(found).toMatchObject({ code: 'connection-refused', message: `no server listens on ${folder}` });
  });

  test('a port that says nothing', async () => {
    await using silent = await listen(() => {});
    const found = await problemOf(() => connect(to(`postgres://u@127.0.0.1:${silent.port}/d`), { timeoutMs: 200 }));
    expect(found).toMatchObject({
      code: 'connection-timeout',
      message: `no answer from 127.0.0.1:${silent.port} within 0.2 s`,
      detail: 'Something accepted the connection and then said nothing more.',
    });
  });

  test.each(['prefer', 'disable'])('a port that greets and then says nothing, with sslmode=%s', async (mode) => {
    await using silent = await listen(speaks(greeting(1), Buffer.alloc(0)));
    const found = await problemOf(() =>
      connect(to(`postgres://u@127.0.0.1:${silent.port}/d?sslmode=${mode}`), { timeoutMs: 200 }),
    );
    expect(found.code).toBe('connection-timeout');
  });

  test('a port that hangs up', async () => {
    await using rude = await listen((socket) => socket.once('data', () => socket.destroy()));
    const found = await problemOf(() => connect(to(`postgres://u@127.0.0.1:${rude.port}/d`)));
    expect(found).toMatchObject({
      code: 'connection-failed',
      message: `127.0.0.1:${rude.port} closed the connection before it was of use`,
    });
  });

  test('connecting stops at a signal', async () => {
    await using silent = await listen(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const found = await problemOf(() =>
      connect(to(`postgres://u@127.0.0.1:${silent.port}/d`), { signal: controller.signal }),
    );
    expect(found).toMatchObject({ code: 'stopped', reason: 'stopped' });
  });
});

describe('not PostgreSQL', () => {
  const web = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  const shell = Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n');
  const mysql = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 10]), Buffer.from('8.0.36\0')]);
  test.each([
    ['a web server', 'prefer', web, false],
    ['a web server', 'disable', web, false],
    ['a shell, whose S looks like a yes', 'prefer', shell, true],
    ['a shell', 'disable', shell, true],
    ['MySQL', 'require', mysql, true],
    ['MySQL', 'disable', mysql, true],
  ])('%s, with sslmode=%s', async (_, mode, words, first) => {
    await using other = await listen((socket) => {
      if (first) socket.write(words);
      else socket.once('data', () => socket.end(words));
    });
    const found = await problemOf(() =>
      connect(to(`postgres://u@127.0.0.1:${other.port}/d?sslmode=${mode}`), { timeoutMs: 3000 }),
    );
    expect(found).toMatchObject({
      code: 'not-postgres',
      message: `what answers on 127.0.0.1:${other.port} is not a PostgreSQL server`,
    });
  });
});

describe('not let in', () => {
  test.each(['alice', 'md', 'clear'])('a wrong password (%s)', async (user) => {
    const found = await problemOf(() => connect(via(`${user}:wrong`)));
    expect(found).toMatchObject({
      code: 'password-wrong',
      message: `the server did not accept the password of the user ${user}`,
    });
    await using connection = await connect(via(`${user}:right`));
    expect(connection.server.user).toBe(user);
  });

  test('no password', async () => {
    const found = await problemOf(() => connect(via('alice')));
    expect(found).toMatchObject({ code: 'password-missing', hint: expect.stringContaining('/nonexistent/.pgpass') });
  });

  test('a wrong password out of a file names the file', async () => {
    const passfile = join(folder, 'pgpass');
    writeFileSync(passfile, `127.0.0.1:${server.port}:*:alice:wrong\n127.0.0.1:*:inventory:alice:right\n`, {
      mode: 0o600,
    });
    const found = await problemOf(() =>
      connect(to(`postgres://alice@127.0.0.1:${server.port}/postgres`, { PGPASSFILE: passfile })),
    );
    expect(found).toMatchObject({ code: 'password-wrong', detail: `The password came from the file ${passfile}.` });
  });

  test('a password file that others can read is ignored, and said to be', async () => {
    const passfile = join(folder, 'open');
    writeFileSync(passfile, '*:*:*:*:right\n', { mode: 0o644 });
    const warnings: Problem[] = [];
    const target = to(`postgres://alice@127.0.0.1:${server.port}/postgres`, { PGPASSFILE: passfile });
    expect(await problemOf(() => connect(target, { onProblem: (one) => warnings.push(one) }))).toMatchObject({
      code: 'password-missing',
    });
    expect(warnings).toMatchObject([
      { code: 'password-file-ignored', severity: 'warning', hint: `Run: chmod 600 ${passfile}` },
    ]);
  });

  test('no such role', async () => {
    expect(await problemOf(() => connect(via('ghost')))).toMatchObject({ code: 'role-unknown' });
  });

  test('no line in pg_hba.conf', async () => {
    const found = await problemOf(() => connect(via('stranger', '?sslmode=disable')));
    expect(found).toMatchObject({ code: 'ssl-required', detail: expect.stringContaining('no pg_hba.conf entry') });
    const socket = await problemOf(() =>
      connect(to(`postgres:///postgres?user=stranger&port=${server.port}&host=${encodeURIComponent(server.folder)}`)),
    );
    expect(socket).toMatchObject({ code: 'not-allowed', hint: expect.stringContaining('pg_hba.conf') });
  });

  test('no such database, with names that are near', async () => {
    const found = await problemOf(() => connect(via('postgres', '', 'inventroy')));
    expect(found).toMatchObject({
      code: 'database-unknown',
      hint: 'Did you mean inventory? Else create the database.',
    });
    const far = await problemOf(() => connect(via('postgres', '', 'zzz')));
    expect(far.hint).toBe('Look at the database name in the URL, or create the database.');
  });

  test('no right to connect', async () => {
    expect(await problemOf(() => connect(via('outsider', '', 'inventory')))).toMatchObject({
      code: 'no-connect-right',
    });
  });

  test('too many connections', async () => {
    const found = await problemOf(() => connect(via('few')));
    expect(found).toMatchObject({
      code: 'too-many-connections',
      detail: expect.stringContaining('too many connections for role'),
    });
  });

  test('a server that shuts down', async () => {
    await using own = await startServer();
    const last = await connect(to(own.url));
    own.signal('SIGTERM');
    await expect.poll(async () => (await problemOf(() => connect(to(own.url)))).code).toBe('server-starting');
    await last.close();
  });

  test('a server that starts up', async () => {
    await using starting = await listen(speaks(fatal('57P03', 'the database system is starting up'), Buffer.alloc(0)));
    const found = await problemOf(() => connect(to(`postgres://u@127.0.0.1:${starting.port}/d`)));
    expect(found).toMatchObject({
      code: 'server-starting',
      detail: 'The server said: the database system is starting up.',
    });
  });

  test('a server that is too old', async () => {
    const facts = row({
      version: { type: 25, value: '13.20 (Debian 13.20-1)' },
      versionNumber: { type: 23, value: '130020' },
      pid: { type: 23, value: '7' },
      startedAt: { type: 25, value: 'then' },
    });
    await using old = await listen(speaks(greeting(7), facts));
    const found = await problemOf(() => connect(to(`postgres://u@127.0.0.1:${old.port}/d`)));
    expect(found).toMatchObject({
      code: 'server-too-old',
      message: `the server on 127.0.0.1:${old.port} is PostgreSQL 13.20, and Roadbook needs 14 or newer`,
    });
  });

  test('an error we have no words for is told in the server’s', async () => {
    const found = await problemOf(() => connect(via('postgres', '', 'template0')));
    expect(found).toMatchObject({
      code: 'connection-rejected',
      message: expect.stringContaining('not currently accepting connections'),
    });
  });
});

describe('a server that takes no writes', () => {
  test('a role whose transactions are read only', async () => {
    await using connection = await connect(via('reader'));
    expect(connection.server.readOnly).toBe(true);
    expect(await problemOf(() => requireWritable(connection))).toMatchObject({
      code: 'read-only',
      reason: 'connection',
    });
  });

  test('a hot standby; target_session_attrs finds the primary', async () => {
    await using standby = await startServer({ standby: true });
    await using connection = await connect(to(standby.url));
    expect(connection.server.readOnly).toBe(true);
    expect(await problemOf(() => requireWritable(connection))).toMatchObject({ code: 'read-only' });
    const hosts = `127.0.0.1:${standby.port},127.0.0.1:${server.port}`;
    for (const [attributes, port] of [
      ['read-write', server.port],
      ['primary', server.port],
      ['standby', standby.port],
      ['prefer-standby', standby.port],
      ['any', standby.port],
    ]) {
      await using chosen = await connect(
        to(`postgres://postgres@${hosts}/postgres?target_session_attrs=${attributes}`),
      );
      expect(chosen.server.address).toBe(`127.0.0.1:${port}`);
    }
    const none = await problemOf(() => connect(to(`${standby.url}?target_session_attrs=primary`)));
    expect(none).toMatchObject({ code: 'session-attributes' });
  });

  test('what can be written to raises nothing', async () => {
    await using connection = await connect(via('postgres'));
    expect(() => requireWritable(connection)).not.toThrow();
  });
});

test('several hosts are tried in turn, and all that went wrong is told', async () => {
  await using connection = await connect(to(`postgres://postgres@127.0.0.1:1,127.0.0.1:${server.port}/postgres`));
  expect(connection.server.address).toBe(`127.0.0.1:${server.port}`);
  const found = await problemOf(() => connect(to('postgres://u@127.0.0.1:1,no-such-host.invalid:2/d')));
  expect(found).toMatchObject({ code: 'connection-refused', others: [{ code: 'host-unknown' }] });
});

test('a socket’s directory', async () => {
  await using connection = await connect(
    to(`postgres:///postgres?user=postgres&port=${server.port}&host=${encodeURIComponent(server.folder)}`),
  );
  expect(connection.server.address).toBe(`${server.folder}:${server.port}`);
  await using again = await connect(
    to(`postgres://postgres@${encodeURIComponent(server.folder)}:${server.port}/postgres`),
  );
  expect(again.server.database).toBe('postgres');
});
