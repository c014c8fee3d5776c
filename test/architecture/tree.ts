// Which files does the project consist of, and what is in them?
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSource, type Source } from '../../scripts/source.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Every file that is, or would be, in the repository, with forward slashes. */
export const files: readonly string[] = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
  .sort();

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

export const sources: readonly Source[] = files
  .filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
  .map((path) => readSource(path, read(path)));

/** The folder of src/ that a path is in; a file directly in src/ has none. */
export const folderOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';

/** The path that a relative import leads to, or undefined for a package. */
export function target(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), specifier)) : undefined;
}

/** A source that exists only in a test. */
export const imagine = (path: string, text: string): Source => readSource(path, text);
