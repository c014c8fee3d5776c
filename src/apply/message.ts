// Which text is sent to the server for a migration, and which of its characters came from the file?
import type { Migration } from '../model/migration.ts';
import type { Statement } from '../model/statement.ts';

/** Several statements sent as one message, with the place of each of the user's statements in it. */
export interface Message {
  readonly text: string;
  /** Offset in `text`, in UTF-16 units, where the statement of the same index starts. */
  readonly starts: readonly number[];
  /** How many statements of ours stand before the user's first one. */
  readonly before: number;
}

export function composeMessage(
  before: readonly string[],
  statements: readonly Statement[],
  after: readonly string[],
): Message {
  let text = before.map((sql) => `${sql};\n`).join('');
  const starts: number[] = [];
  for (const statement of statements) {
    starts.push(text.length);
    text += `${statement.text};\n`;
  }
  return { text: text + after.map((sql) => `${sql};\n`).join(''), starts, before: before.length };
}

export interface Located {
  readonly statement: Statement;
  /** Offset in the file, in UTF-16 units. */
  readonly offset: number;
}

/**
 * The statement that an error belongs to: by the error's position in the message (1-based, in characters, that is code
 * points), else by how many statements had completed.
 */
export function locate(
  message: Message,
  { statements }: Pick<Migration, 'statements'>,
  at: { position?: number | undefined; completed?: number | undefined },
): Located | null {
  if (at.position !== undefined && at.position > 0) {
    const offset = unitsOfCharacters(message.text, at.position - 1);
    for (let index = message.starts.length - 1; index >= 0; index--) {
      const start = message.starts[index] ?? 0;
      const statement = statements[index];
      if (statement !== undefined && start <= offset) {
        if (offset - start > statement.text.length) return null;
        // What does not stand in the file to the letter is shown at the statement's beginning.
        return { statement, offset: statement.start + Math.min(offset - start, statement.end - statement.start) };
      }
    }
    return null;
  }
  if (at.completed === undefined) return null;
  const statement = statements[at.completed - message.before];
  return statement === undefined ? null : { statement, offset: statement.start };
}

/** PostgreSQL counts code points, JavaScript counts UTF-16 units. */
function unitsOfCharacters(text: string, characters: number): number {
  let units = 0;
  for (let left = characters; left > 0 && units < text.length; left--) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}
