// What a program reads.
import { expect, test } from 'vitest';
import json from '../../../src/report/json.ts';
import { plainPage } from '../../../src/report/prose/page.ts';
import { current, database, failedVerify, run, undefinedColumn } from './samples.ts';

test('a status has the fields of the contract, and how the process ends', () => {
  expect(JSON.parse(json.render({ kind: 'status', outcome: current }, 3, plainPage))).toEqual({
    ...current,
    exitCode: 3,
  });
});

test('what was applied', () => {
  const outcome = { database, applied: [run(1)], verdict: 'verified', problems: [] } as const;
  expect(JSON.parse(json.render({ kind: 'apply', outcome }, 0, plainPage))).toEqual({ ...outcome, exitCode: 0 });
});

test('a verdict, with evidence that JSON has no type for', () => {
  const document = JSON.parse(json.render({ kind: 'verify', outcome: failedVerify }, 4, plainPage));
  expect(document).toMatchObject({ verdict: 'failed', catalog: 'differs', exitCode: 4 });
  expect(document.assertions[1].evidence[1].id).toBe('2');
});

test('a document of every kind has problems', () => {
  expect(JSON.parse(json.render({ kind: 'new', outcome: { id: 'x', path: '/x.sql' } }, 0, plainPage))).toEqual({
    id: 'x',
    path: '/x.sql',
    problems: [],
    exitCode: 0,
  });
  expect(JSON.parse(json.render({ kind: 'problems', problems: [undefinedColumn] }, 1, plainPage))).toEqual({
    problems: [undefinedColumn],
    exitCode: 1,
  });
});
