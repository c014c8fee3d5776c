// How does a test get a migrations folder, and read what is told about it?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Failure } from '../../../src/model/failure.ts';
import type { MigrationFile } from '../../../src/model/migration.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { digestOf } from '../../../src/read/list.ts';

export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-read-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) mkdirSync(join(directory, name));
    else writeFileSync(join(directory, name), content);
  }
  return directory;
}

export function sqlFile(text: string, id = '20260101000000_a'): MigrationFile {
  return { id, path: `${id}.sql`, format: 'sql', text, digest: digestOf(text) };
}

/** All problems of a call that fails, in order. */
export async function failing(work: () => unknown): Promise<readonly Problem[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return [error.problem, ...error.others];
    throw error;
  }
  throw new Error('it did not fail');
}

/** As a person reads it, without the folder's path. */
export function told({ code, message, where, frame, detail, hint }: Problem, directory = ''): string {
  const place = where ? ` ${where.file}:${where.line}:${where.column}` : '';
  const text = [`${code}: ${message}${place}`, frame, detail, hint].filter((part) => part !== undefined).join('\n');
  return directory === '' ? text : text.replaceAll(directory, 'DIR');
}
