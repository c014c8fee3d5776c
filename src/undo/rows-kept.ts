// What does the comment on a table of rows say of them, and what are they called before the migration?
import type { Catalog } from '../database/catalog/index.ts';
import { propertiesIn } from '../definitions/before.ts';
import { keyOf } from '../definitions/define.ts';
import { splitKey } from '../definitions/under-names.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { BackContext } from './back-context.ts';
import type { KeptRows } from './kept.ts';

export interface KeptRowsColumn {
  /** In the rows table, as SQL prints it: what was there before. */
  readonly old: string;
  /** In the table it comes back to, as SQL prints it. */
  readonly own: string;
  /** What the statement gave it: a column of the rows table, or one value for all rows. Null: it only tells rows apart. */
  readonly after: string | null;
  /** As it is to be. */
  readonly type: string;
  /** It was of another type then. */
  readonly retyped: boolean;
  /** PostgreSQL gives it its values, and refuses any other in an UPDATE. */
  readonly isAlways: boolean;
}

export interface RowsOf {
  /** The rows table. */
  readonly relation: string;
  /** As the catalog has it: `public.users`. */
  readonly table: string;
  readonly sort: 'insert' | 'update' | 'delete' | 'emptied';
  /** Index of the user's statement. */
  readonly statement: number;
  /** Empty: whole rows tell them apart. Null: a column of it is not there any more. */
  readonly key: readonly KeptRowsColumn[] | null;
  readonly columns: readonly KeptRowsColumn[];
  /** A row may have been changed more than once. */
  readonly again: boolean;
  /** Where TRUNCATE has set back sequences: by name, the value that each gave last. */
  readonly sequences: readonly (readonly [name: string, last: string])[];
}

/** Null where the table is not there before the migration, or nothing of it would come back. */
export function rowsOf({ name, table, told }: KeptRows, context: BackContext): RowsOf | null {
  const identity = textOf(told.identity);
  const own = named('table', `${identity}:0`, context.renamed) ?? table;
  if (propertiesIn(context.target, 'table', own) === undefined) return null;
  const { sort } = told;
  if (sort !== 'insert' && sort !== 'update' && sort !== 'delete' && sort !== 'emptied') return null;
  const find = (one: Told) => columnOf(one, own, identity, context);
  const key = toldIn(told.key).map(find);
  const there = key.filter((one) => one !== null);
  return {
    relation: name,
    table: own,
    sort,
    statement: typeof told.statement === 'number' ? told.statement : 0,
    key: there.length === key.length ? there : null,
    columns: toldIn(told.columns).flatMap((one) => find(one) ?? []),
    again: told.again === true,
    sequences: listIn(told.sequences).map((one) => [textOf(one.name), String(one.last ?? '')] as const),
  };
}

type Told = Readonly<Record<string, unknown>>;

/** What the migration has added, or PostgreSQL computes, is left out. */
function columnOf(
  told: Told,
  table: string,
  identity: string,
  { renamed, target, types }: BackContext,
): KeptRowsColumn | null {
  const said = quoteIdentifier(textOf(told.name));
  const key = named('column', `${identity}:${String(told.number)}`, renamed);
  const now = key ?? `${table}.${said}`;
  const properties = propertiesIn(target, 'column', now);
  if (properties === undefined || properties.generated !== undefined) return null;
  const type = types.get(keyOf('column', now)) ?? textOf(properties.type);
  const given = 'given' in told ? `CAST(${literal(told.given)} AS ${type})` : null;
  return {
    old: said,
    own: now.slice(table.length + 1),
    after: typeof told.after === 'string' ? told.after : given,
    type,
    retyped: type !== told.type,
    isAlways: properties.identity === 'always',
  };
}

/** By its identity, which a change of name leaves as it is. */
function named(kind: string, identity: string, { identities = {} }: Catalog): string | null {
  for (const [key, its] of Object.entries(identities))
    if (its === identity && key.startsWith(`${kind} `)) return splitKey(key)[1];
  return null;
}

/** The keys of tables whose foreign keys lead from one of these to another, so that those referred to come first. */
export function referredFirst<One extends { readonly table: string }>(
  rows: readonly One[],
  target: Catalog,
): readonly One[] {
  const refers = Object.values(target.objects.constraint ?? {}).flatMap(({ on, definition }) => {
    const to =
      typeof definition === 'string' ? /^FOREIGN KEY .*? REFERENCES (.*?)\(/s.exec(definition)?.[1] : undefined;
    return to === undefined || typeof on !== 'string' ? [] : [[on, keyOf('table', to)] as const];
  });
  const ordered: One[] = [];
  for (let left = [...rows]; left.length > 0; ) {
    const waits = (one: One) =>
      left.some(
        (other) =>
          other.table !== one.table &&
          refers.some(([from, to]) => from === keyOf('table', one.table) && to === keyOf('table', other.table)),
      );
    const ready = left.filter((one) => !waits(one));
    const next = ready.length > 0 ? ready : left;
    ordered.push(...next);
    left = left.filter((one) => !next.includes(one));
  }
  return ordered;
}

function literal(value: unknown): string {
  return value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`;
}

function toldIn(value: unknown): readonly Told[] {
  return listIn(value);
}

function listIn(value: unknown): readonly Told[] {
  return Array.isArray(value) ? value.flatMap((one) => (isRecord(one) ? [one] : [])) : [];
}

function isRecord(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
