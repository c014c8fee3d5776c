// Does what was printed come back as the same tree, and how often is nothing printed?

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import { loadParser, loadPrinter, type SyntaxNode, walk } from '../../../src/sql/index.ts';
import { type Part, parts, statements } from './index.ts';

const parser = await loadParser();
const print = await loadPrinter();

function tree(sql: string): SyntaxNode {
  const found = parser.split(sql, 'generated.sql').statements;
  expect(found.length, sql).toBe(1);
  const node = found[0]?.node;
  if (!node) throw new Error(`no statement: ${sql}`);
  return node;
}

/** Compares in another way than the printer itself does: with the places taken out of both. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (field, inner: unknown) =>
    /(^|_)(location|start|end|len)$/.test(field) && typeof inner === 'number' ? undefined : inner,
  );
}

function expectSame(printed: string, within: (text: string) => string, original: string): void {
  const same = isDeepStrictEqual(withoutPlaces(tree(within(printed))), withoutPlaces(tree(within(original))));
  expect(same, `${original}\n  was printed as\n${printed}`).toBe(true);
}

function partIn(sql: string, { kind }: Part): SyntaxNode {
  const root = tree(sql);
  if (kind === '') {
    const condition = 'SelectStmt' in root ? root.SelectStmt.whereClause : undefined;
    if (!condition) throw new Error(`no condition: ${sql}`);
    return condition;
  }
  const found: SyntaxNode[] = [];
  walk(root, (at, fields) => {
    if (at === kind) found.push(JSON.parse(JSON.stringify({ [at]: fields })));
    return found.length === 0;
  });
  const [first] = found;
  if (!first) throw new Error(`no ${kind}: ${sql}`);
  return first;
}

interface Share {
  readonly runs: number;
  /** So many of them may be printed as nothing, at most. */
  readonly unprinted: number;
}

export function checkStatements({ runs, unprinted }: Share): void {
  let [asked, nothing] = [0, 0];
  fc.assert(
    fc.property(statements, (sql) => {
      asked += 1;
      const printed = print(tree(sql));
      if (printed === null) nothing += 1;
      else expectSame(printed, (text) => text, sql);
    }),
    { numRuns: runs },
  );
  expect(nothing / asked).toBeLessThan(unprinted);
}

export function checkParts({ runs, unprinted }: Share): void {
  let [asked, nothing] = [0, 0];
  fc.assert(
    fc.property(parts, (part) => {
      asked += 1;
      const printed = print(partIn(part.within(part.text), part));
      if (printed === null) nothing += 1;
      else expectSame(printed, part.within, part.text);
    }),
    { numRuns: runs },
  );
  expect(nothing / asked).toBeLessThan(unprinted);
}
