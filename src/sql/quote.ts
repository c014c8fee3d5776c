// How is a name or a text written in SQL so that it cannot be misread?
import { quotedWords } from './keywords.ts';

/**
 * As PostgreSQL's quote_ident: quotes only what needs them. A word that any of PostgreSQL 14 to 18 reserves is quoted,
 * so that the text holds on all of them.
 */
export function quoteIdentifier(name: string): string {
  refuseNul(name);
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !quotedWords.has(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

/** As PostgreSQL's quote_literal: right whatever standard_conforming_strings says. */
export function quoteLiteral(text: string): string {
  refuseNul(text);
  const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** PostgreSQL ends a text at a NUL: what follows would be lost without a word. */
function refuseNul(text: string): void {
  if (text.includes('\0')) throw new TypeError('a name or text for PostgreSQL cannot hold a NUL character');
}
