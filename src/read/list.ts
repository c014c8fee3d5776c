// Which migrations does the folder hold, in which order?
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import { decodeSource } from '../sql/decode.ts';
import { cannotBeMeant, type MigrationName, parseName, suggestName } from './migration-name.ts';

/** All migrations by id, without parsing any. Throws a Failure with all that is not clear. */
export function listMigrations(directory: string): readonly MigrationFile[] {
  const reading = readNamed(directory, nameMigrations(directory));
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** The same, in slices between which other work goes on, such as connecting. */
export async function listMeanwhile(directory: string, names: Names): Promise<readonly MigrationFile[]> {
  const reading = readNamed(directory, names);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
    await nextTurn();
  }
}

export interface Names {
  /** In the order of the migrations. */
  readonly named: readonly MigrationName[];
  /** Names that are not clear. */
  readonly problems: readonly Problem[];
}

/** The names in the folder, before any file is read. */
export function nameMigrations(directory: string): Names {
  const named: MigrationName[] = [];
  const problems: Problem[] = [];
  for (const file of fileNames(directory)) {
    if (cannotBeMeant(file)) continue;
    const name = parseName(file);
    if (typeof name === 'object') named.push(name);
    else problems.push(badName(directory, file, name));
  }
  named.sort((a, b) => compare(a.id, b.id) || compare(a.ending, b.ending));
  return { named, problems: [...problems, ...unclear(directory, named)] };
}

const slice = 32;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function* readNamed(
  directory: string,
  { named, problems: unclearNames }: Names,
): Generator<undefined, readonly MigrationFile[]> {
  const files: MigrationFile[] = [];
  const problems: Problem[] = [...unclearNames];
  const folder = join(directory, sep);
  for (const [index, { id, ending }] of named.entries()) {
    if (index > 0 && index % slice === 0) yield;
    try {
      // Not by join(), which looks at every character of thousands of paths.
      files.push(readFile(`${folder}${id}.${ending}`, id, ending === 'sql' ? 'sql' : 'typescript'));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.problem);
    }
  }
  const [first, ...others] = problems;
  if (first) throw new Failure(first, 'migration', { others });
  return files;
}

/** By code units, the same on every machine. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readFile(path: string, id: string, format: MigrationFile['format']): MigrationFile {
  // Node reads text in one call and bytes in four. It puts U+FFFD where the bytes are no UTF-8, so then they are looked at.
  const read = contentOf(path);
  const text = read.includes('\ufffd') || read.includes('\0') ? decodeSource(readFileSync(path), path) : read;
  return Object.freeze({ id, path, format, text, digest: digestOf(text) });
}

/** SHA-256 over the text without byte order mark, its line endings made LF. */
export function digestOf(text: string): string {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const lines = plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain;
  return createHash('sha256').update(lines).digest('hex');
}

/** Files, and links to files; a folder is none, whatever its name. */
export function fileNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() ||
          (entry.isSymbolicLink() && statSync(join(directory, entry.name), { throwIfNoEntry: false })?.isFile()),
      )
      .map(({ name }) => name)
      .sort(compare);
  } catch (error) {
    throw unreadable(directory, error);
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const found = problem('migration-unreadable', 'the migration cannot be read', {
      detail: `The system says ${systemCode(error)}.`,
      hint: 'See to the rights of the file, or take it out of the folder.',
      where: { file: path, line: 1, column: 1 },
    });
    throw new Failure(found, 'usage', { cause: error });
  }
}

/** `EACCES`, `ENOSPC`: what the system calls it. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function unreadable(directory: string, error: unknown): Failure {
  const code = systemCode(error);
  const where = { file: directory, line: 1, column: 1 };
  if (code === 'ENOENT') {
    const missing = problem('migrations-missing', `there is no migrations folder ${directory}`, {
      hint: 'Write the first migration with `roadbook new NAME`, or name the folder with --migrations.',
    });
    return new Failure(missing, 'usage', { cause: error });
  }
  const reason = code === 'ENOTDIR' ? 'It is a file, not a folder.' : `The system says ${code}.`;
  const failed = problem('migrations-unreadable', `the migrations folder ${directory} cannot be read`, {
    detail: reason,
    hint: 'Name the folder with --migrations, or see to its rights.',
    where,
  });
  return new Failure(failed, 'usage', { cause: error });
}

function badName(directory: string, file: string, fault: 'shape' | 'date'): Problem {
  const path = join(directory, file);
  const where = { file: path, line: 1, column: 1 };
  const better = suggestName(file, statSync(path).mtime);
  if (fault === 'date') {
    return problem('migration-name', `${file} does not begin with a date and time`, {
      detail: `${file.slice(0, 14)} is read as year, month, day, hour, minute, second (UTC).`,
      hint: `Rename it, for example to ${better}.`,
      where,
    });
  }
  const down = /\.down\.[^.]+$/i.test(file);
  return problem('migration-name', `${file} is not named like a migration`, {
    detail:
      'A migration is called <YYYYMMDDHHMMSS>_<name>.sql, or .ts, .js, .mjs; the name has lower-case letters, digits and single underscores.',
    hint: down
      ? 'Move its statements behind a line `-- roadbook:undo` in the migration that it takes back, and delete it.'
      : `Rename it to ${better}; a file that is no migration goes to another folder or gets a name that starts with an underscore.`,
    where,
  });
}

/** Two files that claim the same id, or the same moment. */
function unclear(directory: string, named: readonly MigrationName[]): Problem[] {
  return named.flatMap((name, index) => {
    const before = named[index - 1];
    if (!before || before.timestamp !== name.timestamp) return [];
    const [one, two] = [before, name].map(({ id, ending }) => `${id}.${ending}`);
    const where = { file: join(directory, `${name.id}.${name.ending}`), line: 1, column: 1 };
    if (before.id === name.id) {
      const hint = 'Keep one of them, or give the other a name of its own.';
      return [
        problem('migration-duplicate', `${one} and ${two} are the same migration`, {
          detail: 'The id is the name without its ending.',
          hint,
          where,
        }),
      ];
    }
    return [
      problem('migration-order-unclear', `${one} and ${two} have the same date and time`, {
        detail: 'Migrations run in the order of their date and time.',
        hint: 'Rename the one that has to come later to one second later.',
        where,
      }),
    ];
  });
}
