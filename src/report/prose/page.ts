// What does the page look like that text is written on: how wide, with colour, with signs beyond ASCII?
import { relative } from 'node:path';
import pc from 'picocolors';

export interface Page {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  /** The terminal shows UTF-8, so a tick is a tick. */
  readonly unicode: boolean;
  /** Every line of a long list, and more detail. */
  readonly verbose: boolean;
  /** Paths below this folder are shown relative to it. */
  readonly directory: string;
}

export type Paint = ReturnType<typeof pc.createColors>;

/** What a log file gets. */
export const plainPage: Page = Object.freeze({
  width: 100,
  colour: false,
  unicode: false,
  verbose: false,
  directory: '',
});

const coloured = pc.createColors(true);
const plain = pc.createColors(false);

export function paintOf(page: Page): Paint {
  return page.colour ? coloured : plain;
}

export type Mark = 'good' | 'bad' | 'open';

/** One column that says how a thing went, or a word where the terminal has no sign for it. */
export function mark(page: Page, which: Mark): string {
  const paint = paintOf(page);
  if (which === 'good') return paint.green(page.unicode ? '✓' : 'ok');
  if (which === 'bad') return paint.red(page.unicode ? '✗' : '!!');
  return paint.yellow(page.unicode ? '·' : '--');
}

export function shownPath(page: Page, path: string): string {
  if (!page.directory || !path.startsWith('/')) return path;
  const near = relative(page.directory, path);
  return near.startsWith('..') || near === '' ? path : near;
}
