// How do the rows of a table in use get a value of their own in a new column: a default, or a number of a sequence?
import type { Change, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { addThenValidate } from '../../recipes/add-then-validate.ts';
import { keyOf } from '../../recipes/backfill-in-batches.ts';
import type { Draft, DraftStep } from '../../recipes/draft.ts';
import { fillAddedColumn } from '../../recipes/fill-added-column.ts';
import { fillObstacle } from '../../recipes/fill-obstacles.ts';
import { printedIn } from '../../recipes/key-of.ts';
import type { ColumnDef, Constraint, TypeName } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { addCommand, alterAnew, notValid, validateCommand } from './alter-anew.ts';
import { callsIn } from './calls.ts';
import { chosenName } from './chosen-name.ts';
import type { ColumnReading } from './column.ts';
import type { ApartConstraint } from './column-apart.ts';
import { hasChildren } from './foreign-key-effects.ts';
import { descendantsOf, provedNotNull, unprintable } from './plan-constraint.ts';
import { identityNumbers, integerType, type Numbers, serialNumbers } from './plan-numbers.ts';

export interface AddedColumn extends Change {
  readonly table: Name;
  readonly column: ColumnReading;
  readonly ifNotExists: boolean;
  readonly isThere: boolean;
  readonly foreign: boolean;
}

export interface FilledColumn {
  readonly change: AddedColumn;
  /** As the user wrote it. */
  readonly written: ColumnDef;
  /** What is said of the column right after it is added. */
  readonly also: readonly DraftStep[];
  /** ADD COLUMN without what gives it a value; of another type, where one is given. */
  readonly plain: (type: TypeName | null) => string | null;
  readonly notNull: ApartConstraint | null;
}

/** Up to NOT NULL and identity. `known`: with the column, which may be NULL still. Throws `CannotRenew`. */
export function filledColumn(asked: FilledColumn, facts: Facts, known: Facts, way: Way): readonly Draft[] | Cannot {
  const { change, plain } = asked;
  const { table, column } = change;
  const printed = printedIn(way.catalog, 'table', table);
  const inTheWay = obstacle(table, printed, facts, way);
  if (inTheWay !== null) return { cannot: inTheWay };
  if (asked.notNull?.definition.is_no_inherit === true)
    return { cannot: 'NOT NULL … NO INHERIT cannot be proved apart from the column.' };
  const numbers = numbersOf(asked, facts, way);
  const add = plain(column.serial ? integerType(column.type) : null);
  if (numbers === null || add === null) return unprintable;
  if ('cannot' in numbers) return numbers;
  const fill = fillAddedColumn({
    catalog: way.catalog,
    parse: way.parse,
    print: way.print,
    table,
    printed,
    column: column.name,
    value: fillingValue(column, facts, way),
    // A child has its own keys: rows of it may have none that counts here.
    key:
      relationFacts(table, facts)?.kind !== 'partitioned-table' && hasChildren(table, facts)
        ? []
        : keyOf(table, facts, way),
    add: [
      ...numbers.before,
      { sql: add, does: `add ${change.object}, which touches no row` },
      ...asked.also,
      { sql: numbers.setDefault, does: 'give new rows their value' },
      ...numbers.after,
    ],
  });
  const notNull = column.notNull ? madeNotNull(asked, known, way) : [];
  if (fill === null || notNull === null || notNull === 'binds') return unprintable;
  if ('cannot' in notNull) return notNull;
  return [...fill, ...notNull, ...numbers.finish];
}

/** The numbers of a sequence are asked for by its name, so that its lock is known. */
function fillingValue({ default: given }: ColumnReading, facts: Facts, { print }: Way): string {
  if (given === null || callsIn([given.expression], facts).sequences.length === 0) return 'DEFAULT';
  return print(given.expression) ?? 'DEFAULT';
}

function obstacle(table: Name, printed: string | null, facts: Facts, way: Way): string | null {
  const { catalog, parse } = way;
  if (printed === null)
    return facts.live
      ? `Nothing in the catalog tells what would happen when the rows of ${printName(table)} are filled: apply the pending statements before it first.`
      : 'Without the catalog of a database it is not known which triggers would fire for the rows that are filled.';
  const below = descendantsOf(table, facts);
  for (const name of [table, ...below]) {
    const made = way.touchedBy(name).find(({ kind }) => /trigger|rule|publication/.test(kind));
    if (made !== undefined)
      return `Pending statements change ${made.object}, which may look at the rows that are filled: apply them first.`;
  }
  return fillObstacle({ catalog, facts, parse, table, printed, below });
}

function numbersOf(asked: FilledColumn, facts: Facts, way: Way): Numbers | Cannot | null {
  const { table, column } = asked.change;
  if (column.serial) return serialNumbers(table, column, facts, way);
  const nodes = (asked.written.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const identity = nodes.find(({ contype }) => contype === 'CONSTR_IDENTITY');
  if (identity !== undefined) {
    return hasChildren(table, facts) || relationFacts(table, facts)?.kind === 'partitioned-table'
      ? {
          cannot:
            'The table has partitions or children, which take part in an identity column in another way in each version of PostgreSQL. A column with DEFAULT nextval(…) of a sequence can be added online.',
        }
      : identityNumbers(table, column, identity, facts, way);
  }
  const value = column.default?.expression;
  if (value === undefined) return null;
  const setDefault = alterAnew(way, {
    subtype: 'AT_ColumnDefault',
    name: column.name,
    def: value,
    behavior: 'DROP_RESTRICT',
  });
  return setDefault === null ? null : { before: [], setDefault, after: [], finish: [] };
}

function madeNotNull({ change, notNull }: FilledColumn, known: Facts, way: Way): Planned {
  const { table, column } = change;
  if (known.major < 18) return provedNotNull(table, column.name, false, known, way);
  const name = notNull?.name ?? chosenName(table, [column.name], 'not_null', known);
  return notNullApart(name, change, way) ?? unprintable;
}

/** 18 names the constraint as the column's own would be. */
export function notNullApart(name: string, { column }: AddedColumn, way: Way): readonly Draft[] | null {
  const written: Constraint = { contype: 'CONSTR_NOTNULL', keys: [{ String: { sval: column.name } }] };
  const add = alterAnew(way, addCommand(notValid(written, name)));
  const validate = alterAnew(way, validateCommand(name));
  return add === null || validate === null ? null : addThenValidate({ add, validate }, 'refuse NULLs');
}
