// Which rows would make a constraint fail when it is added or validated?
import type { Name } from '../../model/change.ts';
import { type ConstraintFacts, entryOf, type Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Constraint } from '../../sql/syntax.ts';
import { relationFacts, relationName } from '../name.ts';
import type { Way } from '../way.ts';
import { type Asked, ownRows } from './asked-rows.ts';
import { columnsIn } from './constraint.ts';
import { duplicateQuestion, plainKey } from './duplicate-question.ts';
import { nullQuestions } from './null-questions.ts';
import { orphanQuestions } from './orphan-question.ts';
import { overlapQuestion } from './overlap-question.ts';
import { ofRow } from './row-expression.ts';
import { settled } from './settled.ts';
import { violatorQuestion } from './violator-question.ts';

export interface ProvedConstraint {
  readonly table: Name;
  readonly constraint: string;
  readonly facts: Pick<ConstraintFacts, 'kind' | 'columns'>;
  readonly definition: Constraint;
  readonly only: boolean;
}

/** As if it were validated now; the caller knows that it is. */
export function constraintQuestions(proved: ProvedConstraint, facts: Facts, way: Way): readonly Question[] {
  const { table, definition, only } = proved;
  const { kind, columns } = proved.facts;
  const asked = { table, only };
  switch (kind) {
    case 'not-null':
      return nullQuestions({ table, only: only || definition.is_no_inherit === true }, columns, facts, way);
    case 'check':
      return checkQuestions(asked, proved, facts, way);
    case 'foreign-key': {
      const references = relationName(definition.pktable, facts);
      return orphanQuestions(ownRows(table, facts), { columns, references, definition }, facts, way);
    }
    case 'exclusion': {
      const found = overlapQuestion(ownRows(table, facts), definition, facts, way);
      return found === null ? [] : [found];
    }
    default:
      return keyQuestions(proved, facts, way);
  }
}

function checkQuestions(
  { table, only }: Asked,
  { constraint, definition }: ProvedConstraint,
  facts: Facts,
  way: Way,
): readonly Question[] {
  const { raw_expr: expression, is_no_inherit: own } = definition;
  if (expression === undefined || !settled(table, columnsIn(expression), facts, way)) return [];
  const condition = ofRow(expression, table, facts, way);
  if (condition === null) return [];
  // NULL passes.
  return [
    violatorQuestion(
      { table, only: only || own === true },
      `NOT (${condition})`,
      `CHECK ${quoteIdentifier(constraint)}`,
    ),
  ];
}

/** A primary key wants no NULL, a unique one passes over it unless it says otherwise. */
function keyQuestions(proved: ProvedConstraint, facts: Facts, way: Way): readonly Question[] {
  const { table, definition, only } = proved;
  const { kind, columns } = proved.facts;
  // ONLY on a partitioned table: the key is made, of no rows.
  const asked = { table, only: only || ownRows(table, facts).only };
  const nulls = kind === 'primary-key' ? nullQuestions(asked, columns, facts, way) : [];
  if (definition.indexname !== undefined || columns.length === 0) return nulls;
  if (definition.without_overlaps === true) {
    const found = overlapQuestion(asked, definition, facts, way);
    return found === null ? nulls : [...nulls, found];
  }
  if (!comparable(table, columns, facts) || !settled(table, columns, facts, way)) return nulls;
  return [...nulls, duplicateQuestion(asked, plainKey(columns, definition.nulls_not_distinct === true), facts, way)];
}

/** Types without an order, such as json, have no unique key: PostgreSQL refuses it with words of its own. */
function comparable(table: Name, columns: readonly string[], facts: Facts): boolean {
  const known = relationFacts(table, facts)?.columns;
  return columns.every((column) => {
    const type = entryOf(known, column)?.type ?? null;
    return type !== null && !/^(?:json|xml|point|box|circle|line|lseg|path|polygon)(?:\[\])?$/.test(type);
  });
}
