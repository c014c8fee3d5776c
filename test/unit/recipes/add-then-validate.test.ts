// In which order is a constraint added, validated, used and taken away again?
import { expect, test } from 'vitest';
import { addThenValidate, proveFirst } from '../../../src/recipes/add-then-validate.ts';

const proof = (name: string) => ({
  add: `add ${name}`,
  validate: `validate ${name}`,
  drop: `drop ${name}`,
  refuses: 'new NULLs',
});

test('what is added is committed before the rows are read, and reading has a stage of its own', () => {
  const drafts = addThenValidate({ add: 'add', validate: 'validate' });
  expect(drafts.map(({ steps }) => steps.map(({ sql }) => sql))).toEqual([['add'], ['validate']]);
  expect(drafts.map(({ commits, alone }) => ({ commits, alone }))).toEqual([
    { commits: true, alone: undefined },
    { commits: undefined, alone: true },
  ]);
});

test('all proofs are added before one is validated, and go in the transaction that they were for', () => {
  const drafts = proveFirst([proof('a'), proof('b')], [{ sql: 'attach', does: 'attach it' }]);
  expect(drafts.map(({ steps }) => steps.map(({ sql }) => sql))).toEqual([
    ['add a'],
    ['add b'],
    ['validate a'],
    ['validate b'],
    ['attach', 'drop a', 'drop b'],
  ]);
});

test('without a proof only what it was for is left', () => {
  const drafts = proveFirst([], [{ sql: 'attach', does: 'attach it' }]);
  expect(drafts).toEqual([{ stage: 'transaction', steps: [{ sql: 'attach', does: 'attach it' }] }]);
});
