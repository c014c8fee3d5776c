// What is said when a file is not the SQL that PostgreSQL's grammar knows?
import { Failure } from '../model/failure.ts';
import type { GrammarError } from './engine.ts';
import type { Token } from './lexer.ts';
import type { Positions } from './position.ts';
import { problemAt, type SourceText } from './problem-at.ts';

export interface FailedText extends SourceText {
  readonly tokens: readonly Token[];
  readonly where: Positions;
  /** Whether PostgreSQL's grammar takes this text. */
  readonly parses: (sql: string) => boolean;
}

export function syntaxError(error: GrammarError, text: FailedText): Failure {
  if (/memory exhausted|stack depth limit/.test(error.message)) return tooDeep(text, error);
  const offset = text.where.fromCharacter(error.character);
  const index = text.tokens.findIndex(({ end }) => end > offset);
  const token = text.tokens[index];
  const span = { start: offset, end: token && token.start === offset ? token.end : offset + 1 };
  const insideString = token?.kind === 'string' && token.start < offset && /^syntax error/.test(error.message);
  const hint = insideString
    ? 'Move the comment out from between the two parts of the string: the parser does not take it there.'
    : hintFor(error.message, index < 0 ? text.tokens.length : index, text);
  const found = problemAt('syntax-error', short(error.message), text, span, hint ? { hint } : {});
  return new Failure(found, 'migration', { cause: error });
}

/** The text was too much for the parser; where the longest statement starts is all that is known then. */
export function tooDeep(text: FailedText, cause: unknown): Failure {
  const { source, tokens, where } = text;
  let longest = { start: 0, tokens: -1 };
  let first: Token | undefined;
  let count = 0;
  const close = () => {
    if (first && count > longest.tokens) longest = { start: first.start, tokens: count };
    first = undefined;
    count = 0;
  };
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    if (source[token.start] === ';') close();
    else {
      first ??= token;
      count += 1;
    }
  }
  close();
  const { start } = longest;
  const found = problemAt(
    'too-deep',
    'a statement is nested too deep or is too long to be parsed',
    text,
    { start, end: start + 1 },
    {
      detail: `The longest statement of the file starts on line ${where.at(start).line} and has ${longest.tokens} words and signs.`,
      hint: 'Split it into several statements, or write a long chain of operators as a list: x IN (…), ARRAY[…], VALUES (…).',
    },
  );
  return new Failure(found, 'migration', { cause });
}

/** PostgreSQL repeats the rest of the file in some messages. */
function short(message: string): string {
  const near = / at or near "([\s\S]*)"$/.exec(message);
  const text = near?.[1];
  if (text === undefined) return message;
  const [line = ''] = text.split(/[\n\r]/);
  const cut = [...line].slice(0, 40).join('');
  return `${message.slice(0, near?.index)} at or near "${cut}${cut === text ? '' : '…'}"`;
}

const starters = new Set(
  'alter analyze begin call comment commit copy create delete do drop execute explain grant insert lock merge refresh reindex revoke select set truncate update vacuum values with'.split(
    ' ',
  ),
);

function hintFor(message: string, index: number, text: FailedText): string | undefined {
  const { source, tokens, where } = text;
  const at = (position: number) => {
    const token = tokens[position];
    return token ? source.slice(token.start, token.end) : '';
  };
  const near = at(index);
  const before = at(index - 1);
  const line = lineOf(source, tokens[index]?.start ?? source.length);
  if (/unterminated quoted string/.test(message)) return "Write an apostrophe inside a string twice: 'it''s'.";
  if (/unterminated dollar-quoted/.test(message))
    return 'Close it with the same mark that opened it, as in $$ … $$ or $body$ … $body$.';
  if (/unterminated/.test(message)) return 'Close it before the file ends.';
  if (/[‘’“”]/.test(near) || /[‘’“”]/.test(before)) return 'Replace the curly quotes: PostgreSQL reads only \' and ".';
  if (/\u00a0/.test(near) || /\u00a0/.test(before)) return 'Replace the no-break space (U+00A0) by a plain one.';
  if (/\{\{|\$\{|<%|\{%/.test(line))
    return 'It looks like a placeholder of a template: fill it in before the file becomes a migration.';
  if (near.startsWith('`')) return 'Backticks are MySQL\'s: write "name", or the bare name.';
  if (/^auto_increment$/i.test(near)) return "AUTO_INCREMENT is MySQL's: write GENERATED ALWAYS AS IDENTITY.";
  if (/^unsigned$/i.test(near)) return 'PostgreSQL has no unsigned types: add CHECK (column >= 0).';
  if (/^engine$/i.test(near)) return 'Leave out ENGINE=…: PostgreSQL has no storage engines to choose.';
  if (/^delimiter$/i.test(near)) return 'Leave out DELIMITER: write function bodies as $$ … $$.';
  if (/^duplicate$/i.test(near)) return 'Write INSERT … ON CONFLICT (columns) DO UPDATE SET ….';
  if (/^go$/i.test(near) && /^\s*go\s*$/i.test(line)) return "GO is SQL Server's: end each statement with a semicolon.";
  if (near === '#') return 'Write comments as -- or /* … */.';
  if (/^(if|not|exists)$/i.test(near) && /\b(constraint|type|domain|policy|trigger)\s+if\b/i.test(line)) {
    return 'PostgreSQL has no IF NOT EXISTS here: leave it out, or test the catalog in a DO block.';
  }
  if (
    before === ',' &&
    (near === ')' || near === ';' || near === '' || /^(from|where|order|group|returning)$/i.test(near))
  ) {
    const place = where.at(tokens[index - 1]?.start ?? 0);
    return `Remove the comma before it, in line ${place.line}.`;
  }
  return missingSemicolon(index, text);
}

/** A word that starts a statement, first on its line, behind text that is a whole statement by itself. */
function missingSemicolon(index: number, { source, tokens, where, parses }: FailedText): string | undefined {
  const code = tokens.slice(0, index + 1).filter(({ kind }) => kind !== 'comment');
  for (const candidate of code.slice(-3).reverse()) {
    const text = source.slice(candidate.start, candidate.end).toLowerCase();
    const lead =
      source
        .slice(0, candidate.start)
        .split(/[\n\r]/)
        .at(-1) ?? '';
    if (candidate.kind !== 'word' || !starters.has(text) || lead.trim() !== '') continue;
    const end = code.indexOf(candidate);
    const start = code.findLastIndex(
      (token, at) => at < end && source[token.start] === ';' && token.end - token.start === 1,
    );
    const from = code[start + 1];
    const last = code[end - 1];
    if (!from || !last || end - start < 2 || !parses(source.slice(from.start, last.end))) continue;
    return `End the statement before it, in line ${where.at(last.start).line}, with a semicolon.`;
  }
  return undefined;
}

function lineOf(source: string, offset: number): string {
  const from = Math.max(source.lastIndexOf('\n', offset - 1), source.lastIndexOf('\r', offset - 1)) + 1;
  const rest = source.slice(from).search(/[\n\r]/);
  return rest < 0 ? source.slice(from) : source.slice(from, from + rest);
}
