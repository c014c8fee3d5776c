import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failedStart, fileFailure } from '../../../src/database/embedded/failed-start.ts';
import { noFreePort } from '../../../src/database/embedded/free-port.ts';
import { serverIdentity } from '../../../src/database/embedded/identity.ts';
import { startEmbedded, stopEmbedded } from '../../../src/database/embedded/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { asRoot, cleanUp, gone, problemOf, project, query, serverPid, startInChild } from './project.ts';

afterAll(cleanUp);

/** A project whose server ran once and is stopped. */
async function usedProject(ephemeral = false): Promise<{ directory: string; data: string }> {
  const directory = project();
  const server = await startEmbedded({ directory, ephemeral });
  await query(server.url, 'create table kept (n int)');
  await server.stop();
  return { directory, data: server.directory };
}

describe('after a crash', () => {
  test('a killed server is started again, from what its pid file left', async () => {
    const directory = project();
    const first = await startEmbedded({ directory });
    await query(first.url, 'create table kept (n int)');
    const pid = serverPid(directory);
    process.kill(pid, 'SIGKILL');
    await gone(pid, 5000);
    expect(existsSync(join(first.directory, 'postmaster.pid'))).toBe(true);
    const second = await startEmbedded({ directory });
    expect(second.started).toBe(true);
    expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    expect(readFileSync(join(first.directory, 'server.log'), 'utf8')).toContain('was not properly shut down');
  });

  test('a pid file that names a process of someone else is no obstacle', async () => {
    const { directory, data } = await usedProject();
    // A process of the very user that the server runs as: PostgreSQL would take it for the server.
    const other = spawn('/bin/sleep', ['60'], { ...serverIdentity(directory), stdio: 'ignore' });
    try {
      writeFileSync(
        join(data, 'postmaster.pid'),
        `${other.pid}\n${data}\n1700000000\n5432\n/nowhere\n\n  1234567 7\nready   \n`,
      );
      chownSync(join(data, 'postmaster.pid'), statSync(data).uid, statSync(data).gid);
      const server = await startEmbedded({ directory });
      expect(server.started).toBe(true);
      expect(await query(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
      expect(other.exitCode ?? other.signalCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  test('a server whose socket was deleted is replaced', async () => {
    const directory = project();
    const first = await startEmbedded({ directory });
    const pid = serverPid(directory);
    const folder = new URL(first.url).searchParams.get('host') ?? '';
    rmSync(folder, { recursive: true });
    const second = await startEmbedded({ directory });
    expect(second.started).toBe(true);
    expect(serverPid(directory)).not.toBe(pid);
    expect(await gone(pid, 1)).toBe(true);
  });
});

describe('a damaged data directory', () => {
  let directory = '';
  let data = '';
  beforeAll(async () => {
    ({ directory, data } = await usedProject());
  });

  /** The problem met while a file has another content, or is not there; the file is as before after that. */
  async function problemWith(name: string, content: string | Buffer | undefined): Promise<Problem> {
    const path = join(data, name);
    const before = readFileSync(path);
    if (content === undefined) renameSync(path, `${path}.away`);
    else writeFileSync(path, content);
    try {
      return await problemOf({ directory });
    } finally {
      if (content === undefined) renameSync(`${path}.away`, path);
      else {
        // Nothing was repaired or deleted meanwhile.
        expect(readFileSync(path)).toEqual(Buffer.from(content));
        writeFileSync(path, before);
      }
    }
  }

  test('with a cut-off pg_control is a problem, and is left alone', async () => {
    const control = readFileSync(join(data, 'global/pg_control'));
    const problem = await problemWith('global/pg_control', control.subarray(0, 100));
    expect(problem).toMatchObject({
      code: 'database-corrupted',
      severity: 'error',
      message: `the data directory ${data} is damaged`,
    });
    expect(problem.detail).toMatch(/The last lines of its log:\n.*pg_control/s);
    expect(problem.hint).toContain(`mv ${data} ${data}.damaged`);
  });

  test('without PG_VERSION is a problem', async () => {
    const problem = await problemWith('PG_VERSION', undefined);
    expect(problem).toMatchObject({ code: 'database-corrupted', detail: 'It is there, and has no file PG_VERSION.' });
  });

  test('without its write-ahead log is a problem', async () => {
    const [segment] = readdirSync(join(data, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name));
    const problem = await problemWith(`pg_wal/${segment}`, undefined);
    expect(problem.code).toBe('database-corrupted');
    expect(problem.detail).toContain('checkpoint');
  });

  test('of another major version is a problem', async () => {
    const problem = await problemWith('PG_VERSION', '17\n');
    expect(problem).toMatchObject({
      code: 'database-of-another-version',
      message: `the data directory ${data} was made by PostgreSQL 17, not 18`,
    });
    expect(problem.hint).toContain('Move it to a folder named 17 beside it');
  });

  test('with settings that the server refuses shows its last words', async () => {
    const problem = await problemWith('postgresql.conf', 'no_such_setting = 1\n');
    expect(problem.code).toBe('server-did-not-start');
    expect(problem.detail).toContain('unrecognized configuration parameter "no_such_setting"');
  });

  test('that is not ready in time has its server stopped', async () => {
    const problem = await problemOf({ directory, timeoutMs: 1 });
    expect(problem.code).toBe('server-start-timeout');
    expect(problem.message).toBe('the embedded PostgreSQL server was not ready after 0.001 s');
    expect(serverPid(directory)).toBe(0);
  });

  test('after all that, it is as it was', async () => {
    const server = await startEmbedded({ directory });
    expect(await query(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  });
});

test('throw-away data are made anew when they are damaged', async () => {
  const { directory, data } = await usedProject(true);
  truncateSync(join(data, 'global/pg_control'), 100);
  const server = await startEmbedded({ directory, ephemeral: true });
  expect(await query(server.url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }]);
});

test('a project stays with the major that made its data', async () => {
  const directory = project();
  const server = await startEmbedded({ directory, major: 17 });
  await server.stop();
  expect((await startEmbedded({ directory })).major).toBe(17);
});

describe('over TCP', () => {
  test('it asks for a password, which is in a file for its owner alone', async () => {
    const directory = project();
    const server = await startEmbedded({ directory, transport: 'tcp' });
    const url = new URL(server.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const file = `${server.directory}.password`;
    expect(readFileSync(file, 'utf8').trim()).toBe(url.password);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    url.password = 'wrong';
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
    const again = await startEmbedded({ directory, transport: 'tcp' });
    expect(new URL(again.url).password).toBe(new URL(server.url).password);
    await stopEmbedded(directory);
    rmSync(file);
    const renewed = await startEmbedded({ directory, transport: 'tcp' });
    expect(await query(renewed.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a port that is taken meanwhile is given up for another, and in the end it says so', async () => {
    const directory = project();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = address && typeof address === 'object' ? address.port : 0;
    let asked = 0;
    const choosePort = async () => {
      asked += 1;
      return port;
    };
    try {
      const problem = await problemOf({ directory, transport: 'tcp', choosePort });
      expect(problem.code).toBe('no-free-port');
      expect(problem.message).toBe('no free port was found on 127.0.0.1');
      expect(asked).toBe(5);
    } finally {
      taken.close();
    }
    expect(
      await problemOf({ directory, transport: 'tcp', choosePort: () => Promise.reject(noFreePort()) }),
    ).toMatchObject({ code: 'no-free-port' });
  });
});

test('a folder that cannot be written to is a problem', async () => {
  const directory = project();
  writeFileSync(join(directory, '.roadbook'), 'a file where a folder is to be');
  expect(await problemOf({ directory })).toMatchObject({ code: 'directory-not-writable' });
  const closed = project();
  chmodSync(closed, 0o555);
  const child = await startInChild({ directory: closed }, { user: asRoot ? { uid: 65534, gid: 65534 } : {} });
  const { problem } = await child.said;
  expect(problem?.code).toBe('directory-not-writable');
  expect(problem?.message).toBe(`the folder ${join(closed, '.roadbook/database')} cannot be written to`);
  expect(problem?.hint).toContain('--database');
});

test('a full disk is a problem', () => {
  const full = failedStart('/data', 'FATAL:  could not write lock file "postmaster.pid": No space left on device');
  expect(full.problem).toMatchObject({
    code: 'disk-full',
    message: 'no space is left for the embedded PostgreSQL server',
  });
  const failure = fileFailure(
    '/data',
    Object.assign(new Error('ENOSPC: no space left on device, copyfile'), { code: 'ENOSPC' }),
  );
  expect(failure instanceof Failure && failure.problem.code).toBe('disk-full');
});

test('a user without a name is a problem', () => {
  const { problem } = failedStart(
    '/data',
    'initdb: error: could not look up effective user ID 12345: user does not exist',
  );
  expect(problem.code).toBe('user-without-name');
  expect(problem.hint).toContain('/etc/passwd');
});

test('what is no file system error stays what it is', () => {
  const bug = new TypeError('x is not a function');
  expect(fileFailure('/data', bug)).toBe(bug);
  expect(existsSync('/data')).toBe(false);
});

test('a foreign folder in its place is left alone', async () => {
  const directory = project();
  mkdirSync(join(directory, '.roadbook/database/18/precious'), { recursive: true });
  expect(await problemOf({ directory })).toMatchObject({ code: 'database-corrupted' });
  expect(existsSync(join(directory, '.roadbook/database/18/precious'))).toBe(true);
});
