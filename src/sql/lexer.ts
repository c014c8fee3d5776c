// Which words, strings and comments is an SQL text made of? (by PostgreSQL's lexical rules, without loading its parser)

export type TokenKind =
  | 'comment'
  | 'string'
  | 'identifier'
  | 'word'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'backslash'
  | 'other';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** A quote or comment that the text ends in. */
  readonly unterminated?: true;
}

const whiteSpace = /[ \t\n\r\f\v]+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\u0080-\uffff][A-Za-z_\u0080-\uffff0-9$]*/y;
const number =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)/y;
const parameter = /\$[0-9]+/y;
const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z_\u0080-\uffff0-9]*)?\$/y;
const operator = /[~!@#^&|`?+\-*/%<>=]+/y;
const stringPrefix = /(?:[eEbBxXnN]|[uU]&)?'/y;
const identifierPrefix = /(?:[uU]&)?"/y;
/** Offset behind what the pattern matches at `at`, or -1. */
function match(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : -1;
}

/** All tokens of the text, white space left out, comments included. A byte order mark at the start is passed over. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = source.startsWith('\ufeff') ? 1 : 0;
  while (at < source.length) {
    const skipped = match(whiteSpace, source, at);
    if (skipped > 0) {
      at = skipped;
      continue;
    }
    const token = next(source, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function next(source: string, start: number): Token {
  const token = (kind: TokenKind, end: number): Token => ({ kind, start, end });
  const unterminated = (kind: TokenKind): Token => ({ kind, start, end: source.length, unterminated: true });
  const first = source.charAt(start);
  if (first === '-' && source.startsWith('--', start)) return token('comment', match(lineComment, source, start));
  if (first === '/' && source.startsWith('/*', start)) {
    const end = blockCommentEnd(source, start);
    return end < 0 ? unterminated('comment') : token('comment', end);
  }
  const inString = match(stringPrefix, source, start);
  if (inString > 0) {
    const end = stringEnd(source, inString, first === 'e' || first === 'E');
    return end < 0 ? unterminated('string') : token('string', end);
  }
  const inIdentifier = match(identifierPrefix, source, start);
  if (inIdentifier > 0) {
    const end = quoteEnd(source, inIdentifier, '"');
    return end < 0 ? unterminated('identifier') : token('identifier', end);
  }
  const wordEnd = match(word, source, start);
  if (wordEnd > 0) return token('word', wordEnd);
  if (first === '$') {
    const body = match(dollarQuote, source, start);
    if (body > 0) {
      const mark = source.slice(start, body);
      const end = source.indexOf(mark, body);
      return end < 0 ? unterminated('string') : token('string', end + mark.length);
    }
    const parameterEnd = match(parameter, source, start);
    return parameterEnd > 0 ? token('parameter', parameterEnd) : token('other', start + 1);
  }
  const numberEnd = match(number, source, start);
  if (numberEnd > 0) return token('number', numberEnd);
  const operatorEnd = match(operator, source, start);
  if (operatorEnd > 0) {
    // A comment may start in the middle of what looks like an operator.
    const inside = source.slice(start, operatorEnd).search(/--|\/\*/);
    return token('operator', inside > 0 ? start + inside : operatorEnd);
  }
  if (first === '\\') return token('backslash', start + 1);
  if (first === ':' && /[:=]/.test(source.charAt(start + 1))) return token('other', start + 2);
  return token('other', start + 1);
}

function blockCommentEnd(source: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  let depth = 1;
  for (let found = mark.exec(source); found; found = mark.exec(source)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return -1;
}

/** Offset behind the closing quote; a doubled one is part of the text, and so is what stands behind a backslash that escapes. */
function quoteEnd(source: string, bodyStart: number, quote: '"' | "'", escapes = false): number {
  const stop = new RegExp(escapes ? `[${quote}\\\\]` : quote, 'g');
  stop.lastIndex = bodyStart;
  while (stop.test(source)) {
    const at = stop.lastIndex - 1;
    if (source[at] === quote && source[at + 1] !== quote) return at + 1;
    stop.lastIndex = at + 2;
  }
  return -1;
}

/** A string goes on in the next quotes where only white space with a line break, and comments, lie between. */
function stringEnd(source: string, bodyStart: number, escapes: boolean): number {
  let end = quoteEnd(source, bodyStart, "'", escapes);
  for (let more = end; more > 0; ) {
    more = continuation(source, end);
    if (more > 0) end = quoteEnd(source, more, "'", escapes);
    if (end < 0) return -1;
  }
  return end;
}

/** Offset behind the quote that a string goes on with, or -1. */
function continuation(source: string, end: number): number {
  let at = end;
  let lineBreak = false;
  for (;;) {
    const space = match(whiteSpace, source, at);
    if (space > 0) {
      lineBreak ||= /[\n\r]/.test(source.slice(at, space));
      at = space;
    } else if (source.startsWith('--', at)) {
      at = match(lineComment, source, at);
    } else {
      return lineBreak && source[at] === "'" ? at + 1 : -1;
    }
  }
}
