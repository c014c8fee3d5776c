// Which statements fill the columns that came back, and what gets a value that never had one?
import type { Catalog } from '../database/catalog/index.ts';
import { propertiesIn } from '../definitions/before.ts';
import { keyOf, listOf, textOf } from '../definitions/define.ts';
import { type Renames, splitKey, wholeName } from '../definitions/under-names.ts';
import type { Ask } from './back-context.ts';
import {
  type ColumnBack,
  counted,
  filled,
  lastOf,
  numbered,
  sequencesOf,
  unknownRows,
  valuesOf,
} from './columns-back.ts';

export interface DataBack {
  readonly first: readonly string[];
  /** When rows that were deleted are there again. */
  readonly again: readonly string[];
  /** When sequences are there again. */
  readonly counts: readonly string[];
  readonly notes: readonly string[];
}

interface Around {
  readonly target: Catalog;
  /** What is there, by the names that it had. */
  readonly renamed: Catalog;
  readonly fill: Readonly<Record<string, string>>;
  /** Columns that are there and are to be NOT NULL again. */
  readonly tightened: readonly string[];
  readonly hasRows: boolean;
}

export function dataBack(
  columns: readonly ColumnBack[],
  { target, renamed, fill, tightened, hasRows }: Around,
): DataBack {
  const given = columns.flatMap((one): readonly string[] => {
    const { column, properties } = one;
    if (!isRequired(column, target)) return [];
    const [sequence] = sequencesOf(column, target);
    if (properties.identity !== undefined && sequence !== undefined) return [numbered(one, sequence[1])];
    const expression = fill[column] ?? textOf(properties, 'default');
    return expression === undefined ? [] : [filled(column, expression)];
  });
  const counts = Object.entries(target.objects.sequence ?? {}).flatMap(([name, properties]) => {
    const column = textOf(properties, 'owner column')?.replace(/^identity of /, '');
    const isNew = propertiesIn(renamed, 'sequence', name) === undefined && column !== undefined;
    return isNew && isIn(target, column) ? [counted(name, properties, column)] : [];
  });
  const isCounting = new Set(
    columns.filter(({ column }) => sequencesOf(column, target).length > 0).map(({ column }) => column),
  );
  return {
    first: [
      ...columns.flatMap((one) => valuesOf(one)),
      ...(hasRows ? [] : [...beforeDefaults(columns, isCounting, target), ...given]),
      ...tightened.flatMap((column) => (fill[column] === undefined ? [] : [filled(column, fill[column])])),
    ],
    again: hasRows
      ? [...columns.flatMap((one) => valuesOf(one, true)), ...beforeDefaults(columns, isCounting, target), ...given]
      : [],
    counts,
    notes: columns.flatMap(({ column, properties }) => {
      if (!isRequired(column, target) || fill[column] !== undefined) return [];
      if (properties.identity !== undefined) return [`Rows written since get new numbers in ${column}.`];
      const value = textOf(properties, 'default');
      return value === undefined ? [] : [`Rows written since get the default ${value} in ${column}.`];
    }),
  };
}

/** A sequence that gives values to rows without one is ahead of the others first. That of an identity is not yet there. */
function beforeDefaults(
  columns: readonly ColumnBack[],
  counting: ReadonlySet<string>,
  target: Catalog,
): readonly string[] {
  return columns.flatMap(({ column, properties }) =>
    counting.has(column) && properties.identity === undefined
      ? sequencesOf(column, target).map(([name, its]) => counted(name, its, column))
      : [],
  );
}

/** What the rows are asked, where no `--fill` answers it. */
export function asksOf(
  columns: readonly ColumnBack[],
  names: Renames,
  { target, fill, tightened }: Omit<Around, 'hasRows' | 'renamed'>,
): readonly Ask[] {
  return [
    ...columns
      .filter(
        ({ column, properties }) => isRequired(column, target) && fill[column] === undefined && !isGiven(properties),
      )
      .map((one) => ({ column: one.column, ...unknownRows(one, names) })),
    ...tightened.filter((column) => fill[column] === undefined).map((column) => nulls(column, names, target)),
  ];
}

function isGiven({ identity, default: value }: ColumnBack['properties']): boolean {
  return identity !== undefined || value !== undefined;
}

/** Of a table whose rows are there: in a new one are none to be ahead of. */
function isIn(target: Catalog, column: string): boolean {
  return propertiesIn(target, 'column', column) !== undefined;
}

/** NOT NULL that is not validated says nothing of the rows that are there; from 18 on it can be. */
function isRequired(column: string, target: Catalog): boolean {
  if (propertiesIn(target, 'column', column)?.['not null'] !== true) return false;
  const on = `table ${wholeName(column)}`;
  const definition = `NOT NULL ${lastOf(column)}`;
  return !Object.values(target.objects.constraint ?? {}).some(
    (one) => one.on === on && one.definition === definition && one.validated === false,
  );
}

function nulls(column: string, names: Renames, target: Catalog): Ask {
  const now = new Map([...names].map(([is, was]) => [was, is]));
  const called = (key: string) => splitKey(now.get(key) ?? key)[1];
  const table = called(keyOf('table', wholeName(column)));
  const own = lastOf(called(keyOf('column', column)));
  const key = primaryKey(wholeName(column), target).map((one) =>
    lastOf(called(keyOf('column', `${wholeName(column)}.${one}`))),
  );
  const shown = key.length === 0 ? 't.ctid' : key.map((one) => `t.${one}`).join(', ');
  const rest = `FROM ${table} AS t WHERE t.${own} IS NULL`;
  return {
    column,
    table,
    count: `SELECT pg_catalog.count(*)::text AS rows ${rest}`,
    examples: `SELECT pg_catalog.concat_ws(', ', ${shown}) AS key ${rest} LIMIT 5`,
  };
}

function primaryKey(table: string, target: Catalog): readonly string[] {
  const [definition] = Object.values(target.objects.constraint ?? {}).flatMap((one) =>
    one.on === `table ${table}` && /^PRIMARY KEY/.test(String(one.definition)) ? [String(one.definition)] : [],
  );
  const listed = /\(((?:"(?:[^"]|"")*"|[^")])*)\)/.exec(definition ?? '')?.[1] ?? '';
  return [...listed.matchAll(/"(?:[^"]|"")*"|[^", ]+/g)].map(([word]) => word);
}

/** The column of the tables below it. */
export function inheriting(column: string, target: Catalog): readonly string[] {
  const table = wholeName(column);
  const last = lastOf(column);
  return Object.entries(target.objects.table ?? {}).flatMap(([name, properties]) => {
    if (!listOf(properties, 'inherits').includes(table)) return [];
    const own = `${name}.${last}`;
    return propertiesIn(target, 'column', own)?.local === false ? [own, ...inheriting(own, target)] : [];
  });
}
