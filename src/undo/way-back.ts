// Which statements take a migration back, and what can they not bring back?
import type { Catalog } from '../database/catalog/index.ts';
import { arranged } from '../definitions/arranged.ts';
import { asBefore, type Before, keysOf, propertiesIn, without } from '../definitions/before.ts';
import { keyOf } from '../definitions/define.ts';
import { type Move, type WayBetween, wayBetween } from '../definitions/difference.ts';
import { type Renames, splitKey, underNames } from '../definitions/under-names.ts';
import type { Ask, BackContext } from './back-context.ts';
import { type ColumnBack, columnsBack, lastOf, lostColumns } from './columns-back.ts';
import { asksOf, dataBack, inheriting } from './data-back.ts';
import { beforeIdentities, inBetween } from './in-between.ts';
import type { Kept, KeptRows, KeptValues } from './kept.ts';
import { notKept } from './not-kept.ts';
import { inTheWay, withoutUsersOf } from './out-of-the-way.ts';
import { renamesBack } from './rename-back.ts';
import { renamesOf } from './renames-of.ts';
import { markedRestored } from './restored.ts';
import { rowsBack } from './rows-back.ts';
import { tightenedColumns } from './tightened.ts';
import { valuesBack } from './values-back.ts';

export type { Ask } from './back-context.ts';

export interface WayBackParts {
  /** The migration that is undone. */
  readonly migration: string;
  /** Read with `exclude: ['roadbook']`. */
  readonly live: Catalog;
  readonly before: Before;
  /** `keptFor(live, migration)` */
  readonly kept: readonly Kept[];
  /** `--fill`: SQL expressions by `public.users.email`. */
  readonly fill?: Readonly<Record<string, string>>;
  /** No table held a row when it was applied: what is not kept was nothing. */
  readonly empty?: boolean;
}

export interface Restored {
  /** `table public.users`, `column public.users.email`. */
  readonly object: string;
  /** What it comes from: `roadbook_parked.20260101_users`. */
  readonly relation: string;
}

export interface WayBack {
  /** In order, each without a semicolon: those of a migration. */
  readonly statements: readonly string[];
  /** As it is to be afterwards, without roadbook_parked. */
  readonly expected: Catalog;
  /** What no statement brings back, each a whole sentence. */
  readonly cannot: readonly string[];
  /** What is done that one may want to know, each a whole sentence: rows that get a default. */
  readonly notes: readonly string[];
  readonly asks: readonly Ask[];
  readonly restores: readonly Restored[];
}

/** Pure: nobody is asked. What it takes away is parked by whoever plans these statements. */
export function wayBack({ migration, live, before, kept, fill = {}, empty = false }: WayBackParts): WayBack {
  const names = renamesOf(live, before, kept);
  const target = asBefore(withoutParked(live), before);
  const held = columnsBack(sorted(kept, 'column'), target, before);
  // What is called as something that comes back goes first, and schemas are there before anything moves to them.
  const obstacles = new Set([...inTheWay(live, names), ...namesakes(held, live, names)]);
  const cleared = withoutUsersOf(live, obstacles);
  const first = wayBetween(withoutParked(live), withoutParked(cleared));
  const now = withoutParked(underNames(cleared, names));
  const renamed = withSchemas(now, target);
  const schemas = wayBetween(now, renamed);
  const types = typesKept(sorted(kept, 'rows'), live, renamed);
  const context: BackContext = { migration, live, renamed, target, types, fill };
  const rows = rowsBack(sorted(kept, 'rows'), context);
  const come = held.filter(({ column }) => propertiesIn(renamed, 'column', column) === undefined);
  const columns = [...come, ...lostColumns(renamed, target, come)];
  const tightened = tightenedColumns(renamed, target);
  const awaited = new Set(columns.flatMap(({ column }) => [column, ...inheriting(column, target)]).map(columnKey));
  const between = inBetween(renamed, target, {
    columns: awaited,
    tightened: new Set(tightened.filter((one) => fill[one] !== undefined).map(columnKey)),
    tables: new Set(rows.tables),
    types,
  });
  const uncounted = beforeIdentities(target, awaited);
  const there = wayBetween(renamed, between);
  const complete = wayBetween(between, uncounted);
  const counting = wayBetween(uncounted, target);
  const values = sorted(kept, 'values');
  const retyped = withValues(there.moves, values, context);
  const after = withValues(complete.moves, retyped.left, context);
  const data = dataBack(columns, { target, renamed, fill, tightened, hasRows: rows.statements.length > 0 });
  // Also what nothing came from: another run of the migration takes its name.
  const restored = kept.filter(({ sort }) => sort === 'column' || sort === 'values' || sort === 'rows');
  return {
    statements: [
      ...sqlOf(first),
      ...sqlOf(schemas),
      ...renamesBack(cleared, names),
      ...retyped.statements,
      ...data.first,
      ...rows.statements,
      ...data.again,
      ...after.statements,
      ...sqlOf(counting),
      ...data.counts,
      ...restored.flatMap((one) => markedRestored(one, live)),
    ],
    expected: target,
    cannot: [
      ...new Set([
        ...[first, schemas, there, complete, counting].flatMap(({ cannot }) => cannot),
        ...rows.cannot,
        ...values.flatMap((one) => namedAlike(one, context)),
        ...(empty ? [] : [there, complete, counting].flatMap(madeAnew)),
        ...(empty ? [] : notKept({ before, live, target, names, kept, columns: held })),
      ]),
    ],
    notes: data.notes,
    asks: asksOf(columns, names, { target, fill, tightened }),
    restores: [...sorted(kept, 'table').filter(({ part }) => !part), ...restored].map(restoredFrom),
  };
}

function sorted<Sort extends Kept['sort']>(
  kept: readonly Kept[],
  sort: Sort,
): readonly Extract<Kept, { sort: Sort }>[] {
  return kept.filter((one): one is Extract<Kept, { sort: Sort }> => one.sort === sort);
}

/** A type that was made anew under its name: nothing tells which of the two a value was of. */
function namedAlike(one: KeptValues, { renamed, target }: BackContext): readonly string[] {
  const [now, then] = [renamed, target].map((catalog) => propertiesIn(catalog, 'column', one.column)?.type);
  return now === undefined || now !== then
    ? []
    : [
        `The type of ${one.column} was made anew under its name: its old values are kept in ${one.name}, and not brought back.`,
      ];
}

/** What is taken away and made again loses what it held. */
function madeAnew({ moves }: WayBetween): readonly string[] {
  return moves.flatMap(({ object, does, anew }) =>
    does === 'make' && anew && object.startsWith('table ')
      ? [`The ${object} can only be made anew: its rows do not come with it.`]
      : [],
  );
}

function sqlOf({ moves }: WayBetween): readonly string[] {
  return moves.flatMap(({ statements }) => statements);
}

function columnKey(name: string): string {
  return keyOf('column', name);
}

function restoredFrom(one: Kept): Restored {
  const { name: relation } = one;
  if (one.sort === 'column' || one.sort === 'values') return { object: columnKey(one.column), relation };
  if (one.sort === 'rows') return { object: `rows of ${keyOf('table', one.table)}`, relation };
  return { object: keyOf('table', one.sort === 'table' ? one.table : one.was), relation };
}

/** Of columns, by their keys, the type that they have now and that rows were kept with. */
function typesKept(rows: readonly KeptRows[], live: Catalog, renamed: Catalog): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(({ name, table }) =>
      Object.entries(live.objects.column ?? {}).flatMap(([column, { on, type }]) => {
        const own = `${table}.${lastOf(column)}`;
        const isSame = propertiesIn(renamed, 'column', own)?.type === type;
        return on === keyOf('table', name) && isSame ? [[columnKey(own), String(type)] as const] : [];
      }),
    ),
  );
}

/** With those that are to be and are not there. */
function withSchemas(from: Catalog, target: Catalog): Catalog {
  const schema = { ...target.objects.schema, ...from.objects.schema };
  if (Object.keys(schema).length === 0) return from;
  const { identities = {} } = from;
  return { ...arranged(from, { ...from.objects, schema }), identities };
}

/** Keys of columns as they are now that are called as one that comes back. */
function namesakes(columns: readonly ColumnBack[], live: Catalog, names: Renames): readonly string[] {
  const now = new Map([...names].map(([is, was]) => [was, is]));
  return columns.flatMap(({ table, column }) => {
    const whole = splitKey(now.get(keyOf('table', table)) ?? keyOf('table', table))[1];
    const name = `${whole}.${lastOf(column)}`;
    return propertiesIn(live, 'column', name) === undefined || names.has(keyOf('column', name))
      ? []
      : [keyOf('column', name)];
  });
}

function withoutParked(catalog: Catalog): Catalog {
  const parked = keysOf(catalog).filter((key) => /^roadbook_parked(\.|$)/.test(splitKey(key)[1]));
  return without(catalog, new Set(parked));
}

interface WithValues {
  readonly statements: readonly string[];
  /** Whose type is not changed by these moves. */
  readonly left: readonly KeptValues[];
}

/** The statements that bring old values back stand where the type would be changed otherwise. */
function withValues(moves: readonly Move[], values: readonly KeptValues[], context: BackContext): WithValues {
  const left = new Map(
    values.flatMap((one) => {
      const statements = valuesBack(one, context);
      return statements.length === 0
        ? []
        : [[keyOf('column', one.column), { one, statements, last: lastOf(one.column) }] as const];
    }),
  );
  const statements = moves.flatMap(({ object, statements: own }) =>
    own.flatMap((statement) => {
      const back = left.get(object);
      if (back === undefined || !isRetyping(statement, back.last)) return [statement];
      left.delete(object);
      return back.statements;
    }),
  );
  return { statements, left: [...left.values()].map(({ one }) => one) };
}

function isRetyping(statement: string, column: string): boolean {
  return statement.startsWith('ALTER ') && statement.includes(` ALTER COLUMN ${column} TYPE `);
}
