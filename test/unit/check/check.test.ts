import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { Failure } from '../../../src/model/failure.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roadbook-check-'));
  mkdirSync(join(directory, 'migrations'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function migration(id: string, sql: string): void {
  writeFileSync(join(directory, 'migrations', `${id}.sql`), sql);
}

test('an index on a table made in the same migration is harmless, in a later one it is not', async () => {
  migration(
    '20260101000000_a',
    'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX ON users (email);\n',
  );
  migration('20260102000000_b', 'CREATE INDEX users_email_again ON users (lower(email));\n');
  const { files, problems } = await check({ directory });
  expect(files).toBe(2);
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'index-blocks-writes', where: { file: 'migrations/20260102000000_b.sql', line: 1, column: 1 } },
  ]);
});

test('a hazard ignored with a reason is silent, an ignore without its hazard is not', async () => {
  migration(
    '20260101000000_a',
    '-- roadbook:ignore index-blocks-writes because the table is empty until launch\nCREATE INDEX ON users (email);\n\n-- roadbook:ignore index-blocks-writes because of nothing\nCREATE TABLE t (id bigint PRIMARY KEY);\n',
  );
  const { problems } = await check({ directory });
  expect(problems.map(({ code, where }) => [code, where?.line])).toEqual([['ignore-idle', 4]]);
});

test('a file that cannot be read does not keep the others from being checked', async () => {
  migration('20260101000000_a', 'CREATE TABEL t ();\n');
  migration('20260102000000_b', 'CREATE INDEX ON users (email);\n');
  const { problems } = await check({ directory });
  expect(problems.map(({ code }) => code)).toEqual(['syntax-error', 'index-blocks-writes']);
});

test('one file can be asked for by its path or its id, an unknown one is a problem', async () => {
  migration('20260101000000_a', 'CREATE INDEX ON users (email);\n');
  migration('20260102000000_b', 'CREATE TABLE t (id bigint PRIMARY KEY);\n');
  expect((await check({ directory, files: ['migrations/20260102000000_b.sql'] })).problems).toEqual([]);
  expect((await check({ directory, files: ['20260101000000_a'] })).problems).toHaveLength(1);
  const failure = await check({ directory, files: ['nowhere'] }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ reason: 'usage', problem: { code: 'migration-unknown' } });
});

test('a backfill in TypeScript has no hazards, and what is wrong with it is told', async () => {
  const file = join(directory, 'migrations', '20260101000000_a.ts');
  const text = (where: string) =>
    `import { defineBackfill } from 'roadbook';\nexport default defineBackfill({ table: 'users', where: '${where}', sets: ['a'], map: () => null, verify: 'select 1 where false' });`;
  writeFileSync(file, text('r.a is null'));
  expect(await check({ directory })).toEqual({ files: 1, problems: [] });
  writeFileSync(file, text('r.a is'));
  expect((await check({ directory })).problems).toMatchObject([
    { code: 'backfill-definition', where: { file: 'migrations/20260101000000_a.ts', line: 2, column: 57 } },
  ]);
});
