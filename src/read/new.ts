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
  return `import { defineBackfill, unmapped } from 'roadbook';

interface Row {
  readonly email: string | null;
}

// ${sentence(words)}
export default defineBackfill({
  // Whose rows are gone over, some at a time by their key, each batch in a transaction of its own.
  table: 'public.TABLE',
  // Which of them: best those that are not done yet, so that it can be run again.
  where: 'r.user_id IS NULL',
  // What is read of them, and what may be set.
  columns: ['email'],
  sets: ['user_id'],

  // Once for each batch: what its rows need from elsewhere.
  lookup: async (rows: readonly Row[], { query }) => {
    const emails = rows.map(({ email }) => email);
    const users = await query<{ email: string; id: number }>('SELECT email, id FROM users WHERE email = ANY($1)', [emails]);
    return new Map(users.map(({ email, id }) => [email, id]));
  },

  // Once for each row: new values, unmapped('why'), which leaves the row as it is and lists it, or null, which leaves it alone.
  map: (row: Row, users) => {
    const id = users.get(row.email ?? '');
    return id === undefined ? unmapped(\`no user has the e-mail \${row.email}\`) : { set: { user_id: id } };
  },

  // SELECTs that must return no row afterwards.
  // verify: 'SELECT …',
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
