// What in a file is written for psql, and not SQL that a server reads?
import type { Problem } from '../model/problem.ts';
import type { Token } from './lexer.ts';
import { problemAt, type SourceText, type Span } from './problem-at.ts';

/** The first thing in the text that only psql understands. */
export function findForeign(text: SourceText, tokens: readonly Token[]): Problem | null {
  const { source } = text;
  const brackets: string[] = [];
  let statement: { readonly first: Token; readonly copy: boolean } | null = null;
  let before: Token | undefined;
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    const word = source.slice(token.start, token.end);
    if (token.kind === 'backslash') return command(text, token);
    if (word === ';') {
      statement = null;
      before = undefined;
      brackets.length = 0;
      continue;
    }
    statement ??= { first: token, copy: token.kind === 'word' && word.toLowerCase() === 'copy' };
    if (word === '(' || word === '[') {
      brackets.push(word === '[' ? '[' : takesColons(source, before) ? 'json(' : '(');
    } else if (word === ')' || word === ']') {
      brackets.pop();
    } else if (word === ':' && brackets.at(-1) !== '[' && brackets.at(-1) !== 'json(') {
      const variable =
        /:(?:[A-Za-z_\u0080-\uffff0-9]+|'[A-Za-z_\u0080-\uffff0-9]+'|"[A-Za-z_\u0080-\uffff0-9]+"|\{\?[^}\s]+\})/y;
      variable.lastIndex = token.start;
      if (variable.test(source)) return psqlVariable(text, token.start, variable.lastIndex);
    } else if (statement.copy && brackets.length === 0 && token.kind === 'word' && before?.kind === 'word') {
      const copy = copyThroughClient(text, { start: before.start, end: token.end });
      if (copy) return copy;
    }
    before = token;
  }
  return null;
}

/** In PostgreSQL 16 and later `json_object(key : value)` holds a colon that is no variable. */
function takesColons(source: string, before: Token | undefined): boolean {
  return before?.kind === 'word' && /^json_object(agg)?$/i.test(source.slice(before.start, before.end));
}

function command(text: SourceText, { start }: Token): Problem {
  const name = /\\(?:[A-Za-z_?!]+\+?|\.)?/y;
  name.lastIndex = start;
  const word = name.exec(text.source)?.[0] ?? '\\';
  const hint =
    commandHints.find(([pattern]) => pattern.test(word))?.[1] ?? 'Leave the line out, or write what it does as SQL.';
  const span = { start, end: start + word.length };
  return problemAt('psql-command', `${word} is a command of psql, not SQL`, text, span, {
    detail: 'Roadbook sends the file to the server, which knows no backslash commands.',
    hint,
  });
}

const commandHints: readonly (readonly [RegExp, string])[] = [
  [/^\\ir?$|^\\include/, 'Put the statements of that file here, or into a migration of their own.'],
  [/^\\c(onnect)?$/, 'A migration runs in one database: leave the line out and name the database with --database.'],
  [/^\\copy$/, 'Write the rows as INSERT, or use COPY … FROM a file that the server can read.'],
  [/^\\(un)?restrict$/, 'pg_dump writes this line for psql: delete it.'],
  [/^\\\.$/, 'It ends the data of a COPY … FROM STDIN: write the rows as INSERT (pg_dump does with --inserts).'],
  [/^\\g/, 'End the statement with a semicolon instead.'],
  [/^\\(if|elif|else|endif)$/, 'Decide in SQL: a DO block with IF … THEN … END IF.'],
  [/^\\set$/, 'Write the value itself where the variable is used.'],
];

function copyThroughClient(text: SourceText, span: Span): Problem | null {
  const words = text.source.slice(span.start, span.end).toLowerCase().split(/\W/);
  const way = `${words.at(0)} ${words.at(-1)}`;
  if (way === 'from stdin') {
    return problemAt('copy-data', 'COPY … FROM STDIN needs rows from a client', text, span, {
      detail: 'A migration is sent as statements; nothing sends the rows that psql would.',
      hint: 'Write the rows as INSERT (pg_dump does with --inserts), or use COPY … FROM a file that the server can read.',
    });
  }
  if (way === 'to stdout') {
    return problemAt('copy-data', 'COPY … TO STDOUT sends rows that nobody reads', text, span, {
      detail: 'A migration has no client that takes the rows.',
      hint: 'Leave the statement out, or use COPY … TO a file on the server.',
    });
  }
  return null;
}

function psqlVariable(text: SourceText, start: number, end: number): Problem {
  return problemAt(
    'psql-variable',
    `${text.source.slice(start, end)} is a variable of psql, not SQL`,
    text,
    { start, end },
    {
      detail: 'Roadbook sends the file to the server as it is and fills in nothing.',
      hint: 'Write the value itself; a cast is written with two colons, as in value::type.',
    },
  );
}
