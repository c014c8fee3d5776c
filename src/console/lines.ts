// In which words is progress told: what, how far, how fast, how long yet, and who blocks it?
import type { RunEvent } from '../model/event.ts';
import { type Page, paintOf, shownPath } from '../report/prose/page.ts';
import { count, duration, grouped } from '../report/prose/quantity.ts';
import { cut, padEnd, printable, widthOf } from '../report/prose/width.ts';
import type { Progress } from './progress.ts';

/** The first moments of a run say nothing about its speed. */
const measurableMs = 1500;

/** One line for what is under way, or nothing. */
export function progressLine(progress: Progress, nowMs: number): string {
  const { activity, total } = progress;
  switch (activity.kind) {
    case 'idle':
      return progress.done > 0 && progress.done < total
        ? parts([`applied ${grouped(progress.done)} of ${grouped(total)}`, pace(progress, nowMs)])
        : '';
    case 'applying':
      return parts([
        `applying ${activity.id}`,
        place(activity.index, total),
        activity.stage === undefined ? '' : stageOf(activity.stage),
        activity.statement === undefined ? '' : phaseOf(activity.statement),
        activity.rows === undefined ? '' : rowsOf(activity.rows),
        activity.pausedFor === undefined ? '' : `waiting for ${activity.pausedFor}`,
        // With stages that take minutes each, migrations in a second say nothing.
        activity.stage === undefined ? pace(progress, nowMs) : '',
        since(activity.sinceMs, nowMs),
      ]);
    case 'blocked':
      return parts([
        `${activity.id} waits for a lock`,
        activity.blockers.length === 0 ? '' : `blocked by ${activity.blockers.join(', ')}`,
        since(activity.sinceMs, nowMs),
        attemptOf(activity, nowMs),
      ]);
    case 'queueing':
      return parts([`waiting for another run to end: ${activity.holder}`, since(activity.sinceMs, nowMs)]);
    case 'verifying':
    case 'rehearsing':
      return parts([`${activity.kind} ${activity.what}`, since(activity.sinceMs, nowMs)]);
  }
}

/** The line made to fit: a bar in front where there is something to measure, cut at the terminal's edge. */
export function movingLine(progress: Progress, nowMs: number, page: Page): string {
  const text = progressLine(progress, nowMs);
  if (text === '') return '';
  const paint = paintOf(page);
  const bar =
    progress.total > 1 && progress.activity.kind !== 'queueing'
      ? `${progressBar(progress.done / progress.total, page)} `
      : '';
  const fitted = cut(text, Math.max(page.width - 1 - widthOf(bar), 10), page.unicode ? '…' : '...');
  return `${paint.cyan(bar)}${progress.activity.kind === 'blocked' || progress.activity.kind === 'queueing' ? paint.yellow(fitted) : fitted}`;
}

/** What stays on the screen after the event, if anything. */
export function lastingLine(event: RunEvent, page: Page): string | undefined {
  const paint = paintOf(page);
  switch (event.type) {
    case 'server-started':
      return paint.dim(`Started PostgreSQL ${event.version} in ${printable(shownPath(page, event.directory))}`);
    case 'connected':
      return page.verbose
        ? paint.dim(`Connected to ${printable(event.database)}, PostgreSQL ${event.version}`)
        : undefined;
    case 'migration-done':
      return page.verbose ? paint.dim(`Applied ${printable(event.id)} in ${duration(event.durationMs)}`) : undefined;
    case 'purged':
      return page.verbose ? paint.dim(`Destroyed ${printable(event.object)}, ${count(event.rows, 'row')}`) : undefined;
    case 'transactions-ahead':
      return [
        `${paint.blue('note')}  ${printable(event.id)} ends only after ${event.sessions.length === 1 ? 'this transaction' : 'these transactions'}:`,
        ...event.sessions.map((session) => `      ${printable(session).replaceAll('\n', ' ')}`),
      ].join('\n');
    case 'migration-planned':
      return `${paint.blue('note')}  ${printable(event.id)} runs in ${count(event.stages, 'stage')}: ${lowered(event.because)}`;
    case 'reconnected':
      return `${paint.blue('note')}  the connection was lost; ${printable(event.id)} goes on through another one`;
    case 'server-notice':
      return [
        `${paint.blue('notice')}  ${printable(event.message)} ${paint.dim(`[${printable(event.id)}]`)}`,
        ...(event.detail === undefined
          ? []
          : printable(event.detail)
              .split('\n')
              .map((line) => `        ${paint.dim(line)}`)),
      ].join('\n');
    case 'problem': {
      const { severity, message, code } = event.problem;
      const colour = severity === 'error' ? paint.red : severity === 'warning' ? paint.yellow : paint.blue;
      return `${colour(severity)}  ${printable(message)} ${paint.dim(`[${code}]`)}`;
    }
    default:
      return undefined;
  }
}

/** Said when the run ended early: what is done stays done. */
export function stayedLine(progress: Progress): string | undefined {
  if (progress.done === 0) return undefined;
  return `${count(progress.done, 'migration')} applied before this ${progress.done === 1 ? 'stays' : 'stay'} applied.`;
}

/** `building index: scanning table, 45 % of 12,345 blocks`. */
function phaseOf({ phase, done, total, unit }: Extract<RunEvent, { type: 'statement-progress' }>): string {
  if (total <= 0) return phase;
  return unit === 'sessions'
    ? `${phase}, ${grouped(done)} of ${count(total, 'session')} ended`
    : `${phase}, ${Math.floor((100 * done) / total)} % of ${grouped(total)} ${unit}`;
}

/** `stage 3 of 7: build the index while the table is written`. */
function stageOf({ stage, stages, does }: Extract<RunEvent, { type: 'stage-started' }>): string {
  return `stage ${stage} of ${stages}: ${does}`;
}

/** `1,200,000 of about 5,000,000 rows, 48,000 a second, 1 min 20 s left`. */
function rowsOf({ done, total, perSecond, remainingMs }: Extract<RunEvent, { type: 'backfill-progress' }>): string {
  const rows = total === null ? `${grouped(done)} rows` : `${grouped(done)} of about ${grouped(total)} rows`;
  const left =
    remainingMs === null || remainingMs < 1000 ? '' : `, ${duration(Math.ceil(remainingMs / 1000) * 1000)} left`;
  return `${rows}, ${grouped(Math.round(perSecond))} a second${left}`;
}

/** A sentence behind a colon. */
function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;
}

function parts(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => printable(text).replaceAll('\n', ' '))
    .join(', ');
}

function attemptOf(
  { attempt, againAtMs }: { readonly attempt: number; readonly againAtMs: number },
  nowMs: number,
): string {
  if (againAtMs > nowMs) return `attempt ${attempt} in ${duration(againAtMs - nowMs)}`;
  return attempt > 1 ? `attempt ${attempt}` : '';
}

function place(index: number, total: number): string {
  return total > 1 ? `${grouped(index)} of ${grouped(total)}` : '';
}

function since(sinceMs: number, nowMs: number): string {
  return nowMs - sinceMs < measurableMs ? '' : `for ${duration(Math.floor((nowMs - sinceMs) / 1000) * 1000)}`;
}

function pace(progress: Progress, nowMs: number): string {
  if (progress.beganMs === null || progress.done === 0) return '';
  const passed = nowMs - progress.beganMs;
  if (passed < measurableMs) return '';
  const perSecond = (progress.done / passed) * 1000;
  const rate =
    perSecond >= 1
      ? `${perSecond >= 10 ? grouped(perSecond) : perSecond.toFixed(1)} per second`
      : `${duration(passed / progress.done)} each`;
  const left = Math.ceil((progress.total - progress.done) / perSecond) * 1000;
  return left > 0 ? `${rate}, ${duration(left)} left` : rate;
}

const barWidth = 16;

function progressBar(share: number, page: Page): string {
  const filled = Math.max(0, Math.min(barWidth, Math.floor(share * barWidth)));
  if (page.unicode) return padEnd('━'.repeat(filled), barWidth).replaceAll(' ', '╌');
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}
