// How does a report end: the one sentence to read when there is time for one?
import { type Page, paintOf } from './page.ts';
import { wrap } from './width.ts';

export function closing(text: string, page: Page, feeling: 'plain' | 'good' | 'bad' = 'plain'): string {
  const paint = paintOf(page);
  const shown = feeling === 'good' ? paint.green : feeling === 'bad' ? paint.red : (line: string) => line;
  return wrap(text, page.width)
    .map((line) => paint.bold(shown(line)))
    .join('\n');
}
