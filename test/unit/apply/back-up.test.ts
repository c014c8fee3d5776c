// Is there a backup before anything is touched, or is nothing touched?
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { rehearse } from '../../../src/rehearse/rehearse.ts';
import { type Project, project } from './project.ts';

const homes: Project[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await home[Symbol.asyncDispose]();
});

async function withTable(text = 'create table a (id int);'): Promise<Project> {
  const home = await project({ 1: text });
  homes.push(home);
  return home;
}

/** A PATH with nothing but such a pg_dump on it, and a shell. */
function path(script: string | null): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'roadbook-dump-'));
  mkdirSync(folder, { recursive: true });
  if (script !== null) {
    writeFileSync(join(folder, 'pg_dump'), `#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) ${script}`);
    chmodSync(join(folder, 'pg_dump'), 0o755);
  }
  return { PATH: folder };
}

const works = `99.1" && exit 0
for one in "$@"; do case $one in --file=*) echo "$PGDATABASE of $PGUSER" > "\${one#--file=}";; esac; done`;

test('it is made first, and said where it is', async () => {
  const home = await withTable();
  const outcome = await home.apply({ backup: true, env: path(works) });
  const folder = join(home.directory, '.roadbook', 'backups');
  const [file = ''] = readdirSync(folder);
  const { pathname, username } = new URL(home.database.url);
  expect(file).toMatch(/-\d{14}\.dump$/);
  expect(readFileSync(join(folder, file), 'utf8')).toBe(`${pathname.slice(1)} of ${username}\n`);
  const said = outcome.problems.find(({ code }) => code === 'backup-made');
  expect(said?.message).toContain(file);
  expect(said?.detail).toMatch(/SHA-256 [0-9a-f]{64}/);
  expect(said?.hint).toContain('pg_restore');
});

test.each([
  ['no pg_dump', null, 'There is no pg_dump on PATH'],
  ['an old one', '9.6" && exit 0', 'is of version 9.6'],
  ['one that fails', '99.1" && exit 0\necho "no such luck" >&2; exit 1', 'no such luck'],
])('%s: nothing is touched', async (_, script, words) => {
  const home = await withTable();
  const failure = await home.failing({ backup: true, env: path(script) });
  expect(failure.problem).toMatchObject({ code: 'backup-impossible' });
  expect(failure.problem.detail).toContain(words);
  expect(await home.rows("select to_regclass('public.a')::text")).toEqual([[null]]);
});

test('stopped meanwhile: that is said, and nothing is left of it', async () => {
  const home = await withTable();
  const stop = new AbortController();
  const slow = `99.1" && exit 0\nwhile :; do :; done`;
  const failure = await home.failing({
    backup: true,
    env: path(slow),
    signal: stop.signal,
    onEvent: ({ type, ...event }) => {
      if (type === 'verifying' && 'what' in event && event.what.startsWith('a backup'))
        setTimeout(() => stop.abort(), 50);
    },
  });
  expect(failure).toMatchObject({ reason: 'stopped', problem: { code: 'stopped' } });
  expect(readdirSync(join(home.directory, '.roadbook', 'backups'))).toEqual([]);
});

test('a migration asks for one', async () => {
  const home = await withTable('-- roadbook:option backup=full\ncreate table a (id int);');
  expect((await home.failing({ env: path(null) })).problem.message).toContain('backup=full');
});

test('a twin that stands in for the database needs none', async () => {
  const home = await withTable('-- roadbook:option backup=full\ncreate table a (id int);');
  const { directory, database } = home;
  const outcome = await rehearse({ directory, database: database.url, twin: 'server', env: path(null) });
  expect(outcome).toMatchObject({ verdict: 'verified', problems: [] });
});
