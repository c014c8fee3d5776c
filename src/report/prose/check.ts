// How do the dangers of migrations read?
import type { CheckOutcome } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import type { Page } from './page.ts';
import { bySeverity, problemsText } from './problem.ts';
import { count } from './quantity.ts';

export function checkText({ files, problems }: CheckOutcome, page: Page): string {
  const looked = count(files, 'migration');
  const errors = problems.some(({ severity }) => severity === 'error');
  const sum = problems.length === 0 ? `Nothing to say about ${looked}.` : `${bySeverity(problems)} in ${looked}.`;
  const assumed = 'No database was asked: every table that a migration does not make itself is taken for a large one.';
  return [problemsText(problems, page), closing(sum, page, errors ? 'bad' : 'good'), assumed]
    .filter((block) => block !== '')
    .join('\n\n');
}
