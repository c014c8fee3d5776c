// What is the same SQL, whatever its white space, comments and line endings?
import { createHash } from 'node:crypto';
import { isLocation, type SyntaxNode } from './syntax.ts';

/**
 * JSON with sorted keys and without the locations: equal text means equal trees.
 * Keeps its own stack, since trees can be deeper than the call stack.
 */
export function canonical(tree: unknown): string {
  let text = '';
  // What is still to be written, and the text that goes before each; undefined is only that text.
  const open: unknown[] = [tree ?? null];
  const leads: string[] = [''];
  while (open.length > 0) {
    const value = open.pop();
    text += leads.pop();
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      open.push(undefined);
      leads.push(']');
      for (let index = value.length - 1; index >= 0; index -= 1) {
        open.push(value[index] ?? null);
        leads.push(index > 0 ? ',' : '');
      }
      text += '[';
    } else if (isFields(value)) {
      const fields = Object.keys(value).sort();
      const first = fields.find((field) => !isLocation(field));
      open.push(undefined);
      leads.push('}');
      for (let index = fields.length - 1; index >= 0; index -= 1) {
        const field = fields[index] ?? '';
        if (isLocation(field)) continue;
        open.push(value[field] ?? null);
        leads.push(`${field === first ? '' : ','}"${field}":`);
      }
      text += '{';
    } else {
      text += JSON.stringify(value);
    }
  }
  return text;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
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
