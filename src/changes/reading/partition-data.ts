// Which rows stand in the way of a new partition: those it does not take, and those of the default one that are its own?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Question } from '../../model/question.ts';
import { columnsIn, withColumns } from '../../recipes/column-words.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { isNew, printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { childrenOf } from './add-constraint.ts';
import { boundCondition, restCondition } from './bound-condition.ts';
import { nameOfKey } from './key.ts';
import { defaultPartitions } from './partition.ts';
import { boundOf, boundsOf, partitionKey } from './partition-key.ts';
import type { Attached } from './plan-partition.ts';
import { settled } from './settled.ts';

export function partitionData(attached: Attached, facts: Facts, way: Way): readonly Question[] {
  const { parent, bound } = attached;
  const others = bound.is_default === true ? [] : defaultPartitions(parent, facts).map(nameOfKey);
  return [...ownRows(attached, facts, way), ...others.flatMap((other) => rowsOfDefault(other, attached, facts, way))];
}

/** What PostgreSQL asks of the rows of a table before it takes it. */
function ownRows({ parent, partition, bound, isMade }: Attached, facts: Facts, way: Way): readonly Question[] {
  if (isMade === true || isNew(partition, facts) || relationFacts(partition, facts)?.kind === 'foreign-table')
    return [];
  if (bound.is_default === true && childrenOf(parent, facts).length === 0) return [];
  const own = conditionOf(parent, bound, facts, way);
  const table = printName(partition);
  return [own, ...conditionsAbove(parent, facts, way)].flatMap((condition): readonly Question[] => {
    const where = condition === null ? null : asked(condition, 'IS FALSE', partition, facts, way);
    if (where === null) return [];
    return [
      {
        code: 'rows-outside-partition',
        severity: 'error',
        table,
        seeks: { is: 'rows', where },
        one: `row of ${table} is outside of the bounds it gets as a partition of ${printName(parent)}`,
        many: `rows of ${table} are outside of the bounds it gets as a partition of ${printName(parent)}`,
        hint: `Move these rows in a migration before this one, to ${printName(parent)} where they belong to another partition, or attach the table with other bounds.`,
        repair: moving(partition, parent, where, facts),
      },
    ];
  });
}

/** A partition of a partition keeps within the bounds of all above. */
function conditionsAbove(parent: Name, facts: Facts, way: Way): readonly (SyntaxNode | null)[] {
  const found: (SyntaxNode | null)[] = [];
  for (let table = parent; ; ) {
    const [above, ...more] = relationFacts(table, facts)?.parents ?? [];
    const bound = boundOf(table, way);
    if (above === undefined || more.length > 0 || bound === null) return found;
    found.push(conditionOf(nameOfKey(above), bound, facts, way));
    table = nameOfKey(above);
  }
}

function rowsOfDefault(other: Name, attached: Attached, facts: Facts, way: Way): readonly Question[] {
  const { parent, partition, bound, isMade } = attached;
  const condition = conditionOf(parent, bound, facts, way);
  const where = condition === null ? null : asked(condition, 'IS TRUE', other, facts, way);
  if (where === null || relationFacts(other, facts)?.kind === 'foreign-table') return [];
  const table = printName(other);
  const target = printName(partition);
  return [
    {
      code: 'rows-for-new-partition',
      severity: 'error',
      table,
      seeks: { is: 'rows', where },
      one: `row of the default partition ${table} belongs to the new partition ${target}`,
      many: `rows of the default partition ${table} belong to the new partition ${target}`,
      detail: 'PostgreSQL does not move them: it refuses the new partition.',
      hint:
        isMade === true
          ? `Make ${target} as a table of its own (LIKE ${printName(parent)} INCLUDING ALL), move the rows to it, and ATTACH it, in one migration.`
          : `Move the rows from ${table} to ${target} before it is attached.`,
      repair: isMade === true ? [] : moving(other, partition, where, facts),
    },
  ];
}

function conditionOf(parent: Name, bound: Attached['bound'], facts: Facts, way: Way): SyntaxNode | null {
  const key = partitionKey(parent, facts, way);
  if (typeof key === 'string') return null;
  const bounds = bound.is_default === true ? boundsOf(parent, facts, way) : [];
  if (bounds === null) return null;
  const condition =
    bound.is_default === true
      ? restCondition(key, bounds, facts, way, 'question')
      : boundCondition(parent, key, bound, facts, way, 'question');
  return typeof condition === 'string' ? null : condition.expression;
}

function asked(condition: SyntaxNode, is: string, table: Name, facts: Facts, way: Way): string | null {
  if (!settled(table, [...columnsIn(condition)], facts, way)) return null;
  const text = way.print(withColumns(condition, new Map(), 'r'));
  return text === null ? null : `(${text}) ${is}`;
}

function moving(from: Name, to: Name, where: string, facts: Facts): readonly string[] {
  const columns = Object.entries(relationFacts(from, facts)?.columns ?? {}).filter(([, known]) => !known.generated);
  if (columns.length === 0) return [];
  const list = columns.map(([name]) => quoteIdentifier(name)).join(', ');
  return [
    `WITH moved AS (DELETE FROM ${printName(from)} AS r WHERE ${where} RETURNING r.*) INSERT INTO ${printName(to)} (${list}) SELECT ${list} FROM moved`,
  ];
}
