// How does a database's status read?
import type { Status } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import { columns, ending } from './list.ts';
import { mark, type Page, paintOf } from './page.ts';
import { problemsText } from './problem.ts';
import { count, duration, grouped, moment, size } from './quantity.ts';
import { printable } from './width.ts';

const recent = 10;

export function statusText(status: Status, page: Page): string {
  const blocks = [
    databaseLine(status, page),
    migrationLines(status, page),
    parkedLines(status, page),
    unmappedLines(status, page),
    problemsText([...status.problems, ...status.drift], page),
    closing(conclusion(status), page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function databaseLine({ database }: Status, page: Page): string {
  const paint = paintOf(page);
  return `${paint.bold(printable(database.name))}  ${paint.dim(`PostgreSQL ${database.version}${database.embedded ? ', embedded' : ''}`)}`;
}

function migrationLines(status: Status, page: Page): string {
  const paint = paintOf(page);
  const { hidden, shown } = ending(status.applied, page.verbose ? Number.POSITIVE_INFINITY : recent);
  const applied = shown.map((one) => [
    mark(page, one.verdict === 'failed' ? 'bad' : 'good'),
    printable(one.id),
    paint.dim(
      `${moment(one.appliedAt)}, took ${duration(one.durationMs)}${one.verdict === 'failed' ? ', verifying failed' : ''}`,
    ),
  ]);
  const { interrupted } = status;
  const stopped = interrupted
    ? [
        [
          mark(page, 'bad'),
          printable(interrupted.id),
          paint.red(`stopped in stage ${interrupted.stage} of ${interrupted.stages}`),
        ],
      ]
    : [];
  const pending = status.pending
    .filter(({ id }) => id !== interrupted?.id)
    .map(({ id }) => [mark(page, 'open'), printable(id), paint.yellow('pending')]);
  const earlier = hidden === 0 ? [] : [paint.dim(`  ${grouped(hidden)} earlier ones (--verbose lists them)`)];
  return [...earlier, ...columns([...applied, ...stopped, ...pending])].join('\n');
}

function parkedLines(status: Status, page: Page): string {
  if (status.parked.length === 0) return '';
  const rows = status.parked.map((one) => [
    printable(one.object),
    count(one.rows, 'row'),
    size(one.bytes),
    paintOf(page).dim(`parked by ${printable(one.id)}, ${moment(one.parkedAt)}`),
  ]);
  return ['Parked:', ...columns(rows)].join('\n');
}

function unmappedLines({ unmapped }: Status, page: Page): string {
  if (unmapped.length === 0) return '';
  const rows = unmapped.map((one) => [
    printable(one.table),
    count(one.rows, 'row'),
    paintOf(page).dim(`of ${printable(one.id)}; roadbook.unmapped has their keys`),
  ]);
  return ['Not mapped, and left as they were:', ...columns(rows)].join('\n');
}

function conclusion(status: Status): string {
  const applied = `${count(status.applied.length, 'migration')} applied`;
  const pending = status.pending.length;
  if (status.state === 'drifted')
    return 'Drifted: the database is not what the journal says. roadbook verify shows the evidence.';
  if (status.state === 'interrupted')
    return status.interrupted?.undoing === true
      ? 'Interrupted: roadbook undo goes on where it stopped.'
      : 'Interrupted: roadbook apply goes on where it stopped; roadbook undo takes back what is there of it.';
  if (status.state === 'pending')
    return `${applied}, ${grouped(pending)} pending: roadbook apply brings ${pending === 1 ? 'it' : 'them'} in.`;
  return status.applied.length === 0 ? 'Nothing applied, nothing pending.' : `Up to date: ${applied}.`;
}
