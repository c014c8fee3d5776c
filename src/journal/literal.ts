// How is a value of the journal written as SQL, free of secrets and of what PostgreSQL cannot store?
import { redact } from '../database/redact.ts';
import { quoteLiteral } from '../sql/quote.ts';

// Where SQL itself carries a password: CREATE ROLE … PASSWORD '…', OPTIONS (password '…'), a dollar-quoted one too.
const passwords = /(\bpass(?:word|wd)?"?\s+)(?:[eu]&?)?(?:'(?:[^'\\]|\\[\s\S]|'')*'|\$(\w*)\$[\s\S]*?\$\2\$)/gi;

/** The text without passwords, NUL characters and halves of surrogate pairs. */
export function clean(text: string): string {
  const storable = text
    .replace(/\0/g, '\uFFFD')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  return redact(storable.replace(passwords, "$1'****'"));
}

export function textLiteral(text: string | null | undefined): string {
  return text === null || text === undefined ? 'NULL' : quoteLiteral(clean(text));
}

export function numberLiteral(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number for the journal: ${value}`);
  return String(value);
}

/** As a jsonb literal; every text in it is cleaned. */
export function jsonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const json = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? clean(part) : typeof part === 'bigint' ? `${part}` : part,
  );
  return json === undefined ? 'NULL' : `${quoteLiteral(json)}::jsonb`;
}
