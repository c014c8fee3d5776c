// How does it read what is parked, and what was destroyed of it?
import type { ParkedObject, ParkedOutcome, PurgeOutcome } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import { columns } from './list.ts';
import { mark, type Page, paintOf } from './page.ts';
import { problemsText } from './problem.ts';
import { count, moment, size } from './quantity.ts';
import { printable } from './width.ts';

export function parkedText({ database, parked, problems }: ParkedOutcome, page: Page): string {
  const name = printable(database.name);
  if (parked.length === 0)
    return [problemsText(problems, page), closing(`Nothing is parked in ${name}.`, page)].filter(Boolean).join('\n\n');
  return [
    parkedList(parked, page),
    problemsText(problems, page),
    closing(`${sum(parked)} parked in ${name}; roadbook purge destroys what nobody needs any more.`, page),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** What it was, how much it is, who parked it when, and where it is now. */
export function parkedList(parked: readonly ParkedObject[], page: Page): string {
  const paint = paintOf(page);
  const lines = columns(
    parked.map((one) => [
      printable(one.object),
      count(one.rows, 'row'),
      size(one.bytes),
      paint.dim(`parked by ${printable(one.id)}, ${moment(one.parkedAt)}`),
    ]),
  );
  return lines
    .flatMap((line, index) => [line, paint.dim(`      ${printable(parked[index]?.relation ?? '')}`)])
    .join('\n');
}

export function purgeText({ database, purged, parked, problems }: PurgeOutcome, page: Page): string {
  const name = printable(database.name);
  const gone = columns(
    purged.map((one) => [mark(page, 'bad'), printable(one.object), count(one.rows, 'row'), size(one.bytes)]),
  ).join('\n');
  const left = parked.length === 0 ? 'nothing is parked any more' : `${sum(parked)} parked still`;
  const end =
    purged.length === 0
      ? closing(`Nothing was destroyed in ${name}: ${left}.`, page)
      : closing(`Destroyed ${sum(purged)} in ${name}; ${left}.`, page, 'good');
  return [gone, problemsText(problems, page), end].filter((block) => block !== '').join('\n\n');
}

/** `2 tables and columns, 1,234 rows, 3.4 MB`. */
export function sum(parked: readonly ParkedObject[]): string {
  const rows = parked.reduce((total, one) => total + one.rows, 0);
  const bytes = parked.reduce((total, one) => total + one.bytes, 0);
  return `${count(parked.length, 'object')} (${count(rows, 'row')}, ${size(bytes)})`;
}
