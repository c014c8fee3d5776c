// How does what doctor found read?
import type { DoctorGroup, DoctorOutcome } from '../../model/diagnosis.ts';
import { closing } from './closing.ts';
import { columns } from './list.ts';
import { mark, type Page, paintOf } from './page.ts';
import { bySeverity, problemsText } from './problem.ts';
import { count, duration, grouped, moment, size } from './quantity.ts';
import { cut, padStart, printable, widthOf, wrap } from './width.ts';

/** What is wrong comes first, then what is worth knowing, then what was looked at. */
export function doctorText(outcome: DoctorOutcome, page: Page): string {
  const { problems } = outcome;
  const of = (severity: 'error' | 'warning' | 'note') => problems.filter((one) => one.severity === severity);
  const blocks = [
    problemsText(of('error'), page),
    problemsText(of('warning'), page),
    problemsText(of('note'), page),
    groupLines(outcome, page),
    tableLines(outcome, page),
    statementLines(outcome, page),
    conclusion(outcome, page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Where nothing else is said of it. */
const sound = {
  connection: 'reached',
  rights: 'enough for what is pending',
  journal: 'whole',
  migrations: 'nothing stands in their way',
  schema: 'indexes, constraints and sequences are sound',
  load: 'nobody waits, and no transaction is open for long',
  storage: 'room enough',
} as const satisfies Readonly<Record<DoctorGroup['name'], string>>;

function groupLines({ groups, problems }: DoctorOutcome, page: Page): string {
  const paint = paintOf(page);
  const label = Math.max(...groups.map(({ name }) => name.length));
  const signed = groups.map((group) => ({ group, sign: signOf(group, problems, page) }));
  const signs = Math.max(...signed.map(({ sign }) => widthOf(sign)));
  return signed
    .flatMap(({ group, sign }) => {
      const start = `  ${sign}${' '.repeat(signs - widthOf(sign))}  ${group.name.padEnd(label)}  `;
      const lines = wrap(printable(words(group)), Math.max(page.width - widthOf(start), 20));
      return lines.map((line, index) => `${index === 0 ? start : ' '.repeat(widthOf(start))}${paint.dim(line)}`);
    })
    .join('\n');
}

function words({ name, state, said }: DoctorGroup): string {
  if (state === 'unknown') return 'not looked at, for want of a database';
  if (state === 'good') return said === '' ? sound[name] : said;
  return said === '' ? 'see above' : `${said}; see above`;
}

function signOf({ name, state }: DoctorGroup, problems: DoctorOutcome['problems'], page: Page): string {
  if (state === 'unknown') return mark(page, 'open');
  const own = problems.filter(({ group }) => group === name);
  if (own.some(({ severity }) => severity === 'error')) return mark(page, 'bad');
  return mark(page, own.some(({ severity }) => severity === 'warning') ? 'open' : 'good');
}

function tableLines({ tables }: DoctorOutcome, page: Page): string {
  const shown = page.verbose ? tables : tables.slice(0, 10);
  if (shown.length === 0) return '';
  const paint = paintOf(page);
  const numbers = shown.map((one) => [
    grouped(one.rows),
    grouped(one.deadRows),
    size(one.tableBytes),
    size(one.indexBytes),
  ]);
  const head = ['rows', 'dead', 'size', 'indexes'];
  const wide = head.map((word, at) => Math.max(word.length, ...numbers.map((row) => (row[at] ?? '').length)));
  const right = (row: readonly string[]) => row.map((cell, at) => padStart(cell, wide[at] ?? 0));
  const rows = shown.map((one, index) => [
    cut(printable(one.relation), 40),
    ...right(numbers[index] ?? []),
    one.vacuumedAt === null ? 'never' : moment(one.vacuumedAt),
  ]);
  const title = ['largest tables', ...right(head), 'vacuumed'].map((cell) => paint.dim(cell));
  return columns([title, ...rows]).join('\n');
}

function statementLines({ statements }: DoctorOutcome, page: Page): string {
  if (statements.length === 0) return '';
  const paint = paintOf(page);
  const room = Math.max(page.width - 40, 30);
  const rows = statements.map(({ query, calls, totalMs, meanMs }) => [
    padStart(duration(totalMs), 8),
    count(calls, 'call'),
    `${duration(meanMs)} each`,
    cut(printable(query), room),
  ]);
  return [`  ${paint.dim('statements that took most time, all in all')}`, ...columns(rows)].join('\n');
}

function conclusion({ database, problems }: DoctorOutcome, page: Page): string {
  const wrong = problems.filter(({ severity }) => severity !== 'note');
  if (database === null) return closing('No database was reached, so little could be looked at.', page, 'bad');
  const name = printable(database.name);
  if (wrong.length > 0) {
    const isBad = wrong.some(({ severity }) => severity === 'error');
    return closing(`${name}: ${bySeverity(problems)}.`, page, isBad ? 'bad' : 'plain');
  }
  const notes = problems.length === 0 ? '' : `, ${bySeverity(problems)}`;
  return closing(`Nothing is wrong with ${name}${notes}.`, page, 'good');
}
