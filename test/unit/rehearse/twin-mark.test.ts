// Which databases does a sweep drop, and which does it leave alone?
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { leftovers, ownMark, templateName, twinName } from '../../../src/rehearse/twin-mark.ts';

const now = Date.now();
const old = (ms: number) => new Date(now - ms).toISOString();
const hour = 3_600_000;
const twin = (name: string, mark: object | null, sessions = 0) => ({
  name,
  comment: mark === null ? null : JSON.stringify(mark),
  sessions,
});
const named = (age: number, word: string) => `roadbook_twin_${(now - age).toString(36)}_${word}`;

test('twins of processes that are gone, and of other machines when nobody is in them any more', () => {
  const gone = { ...ownMark(), pid: 4_194_303, process: '' };
  const elsewhere = { ...ownMark(), host: `not ${hostname()}` };
  const found = [
    twin(twinName(), ownMark()),
    twin(named(0, 'a'), gone),
    // The process id is used again by another process.
    twin(named(0, 'b'), { ...ownMark(), process: 'before:1' }),
    twin(named(48 * hour, 'c'), { ...elsewhere, started: old(48 * hour) }),
    twin(named(48 * hour, 'd'), { ...elsewhere, started: old(48 * hour) }, 1),
    twin(named(hour, 'e'), { ...elsewhere, started: old(hour) }),
    // Killed before it could write its comment.
    twin(named(2 * hour, 'f'), null),
    twin(named(0, 'g'), null),
    twin(named(2 * hour, 'h'), null, 1),
  ];
  expect(leftovers(found, now)).toEqual([1, 2, 3, 6].map((index) => found[index]?.name));
});

test('templates that nobody has used for a week, and all but the five used last', () => {
  const template = (word: string, age: number) =>
    twin(`roadbook_template_${word}`, { roadbook: 'template', used: old(age) });
  const five = ['a', 'b', 'c', 'd', 'e'].map((word, index) => template(word, index * hour));
  expect(leftovers(five, now)).toEqual([]);
  expect(leftovers([template('f', 9 * hour), ...five], now)).toEqual(['roadbook_template_f']);
  expect(leftovers([template('f', 8 * 24 * hour)], now)).toEqual(['roadbook_template_f']);
  expect(templateName(['a', 'b'])).not.toBe(templateName(['ab']));
  expect(templateName(['a'])).toMatch(/^roadbook_template_[0-9a-f]{24}$/);
});

test('a name that the user has chosen is never dropped', () => {
  const theirs = [twin('roadbook_twin', null), twin('roadbook_twins_of_mine', null), twin('roadbook', null)];
  expect(leftovers(theirs, now)).toEqual([]);
});
