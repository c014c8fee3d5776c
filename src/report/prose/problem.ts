// How does a problem read: what, where, why, and what to do?
import type { Problem, Severity } from '../../model/problem.ts';
import { type Page, type Paint, paintOf, shownPath } from './page.ts';
import { padStart, printable, wrap } from './width.ts';

const gap = '  ';

/**
 * Labels stand right-aligned in a gutter as wide as the severity, everything else hangs in one column:
 *
 *     error  column "emial" does not exist [undefined-column]
 *        at  migrations/20261120101500_add_status.sql:3:14
 *      hint  Correct the name, then run roadbook apply again.
 */
export function problemText(problem: Problem, page: Page): string {
  const paint = paintOf(page);
  const gutter = problem.severity.length;
  const room = Math.max(page.width - gutter - gap.length, 20);
  const lines: string[] = [];
  const put = (label: string, shown: (text: string) => string, body: readonly string[]) => {
    for (const [index, line] of body.entries()) {
      const left = index === 0 && label !== '' ? padStart(shown(label), gutter) : ' '.repeat(gutter);
      lines.push(`${left}${gap}${line}`.trimEnd());
    }
  };
  const message = wrap(`${printable(problem.message)} [${problem.code}]`, room);
  put(
    problem.severity,
    severityPaint(paint, problem.severity),
    message.map((line) => titled(line, problem.code, paint)),
  );
  if (problem.where) {
    const { file, line, column } = problem.where;
    put('at', paint.dim, [paint.cyan(`${printable(shownPath(page, file))}:${line}:${column}`)]);
  }
  if (problem.frame) put('', paint.dim, ['', ...frameLines(problem.frame, paint), '']);
  if (problem.detail) put('', paint.dim, wrap(printable(problem.detail), room));
  if (problem.hint) put('hint', paint.dim, wrap(printable(problem.hint), room));
  if (problem.repair) put('', paint.dim, ['', ...problem.repair.flatMap(statementLines), '']);
  if (problem.docs) put('docs', paint.dim, [printable(problem.docs)]);
  return lines.join('\n').trimEnd();
}

/** Not wrapped, so that it can be copied. */
function statementLines(sql: string): readonly string[] {
  const lines = printable(sql).trimEnd().split('\n');
  return lines.map((line, at) => `    ${line}${at === lines.length - 1 && !line.endsWith(';') ? ';' : ''}`);
}

/** One after the other with an empty line between; errors last, nearest to the prompt. */
export function problemsText(problems: readonly Problem[], page: Page): string {
  const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };
  const sorted = [...problems].sort((a, b) => rank[a.severity] - rank[b.severity]);
  return alike(sorted)
    .map((problem) => problemText(problem, page))
    .join('\n\n');
}

/** Neighbours that differ in nothing but the message become one, with a message a line. */
function alike(problems: readonly Problem[]): readonly Problem[] {
  const merged: Problem[] = [];
  for (const problem of problems) {
    const before = merged.at(-1);
    const same = before !== undefined && rest(before) === rest(problem);
    if (same) merged[merged.length - 1] = { ...before, message: `${before.message}\n${problem.message}` };
    else merged.push(problem);
  }
  return merged;
}

function rest(problem: Problem): string {
  const { message: _, ...others } = problem;
  return JSON.stringify(others);
}

/** `2 errors, 1 warning`, or nothing for a single problem. */
export function tally(problems: readonly Problem[]): string {
  return problems.length < 2 ? '' : bySeverity(problems);
}

/** `2 errors, 1 note`. */
export function bySeverity(problems: readonly Problem[]): string {
  const parts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const found = problems.filter((problem) => problem.severity === severity).length;
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`];
  });
  return parts.join(', ');
}

function titled(line: string, code: string, paint: Paint): string {
  const tag = `[${code}]`;
  return line.endsWith(tag) ? `${paint.bold(line.slice(0, -tag.length))}${paint.dim(tag)}` : paint.bold(line);
}

function severityPaint(paint: Paint, severity: Severity): (text: string) => string {
  if (severity === 'error') return (text) => paint.bold(paint.red(text));
  if (severity === 'warning') return (text) => paint.bold(paint.yellow(text));
  return (text) => paint.bold(paint.blue(text));
}

/** The caret's line is the one that holds nothing but a caret (and a bar, where the frame has line numbers). */
function frameLines(frame: string, paint: Paint): readonly string[] {
  return printable(frame)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (/^[\s|│]*\^[~^\s]*$/.test(line) ? paint.red(line) : line));
}
