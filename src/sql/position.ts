// Where in the file is this, for a machine (offsets) and for a person (line, column, the line with a caret)?
import type { Place } from '../model/problem.ts';
import { withoutPasswords } from './redact.ts';

export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/**
 * Converts positions in one text. Lines end with LF, CRLF or a lone CR. Columns count characters (code points) from 1;
 * a tab is one character, a byte order mark at the start is none. Asking in ascending order is fast, any order works.
 */
export interface Positions {
  /** Line and column of an offset in UTF-16 units. */
  at(offset: number): LineColumn;
  place(file: string, offset: number): Place;
  /** UTF-16 offset of a byte offset in the text's UTF-8 form (byte order mark not counted). */
  fromByte(byte: number): number;
  /** UTF-16 offset of a code point offset (byte order mark not counted). */
  fromCharacter(character: number): number;
  /** The other way round. */
  toByte(offset: number): number;
}

const byteOrderMark = '\ufeff';

export function hasByteOrderMark(source: string): boolean {
  return source.startsWith(byteOrderMark);
}

export function positions(source: string): Positions {
  const start = hasByteOrderMark(source) ? 1 : 0;
  const places = cursor(source, start);
  const bytes = counter(source, start, bytesOf);
  const characters = counter(source, start, () => 1);
  return {
    at: places,
    place: (file, offset) => ({ file, ...places(offset) }),
    fromByte: bytes.offsetOf,
    toByte: bytes.countAt,
    fromCharacter: characters.offsetOf,
  };
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

function cursor(source: string, start: number): (offset: number) => LineColumn {
  let offset = start;
  let line = 1;
  let column = 1;
  return (target) => {
    if (target < offset) {
      offset = start;
      line = 1;
      column = 1;
    }
    while (offset < target && offset < source.length) {
      const code = source.codePointAt(offset) ?? 0;
      offset += code > 0xffff ? 2 : 1;
      const endsLine = code === 0x0a || (code === 0x0d && source.charCodeAt(offset) !== 0x0a);
      line += endsLine ? 1 : 0;
      column = endsLine ? 1 : column + 1;
    }
    return { line, column };
  };
}

function counter(source: string, start: number, weigh: (codePoint: number) => number) {
  let offset = start;
  let count = 0;
  const advance = (done: () => boolean) => {
    while (!done() && offset < source.length) {
      const code = source.codePointAt(offset) ?? 0;
      offset += code > 0xffff ? 2 : 1;
      count += weigh(code);
    }
  };
  const restart = () => {
    offset = start;
    count = 0;
  };
  return {
    offsetOf(target: number): number {
      if (target < count) restart();
      advance(() => count >= target);
      return offset;
    },
    countAt(target: number): number {
      if (target < offset) restart();
      advance(() => offset >= target);
      return count;
    },
  };
}

const widest = 120;

/** The line of a place with the line before it, their numbers, and carets under `length` characters. */
export function codeFrame(source: string, place: LineColumn, length = 1): string {
  const lines = source.replace(byteOrderMark, '').split(/\r\n|\n|\r/);
  const line = (index: number) => [...withoutPasswords(lines[index] ?? '')];
  const last = Math.min(place.line, lines.length);
  const width = `${last}`.length;
  const before = last > 1 ? [[last - 1, visible(line(last - 2))] as const] : [];
  const characters = line(last - 1);
  // A long line is shown around the place.
  const from = characters.length > widest ? Math.max(0, place.column - 1 - widest / 2) : 0;
  const shown = characters.slice(from, from + widest);
  const lead = from > 0 ? '…' : '';
  const column = Math.min(Math.max(place.column - 1 - from, 0), shown.length);
  const indent = shown.slice(0, column).map((character) => (character === '\t' ? '\t' : ' '));
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - column)));
  const rows = [...before, [last, lead + visible(shown) + (from + widest < characters.length ? '…' : '')] as const];
  return [
    ...rows.map(([number, text]) => `${`${number}`.padStart(width)} | ${text}`.trimEnd()),
    `${' '.repeat(width)} | ${lead && ' '}${indent.join('')}${carets}`,
  ].join('\n');
}

/** Control characters as pictures, so that a file cannot send commands to a terminal. */
function visible(characters: readonly string[]): string {
  return characters
    .slice(0, widest)
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code === 9) return character;
      if (code < 32) return String.fromCodePoint(0x2400 + code);
      return (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
        ? '\ufffd'
        : character;
    })
    .join('');
}
