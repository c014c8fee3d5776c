// What is the same SQL, whatever its white space, comments and line endings?
import { createHash } from 'node:crypto';
import { isLocation, type SyntaxNode } from './syntax.ts';

/** JSON with sorted keys and without the locations: equal text means equal trees. */
export function canonical(tree: unknown): string {
  try {
    return byCalls(tree);
  } catch (error) {
    // A tree deeper than the call stack, such as a chain of thousands of operators.
    if (error instanceof RangeError) return byStack(tree);
    throw error;
  }
}

function byCalls(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index += 1) text += `${index > 0 ? ',' : ''}${byCalls(value[index])}`;
    return `${text}]`;
  }
  let text = '';
  for (const [field, inner] of fields(value)) text += `${text === '' ? '' : ','}"${field}":${byCalls(inner)}`;
  return `{${text}}`;
}

/** The names of the grammar's fields need no escaping. */
function fields(value: object): [string, unknown][] {
  const entries = Object.entries(value).filter(([field]) => !isLocation(field));
  return entries.length < 2 ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

function byStack(tree: unknown): string {
  const parts: string[] = [];
  const open: ({ readonly text: string } | { readonly value: unknown })[] = [{ value: tree }];
  for (let next = open.pop(); next; next = open.pop()) {
    if ('text' in next) {
      parts.push(next.text);
      continue;
    }
    const { value } = next;
    if (typeof value !== 'object' || value === null) {
      parts.push(JSON.stringify(value ?? null));
    } else if (Array.isArray(value)) {
      open.push({ text: ']' });
      for (let index = value.length - 1; index >= 0; index -= 1) {
        open.push({ value: value[index] });
        if (index > 0) open.push({ text: ',' });
      }
      parts.push('[');
    } else {
      const entries = fields(value);
      open.push({ text: '}' });
      for (let index = entries.length - 1; index >= 0; index -= 1) {
        const [field, inner] = entries[index] ?? ['', null];
        open.push({ value: inner }, { text: `${index > 0 ? ',' : ''}"${field}":` });
      }
      parts.push('{');
    }
  }
  return parts.join('');
}

export function sameTree(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** Which grammar made a tree: the major version of PostgreSQL it was taken from. */
export const checksumScheme = 'pg18';

/**
 * `pg18:` and SHA-256 over the trees. The text of literals and function bodies counts, since it is in the trees.
 * Checksums of different schemes say nothing about each other.
 */
export function checksum(statements: readonly { readonly node: SyntaxNode }[]): string {
  const hash = createHash('sha256');
  for (const { node } of statements) hash.update(canonical(node)).update('\n');
  return `${checksumScheme}:${hash.digest('hex')}`;
}

/** `pg18` of `pg18:…`. */
export function schemeOf(sum: string): string {
  return sum.slice(0, Math.max(0, sum.indexOf(':')));
}
