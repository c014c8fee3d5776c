// How is somebody else's query shown without their data?
import { lex } from './lexer.ts';

/** The source with a star for each character inside the strings of these spans; what stands where stays as it is. */
export function maskedStrings(
  source: string,
  spans: readonly { readonly start: number; readonly end: number }[],
): string {
  return spans.reduce((text, { start, end }) => {
    const strings = lex(text.slice(start, end)).filter(({ kind }) => kind === 'string');
    return strings.reduce((masked, token) => {
      const [from, to] = [start + token.start, start + token.end];
      return masked.slice(0, from) + masked.slice(from, to).replace(/[^\r\n]/g, '*') + masked.slice(to);
    }, text);
  }, source);
}

const passwords = [
  /(?<=\bpassword\s+(?:e|u&)?')(?:[^']|'')*/gi,
  /(?<=\bpassword\s+)\$(\w*)\$.*?(?:\$\1\$|$)/gi,
  /(?<='[^']*\bpassword\s*=\s*)[^\s'"&;]+/gi,
  /(?<=:\/\/[^/\s:@']*:)[^@\s'/]+(?=@)/g,
];

/** A line of anybody's SQL with a star for each character of what is surely a password; what stands where stays as it is. */
export function withoutPasswords(line: string): string {
  return passwords.reduce((text, pattern) => text.replace(pattern, (secret) => '*'.repeat(secret.length)), line);
}

/** The query with `$n` for each literal and without comments. Works on text cut off anywhere, as pg_stat_activity gives it. */
export function withoutLiterals(sql: string): string {
  const tokens = lex(sql);
  let number = tokens
    .filter(({ kind }) => kind === 'parameter')
    .reduce((highest, { start, end }) => Math.max(highest, Number(sql.slice(start + 1, end))), 0);
  let text = '';
  let at = 0;
  for (const { kind, start, end } of tokens) {
    text += sql.slice(at, start);
    if (kind === 'string' || kind === 'number') {
      number += 1;
      text += `$${number}`;
    } else if (kind !== 'comment') text += sql.slice(start, end);
    at = end;
  }
  return text.trim();
}
