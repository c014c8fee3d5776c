// Who tells on stderr what is happening, without getting in the way of what stays there?
import type { OnEvent } from '../model/event.ts';
import type { Page } from '../report/prose/page.ts';
import { lastingLine, movingLine, progressLine, stayedLine } from './lines.ts';
import { advance, notBegun, type Progress } from './progress.ts';

export interface Narrator {
  readonly onEvent: OnEvent;
  /** A line that stays, above the one that moves. */
  readonly say: (line: string) => void;
  /** Takes the moving line away and stops the clock. */
  readonly end: () => void;
  /** After a failure: what the run had done before. */
  readonly stayed: () => string | undefined;
}

export interface Surroundings {
  readonly write: (text: string) => void;
  /** Asked for at every line, since a terminal's width changes. */
  readonly page: () => Page;
  /** A terminal, where a line can be drawn over. */
  readonly moving: boolean;
  readonly quiet: boolean;
  readonly now: () => number;
  /** Calls back every so many milliseconds; returns how to stop. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

const redrawMs = 100;
const plainMs = 4000;
/** A run shorter than this shows no progress at all. */
const patienceMs = 400;

export function createNarrator({ write, page, moving, quiet, now, every }: Surroundings): Narrator {
  let progress: Progress = notBegun;
  let drawn = '';
  let said = '';
  let stop: (() => void) | undefined;
  let firstMs: number | undefined;

  const erase = () => {
    if (drawn !== '') write('\r\x1b[K');
    drawn = '';
  };
  const redraw = () => {
    if (now() - (firstMs ?? now()) < patienceMs) return;
    const line = movingLine(progress, now(), page());
    if (line === drawn) return;
    write(line === '' ? '\r\x1b[K' : `\r${line}\x1b[K`);
    drawn = line;
  };
  const sayPlainly = () => {
    const line = progressLine(progress, now());
    if (line !== '' && line !== said) write(`${line}\n`);
    said = line;
  };
  const say = (line: string) => {
    if (quiet) return;
    erase();
    write(`${line}\n`);
  };
  const start = () => {
    firstMs ??= now();
    stop ??= every(moving ? redrawMs : plainMs, moving ? redraw : sayPlainly);
  };

  return {
    say,
    onEvent: (event) => {
      const before = progress.activity.kind;
      progress = advance(progress, event, now());
      if (quiet) return;
      start();
      const lasting = lastingLine(event, page());
      if (lasting !== undefined) say(lasting);
      const { kind } = progress.activity;
      const waits = kind === 'blocked' || kind === 'queueing';
      // In a pipe who waits is told at once, the rest when the clock ticks.
      if (!moving && waits && kind !== before) sayPlainly();
    },
    end: () => {
      erase();
      stop?.();
      stop = undefined;
    },
    stayed: () => stayedLine(progress),
  };
}
