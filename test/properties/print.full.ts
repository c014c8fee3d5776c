import { test } from 'vitest';
import { checkParts, checkStatements } from './sql-text/check.ts';

test('a statement is printed as the same tree, or not at all, many times', { timeout: 300_000 }, () => {
  checkStatements({ runs: 20_000, unprinted: 0.2 });
});

test('a part of a statement is printed as the same tree, or not at all, many times', { timeout: 300_000 }, () => {
  checkParts({ runs: 20_000, unprinted: 0.15 });
});
