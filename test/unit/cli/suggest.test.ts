// Which word was probably meant?
import { expect, test } from 'vitest';
import { nearest } from '../../../src/cli/suggest.ts';

const verbs = ['apply', 'new', 'status', 'verify', 'help'];

test.each([
  ['aply', 'apply'],
  ['appyl', 'apply'],
  ['APPLY', 'apply'],
  ['stat', 'status'],
  ['statsu', 'status'],
  ['verfiy', 'verify'],
  ['nwe', 'new'],
  ['n', undefined],
  ['deploy', undefined],
  ['', undefined],
])('%s: %s', (word, meant) => expect(nearest(word, verbs)).toBe(meant));

test('two that begin alike are no answer, the nearer of two is', () => {
  expect(nearest('no', ['no-color', 'no-cache'])).toBe(undefined);
  expect(nearest('no-colr', ['no-cache', 'no-color'])).toBe('no-color');
});
