// What does a GitHub workflow read: one annotation a line?
import type { Problem } from '../model/problem.ts';
import { defineFormat, problemsOf } from './define.ts';

const levels = { error: 'error', warning: 'warning', note: 'notice' } as const;

export default defineFormat({
  name: 'github',
  summary: 'for GitHub workflows: annotations beside the lines of a pull request',
  render: (report) => problemsOf(report).map(annotation).join('\n'),
});

function annotation({ code, severity, message, detail, hint, where }: Problem): string {
  const place =
    where === undefined ? [] : [`file=${property(where.file)}`, `line=${where.line}`, `col=${where.column}`];
  const body = [message, detail, hint].filter((part) => part !== undefined).join('\n');
  return `::${levels[severity]} ${[...place, `title=${property(code)}`].join(',')}::${data(body)}`;
}

/** The escapes that workflow commands know. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
