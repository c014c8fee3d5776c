// How does a migration begin?
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { fileNames, systemCode } from './list.ts';
import { cannotBeMeant, momentOf, parseName, snakeCase, timestampOf } from './migration-name.ts';

export interface NewMigration {
  readonly directory: string;
  /** In any words; made snake_case. */
  readonly name: string;
  readonly now: Date;
  /** A TypeScript migration. */
  readonly data?: boolean;
}

export interface NewFile {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}

const longestName = 100;

/** Writes an empty migration whose time is later than that of every other one. */
export function newMigration({ directory, name, now, data = false }: NewMigration): NewFile {
  const ending = data ? 'ts' : 'sql';
  const words = snakeCase(name.replace(/\.(sql|ts|js|mjs)$/, '').replace(/^\d{14}_/, ''));
  if (words === '') {
    throw new Failure(
      problem('migration-name-empty', 'the new migration has no name', {
        detail:
          name.trim() === ''
            ? 'The name given is empty.'
            : `Nothing of "${name}" can be part of a file name of letters a to z and digits.`,
        hint: 'Say in a few words what it does, as in `roadbook new add_status_to_orders`.',
      }),
      'usage',
    );
  }
  if (words.length > longestName) {
    throw new Failure(
      problem('migration-name-long', `the name has ${words.length} characters, at most ${longestName} are taken`, {
        hint: 'Say it shorter, and the rest in the comment at the top of the file.',
      }),
      'usage',
    );
  }
  makeFolder(directory);
  const taken = fileNames(directory).filter((file) => !cannotBeMeant(file));
  const newest = taken
    .map(parseName)
    .reduce(
      (latest, parsed) => (typeof parsed === 'object' && parsed.timestamp > latest ? parsed.timestamp : latest),
      '',
    );
  const timestamp = later(newest, now);
  const id = `${timestamp}_${words}`;
  const path = join(directory, `${id}.${ending}`);
  const text = data ? typescript(words) : sql(words);
  write(path, text, id);
  return { id, path, text };
}

function later(newest: string, now: Date): string {
  const wanted = timestampOf(now);
  return wanted > newest ? wanted : timestampOf(new Date(momentOf(newest).getTime() + 1000));
}

/** Refuses to write over a file that somebody else made in the same moment. */
function write(path: string, text: string, id: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw notWritten(path, error);
    throw new Failure(
      problem('migration-exists', `there is a migration ${id} already`, {
        hint: 'Run the command again: it takes the next second.',
      }),
      'usage',
      { cause: error },
    );
  }
}

function sentence(words: string): string {
  const text = words.replaceAll('_', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function sql(words: string): string {
  return `-- ${sentence(words)}

`;
}

function typescript(words: string): string {
  return `import { defineMigration } from 'roadbook';

// ${sentence(words)}
export default defineMigration({
  up: \`
\`,
});
`;
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw notWritten(directory, error);
  }
}

function notWritten(path: string, error: unknown): Failure {
  return new Failure(
    problem('migration-not-written', `${path} cannot be written`, {
      detail: `The system says ${systemCode(error)}.`,
      hint: 'See to the rights of the folder and the room on its disk, or name another folder with --migrations.',
    }),
    'usage',
    { cause: error },
  );
}
