// What a stream can show.
import { describe, expect, test } from 'vitest';
import { canMove, type Environment, type Output, pageFor, writer } from '../../../src/cli/terminal.ts';

const stream = (more: Partial<Output>): Output => ({ write: () => true, on: () => undefined, ...more });
const terminal = stream({ isTTY: true, columns: 80 });
const pipe = stream({});
const wishes = { noColour: false, verbose: false, directory: '/' };
const utf8: Environment = { LANG: 'en_GB.UTF-8', TERM: 'xterm-256color' };

describe('colour and motion', () => {
  test.each<[string, Output, Environment, boolean, boolean, boolean]>([
    ['a terminal', terminal, utf8, false, true, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false, false, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, false, false, false],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, false, true, true],
    ['--no-color', terminal, utf8, true, false, false],
    ['a pipe', pipe, utf8, false, false, false],
    ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, false, true, false],
    ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false, false, true],
  ])('%s', (_name, output, env, noColour, colour, motion) => {
    expect(pageFor(output, env, { ...wishes, noColour }).colour).toBe(colour);
    expect(canMove(output, env, noColour)).toBe(motion);
  });
});

describe('signs beyond ASCII', () => {
  test.each<[string, Output, Environment, boolean]>([
    ['a UTF-8 terminal', terminal, utf8, true],
    ['LC_ALL wins', terminal, { ...utf8, LC_ALL: 'C' }, false],
    ['no locale', terminal, {}, false],
    ['the console of Linux', terminal, { ...utf8, TERM: 'linux' }, false],
    ['Windows Terminal', terminal, { WT_SESSION: 'x' }, true],
    ['a pipe', pipe, utf8, false],
  ])('%s', (_name, output, env, unicode) => expect(pageFor(output, env, wishes).unicode).toBe(unicode));
});

test.each([
  [200, 100],
  [80, 80],
  [10, 40],
  [0, 80],
])('a terminal of %i columns is written %i wide', (columns, width) => {
  expect(pageFor(stream({ isTTY: true, columns }), {}, wishes).width).toBe(width);
});

test('a stream that broke is written to no more, and never waited for', async () => {
  const written: string[] = [];
  let fail: (error: Error) => void = () => {};
  const { write, flushed } = writer({
    write: (text, done) => {
      written.push(text);
      done?.();
      return true;
    },
    on: (_event, listener) => {
      fail = listener;
    },
  });
  write('a');
  fail(new Error('EPIPE'));
  write('b');
  await flushed();
  expect(written).toEqual(['a']);
});
