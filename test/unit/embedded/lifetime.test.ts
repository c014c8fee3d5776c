import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { embeddedStatus, startEmbedded, stopEmbedded } from '../../../src/database/embedded/index.ts';
import { readPostmasterFile } from '../../../src/database/embedded/postmaster-file.ts';
import { isAlive, isServerOf } from '../../../src/database/embedded/processes.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { cleanUp, eventually, gone, project, query, serverPid, startInChild } from './project.ts';

afterAll(cleanUp);

describe('the server of a project', () => {
  const directory = project();

  test('is started once, then attached to; its data stay', async () => {
    const events: RunEvent[] = [];
    const first = await startEmbedded({ directory, onEvent: (event) => events.push(event) });
    expect(first.started).toBe(true);
    expect(first.major).toBe(18);
    expect(first.directory).toBe(join(directory, '.roadbook/database/18'));
    expect(events).toEqual([{ type: 'server-started', version: first.version, directory: first.directory }]);
    expect(readFileSync(join(directory, '.roadbook/.gitignore'), 'utf8')).toBe('*\n');
    await query(first.url, 'create table kept (n int)');

    const began = performance.now();
    const second = await startEmbedded({ directory, onEvent: (event) => events.push(event) });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(second).toMatchObject({ started: false, url: first.url, version: first.version });
    expect(events).toHaveLength(1);

    const pid = serverPid(directory);
    expect(isServerOf(pid, first.directory)).toBe(true);
    expect(isServerOf(pid, first.directory.slice(0, -1))).toBe(false);
    expect(await stopEmbedded(directory)).toHaveLength(1);
    expect(isAlive(pid)).toBe(false);
    expect(embeddedStatus(directory)).toMatchObject([{ major: 18, running: false, pid: undefined }]);
    const third = await startEmbedded({ directory });
    expect(await query(third.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  });

  test('is a superuser’s, in UTF8, with fsync, and listens on no TCP port', async () => {
    const { url } = await startEmbedded({ directory });
    const [row] = await query(
      url,
      `select current_user as me, current_database() as here, current_setting('fsync') as fsync, current_setting('server_encoding') as encoding,
         current_setting('listen_addresses') as listens, current_setting('TimeZone') as zone, upper('é') as upper`,
    );
    expect(row).toEqual({
      me: 'postgres',
      here: 'roadbook',
      fsync: 'on',
      encoding: 'UTF8',
      listens: '',
      zone: 'UTC',
      upper: 'É',
    });
  });

  test('a dropped database is made again', async () => {
    const { urlFor } = await startEmbedded({ directory });
    await query(urlFor('postgres'), 'drop database roadbook');
    const { url } = await startEmbedded({ directory });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('holds back no CREATE INDEX CONCURRENTLY by being watched', async () => {
    const { url } = await startEmbedded({ directory });
    const began = performance.now();
    await query(url, 'create table busy (n int)');
    await query(url, 'create index concurrently on busy (n)');
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

test('it outlives the process that started it, and stops when idle', async () => {
  const directory = project();
  const child = await startInChild({ directory, idleMs: 1500 });
  const { url, started } = await child.said;
  expect(started).toBe(true);
  expect(await child.ended).toBe(0);
  const pid = serverPid(directory);
  for (let i = 0; i < 4; i += 1) {
    // Short visits between two looks of the watch count as well.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await query(url, 'select 1');
  }
  expect(isAlive(pid)).toBe(true);
  expect(await gone(pid, 8000)).toBe(true);
  const log = readFileSync(join(directory, '.roadbook/database/18/server.log'), 'utf8');
  expect(log).toContain('received fast shutdown request');
  expect(log).not.toContain('watch');
});

test('killed before its server is watched, a process leaves none', async () => {
  const directory = project();
  const child = await startInChild({ directory, idleMs: 300_000 }, { after: 'stay' });
  const data = join(directory, '.roadbook/database/18');
  expect(await eventually(() => existsSync(data) && readPostmasterFile(data) !== undefined, 20_000)).toBe(true);
  const pid = readPostmasterFile(data)?.pid ?? 0;
  child.process.kill('SIGKILL');
  expect(await gone(pid, 5000)).toBe(true);
});

test('with the lifetime of a process it ends when that is killed', async () => {
  const directory = project();
  const child = await startInChild({ directory, ephemeral: true, lifetime: 'process' }, { after: 'stay' });
  const { url } = await child.said;
  const pid = serverPid(directory);
  expect(await query(url, `select current_setting('fsync') as fsync`)).toEqual([{ fsync: 'off' }]);
  child.process.kill('SIGKILL');
  expect(await gone(pid, 5000)).toBe(true);
});

test('with the lifetime of processes it ends with the last one', async () => {
  const directory = project();
  const child = await startInChild({ directory, lifetime: 'process' }, { after: 'stay' });
  await child.said;
  const pid = serverPid(directory);
  const mine = await startEmbedded({ directory, lifetime: 'process' });
  expect(mine.started).toBe(false);
  child.process.kill('SIGKILL');
  await child.ended;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(isAlive(pid)).toBe(true);
  await mine.stop();
  expect(isAlive(pid)).toBe(false);
});

test('who comes for longer keeps a server that would end with its owner', async () => {
  const directory = project();
  const child = await startInChild({ directory, lifetime: 'process' }, { after: 'end' });
  await child.said;
  const mine = await startEmbedded({ directory, idleMs: 60_000 });
  await child.ended;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await query(mine.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  const pid = serverPid(directory);
  await mine.stop();
  expect(isAlive(pid)).toBe(false);
});

test('ten processes at once get one server', async () => {
  const directory = project();
  const children = await Promise.all(Array.from({ length: 10 }, () => startInChild({ directory })));
  const said = await Promise.all(children.map((child) => child.said));
  expect(said.map((each) => each.problem)).toEqual(said.map(() => undefined));
  expect(said.filter((each) => each.started)).toHaveLength(1);
  expect(new Set(said.map((each) => each.url)).size).toBe(1);
  expect(await Promise.all(children.map((child) => child.ended))).toEqual(children.map(() => 0));
});

test('a process that is killed while starting holds nobody up', async () => {
  const directory = project();
  mkdirSync(join(directory, '.roadbook'));
  const child = await startInChild({ directory }, { after: 'stay' });
  const home = join(directory, '.roadbook/database');
  expect(await eventually(() => existsSync(join(home, '18.lock.1')), 20_000)).toBe(true);
  child.process.kill('SIGKILL');
  const server = await startEmbedded({ directory });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
