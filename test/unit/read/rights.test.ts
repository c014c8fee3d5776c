// What is told where the system does not let us read or write?
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../src/model/failure.ts';
import { readConfiguration } from '../../../src/read/configuration.ts';
import { listMigrations, newMigration } from '../../../src/read/index.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roadbook-rights-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function failing(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Root may read whatever has rights; what the kernel itself refuses is refused to root too. */
function unreadableFile(path: string): void {
  if (process.getuid?.() === 0) symlinkSync('/proc/self/mem', path);
  else {
    writeFileSync(path, 'select 1;');
    chmodSync(path, 0);
  }
}

test('a migration that cannot be read is named, with what is to be done', () => {
  const path = join(directory, '20260101000000_a.sql');
  unreadableFile(path);
  const { problem } = failing(() => listMigrations(directory));
  expect(problem).toMatchObject({
    code: 'migration-unreadable',
    message: 'the migration cannot be read',
    hint: 'See to the rights of the file, or take it out of the folder.',
    where: { file: path },
  });
  expect(problem.detail).toMatch(/^The system says E[A-Z]+\.$/);
});

test('a folder that cannot be made, and a file that cannot be written, are told', () => {
  writeFileSync(join(directory, 'file'), '');
  const inFile = { directory: join(directory, 'file/migrations'), name: 'a', now: new Date() };
  const { problem, reason } = failing(() => newMigration(inFile));
  expect(reason).toBe('usage');
  expect(problem).toMatchObject({ code: 'migration-not-written', detail: 'The system says ENOTDIR.' });
  expect(problem.message).toContain('file/migrations cannot be written');
  expect(problem).toHaveProperty('hint');
});

test('a configuration that cannot be loaded says why, and what to do', async () => {
  writeFileSync(join(directory, 'roadbook.config.json'), '{');
  const error: unknown = await readConfiguration(directory).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    problem: {
      detail: expect.stringMatching(/^It ends with: /),
      hint: 'Correct the file, or take it away: everything in it is optional.',
    },
  });
});
