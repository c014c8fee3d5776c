// What can the terminal show, and does it show anything at all?
import type { Page } from '../report/prose/page.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** As much of a stream as we need, so that a test can hand in its own. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Wishes {
  readonly noColour: boolean;
  readonly verbose: boolean;
  readonly directory: string;
}

const widest = 100;
const narrowest = 40;

export function pageFor(output: Output, env: Environment, wishes: Wishes): Page {
  const isTerminal = output.isTTY === true;
  return {
    width: isTerminal ? Math.max(narrowest, Math.min(output.columns || 80, widest)) : widest,
    colour: hasColour(isTerminal, env, wishes.noColour),
    unicode: isTerminal && showsUnicode(env),
    verbose: wishes.verbose,
    directory: wishes.directory,
  };
}

/** --no-color and NO_COLOR win over FORCE_COLOR, which wins over what the stream is. */
function hasColour(isTerminal: boolean, env: Environment, refused: boolean): boolean {
  if (refused || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '')
    return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

/** A line that is drawn over needs a terminal that can, and nobody who asked for plain output. */
export function canMove(output: Output, env: Environment, refused: boolean): boolean {
  return output.isTTY === true && !refused && !env.NO_COLOR && env.TERM !== 'dumb';
}

function showsUnicode(env: Environment): boolean {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false;
  if (env.WT_SESSION || env.TERM_PROGRAM) return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** Writes to the end, also into a pipe that somebody closes: `roadbook apply | head` goes on applying. */
export function writer(output: Output): {
  readonly write: (text: string) => void;
  readonly flushed: () => Promise<void>;
} {
  let broken = false;
  let last: Promise<void> = Promise.resolve();
  output.on('error', () => {
    broken = true;
  });
  return {
    write: (text) => {
      if (broken) return;
      last = new Promise((resolve) => {
        output.write(text, () => resolve());
      });
    },
    flushed: () => last,
  };
}
