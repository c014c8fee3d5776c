// How does a verdict read, with its evidence?
import type { VerifyOutcome } from '../../model/outcome.ts';
import { closing } from './closing.ts';
import { differencesCount, differencesText } from './difference.ts';
import { evidenceLines } from './list.ts';
import { mark, type Page, paintOf } from './page.ts';
import { problemsText } from './problem.ts';
import { count } from './quantity.ts';
import { printable } from './width.ts';

const rowsShown = 5;
const statementsShown = 20;

export function verifyText(outcome: VerifyOutcome, page: Page): string {
  const blocks = [
    [catalogLine(outcome, page), differencesText(outcome.differences, page, '    ')]
      .filter((block) => block !== '')
      .join('\n'),
    repairLines(outcome, page),
    assertionLines(outcome, page),
    problemsText(outcome.problems, page),
    conclusion(outcome, page),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function catalogLine(outcome: VerifyOutcome, page: Page): string {
  if (outcome.catalog === 'equal') return `  ${mark(page, 'good')}  The catalog is what the journal says.`;
  if (outcome.catalog === 'unknown') return `  ${mark(page, 'open')}  The catalog was not compared.`;
  return `  ${mark(page, 'bad')}  The catalog is not what the journal says: ${differencesCount(outcome.differences)}.`;
}

/** Not wrapped, so that it can be copied; what destroys is pointed out. */
function repairLines({ repair = [] }: VerifyOutcome, page: Page): string {
  if (repair.length === 0) return '';
  const paint = paintOf(page);
  const shown = repair.slice(0, page.verbose ? repair.length : statementsShown);
  const lines = shown.flatMap(({ sql, object, destroys }) => [
    ...(destroys ? [paint.yellow(`     -- ${printable(object)} goes, with what it holds:`)] : []),
    ...printable(`${sql};`)
      .split('\n')
      .map((line) => `     ${line}`),
  ]);
  const more = repair.length - shown.length;
  return [
    '     These statements would take it back. Look at them before you run them in one transaction:',
    '',
    ...lines,
    ...(more > 0 ? [paint.dim(`     and ${count(more, 'more statement')} (--verbose shows them)`)] : []),
  ].join('\n');
}

function assertionLines(outcome: VerifyOutcome, page: Page): string {
  const failed = outcome.assertions.filter(({ ok }) => !ok);
  const held = outcome.assertions.filter(({ ok }) => ok);
  const good =
    page.verbose || held.length <= 3
      ? held.map(({ name }) => `  ${mark(page, 'good')}  ${printable(name)}`)
      : [`  ${mark(page, 'good')}  ${count(held.length, 'assertion')} hold.`];
  const bad = failed.flatMap(({ name, evidence }) => {
    const shown = evidence.slice(0, page.verbose ? evidence.length : rowsShown);
    const more = evidence.length - shown.length;
    return [
      `  ${mark(page, 'bad')}  ${printable(name)}`,
      ...evidenceLines(shown, page.width, '       '),
      ...(more > 0 ? [paintOf(page).dim(`       and ${count(more, 'more row')}`)] : []),
    ];
  });
  return [...good, ...bad].join('\n');
}

function conclusion(outcome: VerifyOutcome, page: Page): string {
  const name = printable(outcome.database.name);
  const total = outcome.assertions.length;
  const failed = outcome.assertions.filter(({ ok }) => !ok).length;
  if (outcome.verdict === 'verified') {
    return closing(
      `Verified: ${name} is as it should be${total === 0 ? '' : `, ${count(total, 'assertion')} checked`}.`,
      page,
      'good',
    );
  }
  const why = [
    ...(outcome.catalog === 'differs' ? ['the catalog differs'] : []),
    ...(failed > 0 ? [`${failed} of ${count(total, 'assertion')} failed`] : []),
  ];
  return closing(`Not verified: ${[name, ...why].join(', ')}.`, page, 'bad');
}
