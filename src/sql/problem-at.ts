// How is a problem told that stands at a place in a text?
import { type Problem, problem } from '../model/problem.ts';
import { codeFrame, positions } from './position.ts';

export interface SourceText {
  readonly source: string;
  /** How the file is named to the user. */
  readonly file: string;
}

/** Offsets in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const mostCarets = 40;

/** With the line and column of its start, and the line with carets under it. */
export function problemAt(
  code: string,
  message: string,
  { source, file }: SourceText,
  { start, end }: Span,
  more: Omit<Partial<Problem>, 'code' | 'message' | 'where' | 'frame'> = {},
): Problem {
  const where = positions(source).place(file, start);
  const length = [...source.slice(start, Math.min(end, start + 2 * mostCarets))].length;
  return problem(code, message, { ...more, where, frame: codeFrame(source, where, Math.min(length, mostCarets)) });
}
