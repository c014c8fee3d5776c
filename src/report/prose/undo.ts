// How does it read what was taken back, and what came back with it?
import type { KeptObject, UndoneMigration, UndoOutcome } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import { columns } from './list.ts';
import { mark, type Page, paintOf } from './page.ts';
import { migrationBlock } from './plan.ts';
import { problemsText } from './problem.ts';
import { count, duration } from './quantity.ts';
import { printable } from './width.ts';

export function undoText(outcome: UndoOutcome, page: Page): string {
  const blocks = outcome.dryRun ? foreseen(outcome, page) : [undoneLines(outcome, page)];
  return [...blocks, problemsText(outcome.problems, page), conclusion(outcome, page)]
    .filter((block) => block !== '')
    .join('\n\n');
}

function undoneLines({ undone }: UndoOutcome, page: Page): string {
  const paint = paintOf(page);
  const heads = columns(
    undone.map((one) => [
      mark(page, one.verdict === 'failed' ? 'bad' : 'good'),
      printable(one.id),
      paint.dim(duration(one.durationMs)),
    ]),
  );
  return undone
    .flatMap((one, index) => [
      heads[index] ?? '',
      ...kept('brought back', one.restored, page),
      ...kept('parked', one.parked, page),
    ])
    .join('\n');
}

function kept(word: string, objects: readonly KeptObject[], page: Page): readonly string[] {
  const paint = paintOf(page);
  return objects.map(
    ({ object, rows }) =>
      `      ${paint.dim(word)} ${printable(object)}${rows === null ? '' : paint.dim(`, ${count(rows, 'row')}`)}`,
  );
}

function foreseen({ undone, plans }: UndoOutcome, page: Page): readonly string[] {
  return plans.map((plan, index) =>
    [migrationBlock(plan, page), ...kept('brings back', undone[index]?.restored ?? [], page)].join('\n'),
  );
}

const ways: Readonly<Record<UndoneMigration['way'], string>> = {
  exact: 'catalog and rows as before, rows written since kept',
  given: 'as its section roadbook:undo says',
  lossy: 'but for what is named above',
};

function conclusion({ undone, database, verdict, dryRun }: UndoOutcome, page: Page): string {
  const name = printable(database.name);
  if (dryRun) return closing(`Nothing was done: ${name} is as it was. roadbook undo carries this out.`, page);
  if (undone.length === 0) return closing(`Nothing was taken back from ${name}.`, page, 'bad');
  const total = undone.reduce((sum, one) => sum + one.durationMs, 0);
  const taken = `Took back ${count(undone.length, 'migration')} from ${name} in ${duration(total)}`;
  if (verdict === 'failed') return closing(`${taken}. Verifying failed.`, page, 'bad');
  const said = [...new Set(undone.map(({ way }) => ways[way]))].join('; ');
  return closing(`${taken}, verified: ${said}.`, page, 'good');
}
