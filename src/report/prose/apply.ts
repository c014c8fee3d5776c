// How does it read what a run applied, or what a new migration file is?
import type { ApplyOutcome, NewOutcome } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import { columns, ending } from './list.ts';
import { mark, type Page, paintOf, shownPath } from './page.ts';
import { problemsText } from './problem.ts';
import { count, duration, grouped } from './quantity.ts';
import { printable } from './width.ts';

const recent = 20;

export function applyText(outcome: ApplyOutcome, page: Page): string {
  const blocks = [appliedLines(outcome, page), problemsText(outcome.problems, page), conclusion(outcome, page)];
  return blocks.filter((block) => block !== '').join('\n\n');
}

export function newText(outcome: NewOutcome, page: Page): string {
  return `Created ${printable(shownPath(page, outcome.path))}`;
}

function appliedLines(outcome: ApplyOutcome, page: Page): string {
  const paint = paintOf(page);
  const { hidden, shown } = ending(outcome.applied, page.verbose ? Number.POSITIVE_INFINITY : recent);
  const rows = shown.map((run) => [
    mark(page, run.verdict === 'failed' ? 'bad' : 'good'),
    printable(run.id),
    paint.dim(
      `${duration(run.durationMs)}${run.retries > 0 ? `, after ${count(run.retries, 'retry', 'retries')}` : ''}`,
    ),
  ]);
  const earlier = hidden === 0 ? [] : [paint.dim(`  ${grouped(hidden)} before these`)];
  return [...earlier, ...columns(rows)].join('\n');
}

function conclusion(outcome: ApplyOutcome, page: Page): string {
  const name = printable(outcome.database.name);
  const total = outcome.applied.reduce((sum, run) => sum + run.durationMs, 0);
  const done = outcome.applied.length;
  const applied = `${done === 0 ? 'Nothing applied' : `Applied ${count(done, 'migration')}`} to ${name}`;
  if (outcome.verdict === 'failed') return closing(`${applied}. Verifying failed.`, page, 'bad');
  if (done === 0) return closing(`Nothing to apply: ${name} is up to date.`, page);
  return closing(`${applied} in ${duration(total)}, verified.`, page, 'good');
}
