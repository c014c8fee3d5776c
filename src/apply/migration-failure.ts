// What does the user read when the server refuses a statement of a migration?
import type { ServerError } from '../database/server-error.ts';
import { problemFromServerError } from '../database/server-problem.ts';
import { Failure } from '../model/failure.ts';
import type { Migration } from '../model/migration.ts';
import type { Problem } from '../model/problem.ts';
import type { Statement } from '../model/statement.ts';
import { codeFrame, positions } from '../sql/position.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { locate, type Message } from './message.ts';
import { errorWithoutSecrets, problemWithoutSecrets } from './without-secrets.ts';

export interface Refused {
  readonly error: ServerError;
  readonly migration: Migration;
  readonly message: Message;
  /** What was sent in place of the migration's own statements. */
  readonly pieces?: readonly Statement[];
  /** How the file is named to the user. */
  readonly file: string;
  /** The role that is connected. */
  readonly role: string;
  /** What became of the migration, in a whole sentence. */
  readonly stayed: string;
}

/** The server's words with the place in the file, and what of this migration stayed. */
export function migrationFailure({ error, migration, message, pieces, file, role, stayed }: Refused): Failure {
  const said = problemFromServerError(error);
  const at = { position: error.position, completed: error.completed };
  const located = locate(message, { statements: pieces ?? migration.statements }, at);
  const right = error.sqlstate === '42501';
  const hint = right ? withoutRight(error, role) : said.hint;
  const problem: Problem = {
    ...said,
    detail: said.detail === undefined ? stayed : `${said.detail}${said.detail.endsWith('.') ? ' ' : '\n'}${stayed}`,
    ...(hint === undefined ? {} : { hint }),
    ...(located === null ? { where: { file, line: 1, column: 1 } } : placed(migration, file, located.offset)),
  };
  return new Failure(problemWithoutSecrets(problem), right ? 'connection' : 'migration', {
    cause: errorWithoutSecrets(error),
  });
}

export function placed(migration: Migration, file: string, offset: number): Pick<Problem, 'where' | 'frame'> {
  const where = positions(migration.text).place(file, offset);
  return { where, frame: codeFrame(migration.text, where) };
}

function withoutRight({ message, hint }: ServerError, role: string): string {
  const name = quoteIdentifier(role);
  const own = /must be (?:the )?owner/.test(message)
    ? `Only its owner may do that: connect as the owner, or make the role ${name} a member of it: GRANT <owner> TO ${name};`
    : `The role ${name} lacks a right: have the owner of the object run GRANT … TO ${name};, or connect as a role that has it.`;
  return hint === undefined ? own : `${hint} ${own}`;
}
