// Which rows refer to none, so that a foreign key cannot be added?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Constraint } from '../../sql/syntax.ts';
import { partsOf, printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, ownRows, tableText } from './asked-rows.ts';
import { settled } from './settled.ts';

export interface WantedReference {
  readonly columns: readonly string[];
  readonly references: Name;
  readonly definition: Constraint;
}

export function orphanQuestions(
  asked: Asked,
  wanted: WantedReference,
  facts: Facts,
  way: Way,
  /** What stands for the column of the row: the default of one that is to be added. */
  standsFor: ((column: string) => string) | null = null,
): readonly Question[] {
  const { columns, references, definition } = wanted;
  if (definition.fk_with_period === true || definition.pk_with_period === true) return [];
  const target = targets(wanted, facts);
  if (target === null) return [];
  if (!settled(asked.table, standsFor === null ? columns : [], facts, way)) return [];
  if (!settled(references, target, facts, way)) return [];
  const values = columns.map(standsFor ?? ((column) => `r.${quoteIdentifier(column)}`));
  const [own, other, from] = [printName(asked.table), printName(references), tableText(asked)];
  const equal = target.map((column, at) => `p.${quoteIdentifier(column)} = ${values[at] ?? ''}`);
  // As PostgreSQL asks it: rows of tables that inherit from the other one do not count.
  const missing = `NOT EXISTS (SELECT FROM ${tableText(ownRows(references, facts))} p WHERE ${equal.join(' AND ')})`;
  const given = values.map((value) => `${value} IS NOT NULL`);
  const where =
    definition.fk_matchtype === 'f' && values.length > 1
      ? `(${given.join(' OR ')}) AND (${values.map((value) => `${value} IS NULL`).join(' OR ')} OR ${missing})`
      : `${given.join(' AND ')} AND ${missing}`;
  const names = columns.map(quoteIdentifier);
  const words = names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`;
  const nullable = columns.filter(
    (column) => entryOf(relationFacts(asked.table, facts)?.columns, column)?.notNull === false,
  );
  const set =
    definition.fk_matchtype === 'f' ? (nullable.length === columns.length ? columns : []) : nullable.slice(0, 1);
  const repair = [
    `SELECT * FROM ${from} r WHERE ${where}`,
    `DELETE FROM ${from} r WHERE ${where}`,
    ...(set.length === 0
      ? []
      : [`UPDATE ${from} r SET ${set.map((column) => `${quoteIdentifier(column)} = NULL`).join(', ')} WHERE ${where}`]),
  ];
  return [
    {
      code: 'orphans-in-the-way',
      severity: 'error',
      table: from,
      seeks: { is: 'rows', where },
      one: `row of ${own} refers by ${words} to no row of ${other}`,
      many: `rows of ${own} refer by ${words} to no row of ${other}`,
      detail: 'The foreign key cannot be added, or validated, while they are there.',
      hint:
        standsFor === null
          ? `Add the rows they refer to, or delete them${set.length === 0 ? '' : ' or set the column NULL'}. Look at the statements before you run them.`
          : `Add the row to ${other} that the default refers to, or leave the default out.`,
      repair: standsFor === null ? repair : [],
    },
  ];
}

/** None given means the primary key; null where that is not known. */
function targets({ columns, references, definition }: WantedReference, facts: Facts): readonly string[] | null {
  const written = partsOf(definition.pk_attrs);
  const keys = Object.values(relationFacts(references, facts)?.constraints ?? {});
  const found = written.length > 0 ? written : keys.find(({ kind }) => kind === 'primary-key')?.columns;
  return found !== undefined && found.length === columns.length && columns.length > 0 ? found : null;
}
