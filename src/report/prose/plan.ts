// How does a plan read: what is done to the database, in which stages, and whom does it keep waiting?
import type { PlanOutcome, TableSize } from '../../model/outcome.ts';
import type { MigrationPlan, Stage, Step } from '../../model/plan.ts';
import { stageLocks } from '../../model/stage-locks.ts';
import { closing } from './closing.ts';
import { columns } from './list.ts';
import { type Page, paintOf } from './page.ts';
import { problemsText } from './problem.ts';
import { count, duration, grouped, size } from './quantity.ts';
import { printable, wrap } from './width.ts';

const mostMigrations = 20;
const mostSteps = 8;
const mostTables = 10;

const kinds: Readonly<Record<Stage['kind'], string>> = {
  transaction: 'in one transaction',
  concurrent: 'outside of a transaction',
  backfill: 'some rows at a time, each batch committed by itself',
  check: 'asked at the end',
};

export function planText(outcome: PlanOutcome, page: Page): string {
  if (outcome.script !== undefined) return outcome.script;
  const { migrations, problems } = outcome;
  const most = page.verbose ? Number.POSITIVE_INFINITY : mostMigrations;
  const shown = migrations.slice(0, most);
  const hidden = migrations.length - shown.length;
  const later = hidden === 0 ? [] : [paintOf(page).dim(`${grouped(hidden)} after these (--verbose shows them)`)];
  const blocks = [
    databaseLine(outcome, page),
    ...shown.map((plan) => migrationBlock(plan, page)),
    ...later,
    tableLines(outcome.tables, page),
    problemsText([...problems, ...migrations.flatMap((plan) => plan.problems)], page),
    conclusion(outcome, page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function databaseLine({ database }: PlanOutcome, page: Page): string {
  const paint = paintOf(page);
  return `${paint.bold(printable(database.name))}  ${paint.dim(`PostgreSQL ${database.version}${database.embedded ? ', embedded' : ''}`)}`;
}

export function migrationBlock({ id, mode, because, stages }: MigrationPlan, page: Page): string {
  const paint = paintOf(page);
  const how = mode === 'atomic' ? 'as written, in one transaction' : `online, in ${count(stages.length, 'stage')}`;
  const time = estimates(stages);
  const head = `${paint.bold(printable(id))}  ${how}${time === null ? '' : `, ${time}`}`;
  const why = hung(because, '  ', page).map((line) => paint.dim(line));
  const body = stages.map((stage, index) => stageBlock(stage, mode === 'atomic' ? null : index + 1, page));
  return [head, ...why, ...body.flatMap((lines) => (mode === 'atomic' ? lines : ['', ...lines]))].join('\n');
}

/** A number in front where there are several; the steps of an atomic one are those of its file. */
function stageBlock(stage: Stage, number: number | null, page: Page): readonly string[] {
  const paint = paintOf(page);
  const { kind, steps } = stage;
  const indent = number === null ? '  ' : '     ';
  const time = estimates([stage]);
  const head =
    number === null
      ? []
      : [`${String(number).padStart(3)}  ${paint.bold(kinds[kind])}${time === null ? '' : paint.dim(`, ${time}`)}`];
  const most = page.verbose ? Number.POSITIVE_INFINITY : mostSteps;
  const shown = steps.slice(0, steps.length > most + 1 ? most : steps.length);
  const does = shown.flatMap((step) =>
    hung(`${about(step)}${step.does}${step.secret ? ' (what is secret is shown as stars)' : ''}`, indent, page),
  );
  const more =
    shown.length === steps.length ? [] : [`${indent}${grouped(steps.length - shown.length)} more statements`];
  const locks = stageLocks(stage, page.verbose ? 'ACCESS SHARE' : 'SHARE UPDATE EXCLUSIVE').flatMap((sentence) =>
    hung(sentence, indent, page).map((line) => paint.dim(line)),
  );
  const hazards = [...new Set(steps.flatMap((step) => step.hazards))];
  const left = hazards.length === 0 ? [] : hung(`What stays dangerous: ${hazards.join(', ')}`, indent, page);
  return [...head, ...does, ...more, ...locks, ...left.map((line) => paint.yellow(line))];
}

/** What a step is about, unless it says so itself. */
function about({ object, does }: Step): string {
  return object === undefined || does.includes(object) ? '' : `${object}: `;
}

/** Wrapped, its further lines a little to the right of the first. */
function hung(text: string, indent: string, page: Page): readonly string[] {
  const [first = '', ...rest] = wrap(printable(text).replaceAll('\n', ' '), page.width - indent.length - 2);
  return [`${indent}${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

/** `about 2 min`; nothing for what is over at once. */
function estimates(stages: readonly Stage[]): string | null {
  const known = stages.flatMap(({ estimateMs = null }) => (estimateMs === null ? [] : [estimateMs]));
  const sum = known.reduce((total, one) => total + one, 0);
  if (sum >= 1_000) return `${known.length < stages.length ? 'more than' : 'about'} ${duration(roughly(sum))}`;
  return stages.length === 1 && known.length === 0 ? 'nobody knows for how long' : null;
}

/** Two digits up to a minute, then whole minutes, then tens of them. */
function roughly(milliseconds: number): number {
  const unit = milliseconds < 60_000 ? 1_000 : milliseconds < 3_600_000 ? 60_000 : 600_000;
  return Math.max(1, Math.round(milliseconds / unit)) * unit;
}

function tableLines(tables: readonly TableSize[], page: Page): string {
  const large = [...tables]
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))
    .filter(({ bytes }) => bytes !== null && bytes > 0);
  const shown = page.verbose ? large : large.slice(0, mostTables);
  if (shown.length === 0) return '';
  const rows = shown.map(({ relation, rows: lines, bytes }) => [
    printable(relation),
    lines === null ? '' : `about ${count(lines, 'row')}`,
    bytes === null ? '' : size(bytes),
  ]);
  const rest = large.length - shown.length;
  return ['It touches:', ...columns(rows), ...(rest === 0 ? [] : [`  and ${grouped(rest)} more`])].join('\n');
}

function conclusion({ migrations, fingerprint, database, interrupted, inTheWay }: PlanOutcome, page: Page): string {
  const name = printable(database.name);
  if (migrations.length === 0) {
    if (interrupted !== null) return closing('Nothing else is pending: roadbook apply finishes what was begun.', page);
    return closing(`Nothing to plan: ${name} is up to date.`, page);
  }
  const stages = migrations.flatMap((plan) => plan.stages);
  const errors = migrations.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  const end =
    inTheWay === 0
      ? 'roadbook apply carries it out'
      : `roadbook apply refuses it as long as ${inTheWay === 1 ? 'one thing stands' : `${inTheWay} things stand`} in the way`;
  const sum = `${count(migrations.length, 'migration')} in ${count(stages.length, 'stage')}. Nothing was changed: ${end}.`;
  return [closing(sum, page, errors ? 'bad' : 'good'), `Fingerprint ${fingerprint}`].join('\n');
}
