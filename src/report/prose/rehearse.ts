// How does a rehearsal read: does each migration end as it should, and does it lead back?
import type { RehearsedMigration, RehearseOutcome } from '../../model/rehearsal.ts';
import { closing } from './closing.ts';
import { columns } from './list.ts';
import { type Mark, mark, type Page, paintOf } from './page.ts';
import { problemsText } from './problem.ts';
import { count, grouped } from './quantity.ts';
import { printable } from './width.ts';

const mostLocks = 6;
const mostChanges = 8;

export function rehearseText(outcome: RehearseOutcome, page: Page): string {
  const { migrations, problems } = outcome;
  const blocks = [
    twinLine(outcome, page),
    ...migrations.map((one) => migrationBlock(one, page)),
    problemsText([...problems, ...migrations.flatMap((one) => one.problems)], page),
    conclusion(outcome, page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function twinLine({ database, twin }: RehearseOutcome, page: Page): string {
  if (twin === null) return '';
  const paint = paintOf(page);
  const where = { server: 'on the same server', embedded: 'on the embedded server', url: 'on another server' }[
    twin.kind
  ];
  const from = {
    catalog: 'made after its catalog',
    nothing: 'begun empty',
  }[twin.from];
  const kept = twin.kept ? ', kept from an earlier rehearsal' : '';
  return `${paint.bold(printable(database.name))}  ${paint.dim(`a twin ${where}, PostgreSQL ${twin.version}, ${from}${kept}`)}`;
}

function migrationBlock(one: RehearsedMigration, page: Page): string {
  const paint = paintOf(page);
  const how = one.mode === 'atomic' ? 'in one transaction' : `in ${count(one.stages, 'stage')}`;
  const head = `${paint.bold(printable(one.id))}  ${paint.dim(`${how}, ${rowsOf(one)}`)}`;
  const lines = [
    line(page, one.equal === null ? 'open' : one.equal ? 'good' : 'bad', equalOf(one)),
    ...one.differences.slice(0, page.verbose ? undefined : 4).map((said) => `     ${printable(said)}`),
    ...(one.undone === undefined ? [] : [line(page, one.undone === 'exact' ? 'good' : 'bad', undoneOf(one))]),
    ...(one.again === undefined
      ? []
      : [
          line(page, one.again ? 'good' : 'bad', one.again ? 'applied again: the same' : 'applied again: not the same'),
        ]),
    ...locksOf(one, page),
    ...changesOf(one, page),
  ];
  return [head, ...lines].join('\n');
}

function line(page: Page, which: Mark, text: string): string {
  return `  ${mark(page, which)} ${text}`;
}

function rowsOf({ rows }: RehearsedMigration): string {
  if (rows.count === 0) return 'without rows';
  const kinds = {
    wild: 'generated, extremes among them',
    tame: 'generated, none of them strange',
    none: '',
    sample: 'of the database',
  };
  return `${count(rows.count, 'row')} ${kinds[rows.kind]}`;
}

function equalOf({ equal, problems }: RehearsedMigration): string {
  if (equal === true) return 'the plan ends as the migration does: the same catalog, the same rows';
  if (equal === false) return 'the plan does not end as the migration does';
  return problems.some(({ severity }) => severity === 'error')
    ? 'it does not go as it is written'
    : 'only the plan goes: there is nothing to compare it with';
}

function undoneOf({ undone }: RehearsedMigration): string {
  return undone === 'exact' ? 'undone: catalog and rows as before' : 'undone: not all is as before';
}

function locksOf({ locksHeld }: RehearsedMigration, page: Page): readonly string[] {
  if (locksHeld.length === 0) return [];
  const shown = page.verbose ? locksHeld : locksHeld.slice(0, mostLocks);
  const rest = locksHeld.length - shown.length;
  const rows = shown.map(({ relation, mode, declared }) => [
    printable(relation),
    mode,
    declared === null ? 'not declared' : declared === mode ? 'as declared' : `declared ${declared}`,
  ]);
  return ['    Locks seen:', ...columns(rows, '      '), ...(rest === 0 ? [] : [`      and ${grouped(rest)} more`])];
}

function changesOf({ changed }: RehearsedMigration, page: Page): readonly string[] {
  if (changed === undefined || changed.length === 0) return [];
  const words = { missing: 'gone', unexpected: 'new', differs: 'changed' };
  const shown = page.verbose ? changed : changed.slice(0, mostChanges);
  const rest = changed.length - shown.length;
  const rows = shown.map(({ kind, object, change, property }) => [
    words[change],
    printable(`${kind} ${object}${property === undefined ? '' : `: ${property}`}`),
  ]);
  return ['    It changed:', ...columns(rows, '      '), ...(rest === 0 ? [] : [`      and ${grouped(rest)} more`])];
}

function conclusion({ migrations, verdict, database, twin }: RehearseOutcome, page: Page): string {
  const name = printable(database.name);
  if (twin === null) return closing(`Nothing to rehearse: ${name} is up to date.`, page);
  const sum = `Rehearsed ${count(migrations.length, 'migration')}; ${name} itself was not touched.`;
  if (verdict === 'failed') return closing(`${sum} Do not apply: see the errors above.`, page, 'bad');
  const notBack = migrations.filter(({ undone }) => undone === 'differs').length;
  const back =
    notBack === 0 ? '' : ` ${notBack === 1 ? 'One of them does' : `${notBack} of them do`} not lead back exactly.`;
  return closing(`${sum} ${migrations.length === 1 ? 'It ends' : 'All end'} as written.${back}`, page, 'good');
}
