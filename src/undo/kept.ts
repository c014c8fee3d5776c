// What do the comments on parked relations, types and functions say is kept, and for which migration?
import { type Catalog, kinds } from '../database/catalog/index.ts';

interface KeptAs {
  /** Of the relation, type or function in roadbook_parked, as the catalog has it: `roadbook_parked.20260101_users`. */
  readonly name: string;
  /** The kind that it has in the catalog: `table`, `enum`, `function`. */
  readonly kind: string;
  /** Whole comment, as it was read. */
  readonly told: Readonly<Record<string, unknown>>;
}

/** The table itself, moved. */
export interface KeptTable extends KeptAs {
  readonly sort: 'table';
  /** What it was, as the catalog had it: `public.users`. */
  readonly table: string;
  /** What its indexes, sequences and statistics were, by the names they have now: `20260101_users_pkey` -> `index public.users_pkey`. */
  readonly names: Readonly<Record<string, string>>;
  /** A partition or a child that went with its parent. */
  readonly part: boolean;
}

/** Key and values of a column that was dropped, where they were not NULL. */
export interface KeptColumn extends KeptAs {
  readonly sort: 'column';
  readonly table: string;
  /** As the catalog had it: `public.users.email`. */
  readonly column: string;
  /** As SQL prints them. */
  readonly key: readonly string[];
}

/** Key and old values of a column whose type was changed. */
export interface KeptValues extends KeptAs {
  readonly sort: 'values';
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
  /** The old type, as format_type prints it. */
  readonly type: string;
  /** The expression of the type change over the old value, in which the old column stands by its bare quoted name. */
  readonly using: string;
}

/** Rows as they were before they were changed, and keys of those that were inserted. */
export interface KeptRows extends KeptAs {
  readonly sort: 'rows';
  readonly table: string;
}

/** A type or function that parked tables use. */
export interface KeptUsed extends KeptAs {
  readonly sort: 'used';
  /** What it was, as the catalog had it, without arguments: `public.mood`. */
  readonly was: string;
}

export type Kept = KeptTable | KeptColumn | KeptValues | KeptRows | KeptUsed;

/** In the order in which it was parked. `live` with the schema roadbook_parked; what an undo has brought back already is passed over. */
export function keptFor(live: Catalog, migration: string): readonly Kept[] {
  const found: Kept[] = [];
  for (const kind of kinds)
    for (const [name, { comment }] of Object.entries(live.objects[kind] ?? {})) {
      if (!name.startsWith('roadbook_parked.') || typeof comment !== 'string') continue;
      const told = recordOf(parsed(comment));
      if (told === null || told.migration !== migration || told.restored !== undefined) continue;
      const one = keptAs({ name, kind, told });
      if (one !== null) found.push(one);
    }
  return found.sort((one, other) => (whenOf(one) < whenOf(other) ? -1 : whenOf(one) > whenOf(other) ? 1 : 0));
}

function keptAs(as: KeptAs): Kept | null {
  const { told } = as;
  const object = textOf(told.object);
  if (told.roadbook === 'used') return { ...as, sort: 'used', was: object.replace(/^(type|domain|routine) /, '') };
  if (told.roadbook !== 'parked') return null;
  if (object.startsWith('table ')) {
    const names = recordOf(recordOf(told.definition)?.names) ?? {};
    return {
      ...as,
      sort: 'table',
      table: object.slice('table '.length),
      names: Object.fromEntries(Object.entries(names).map(([name, was]) => [name, textOf(was)])),
      part: told.part === true,
    };
  }
  if (object.startsWith('rows of table ')) return { ...as, sort: 'rows', table: object.slice('rows of table '.length) };
  const key = Array.isArray(told.key) ? told.key.map(textOf) : [];
  const column = object.replace(/^(values of )?column /, '');
  const table = withoutLast(column);
  if (object.startsWith('values of column '))
    return { ...as, sort: 'values', table, column, key, type: textOf(told.type), using: textOf(told.using) };
  return object.startsWith('column ') ? { ...as, sort: 'column', table, column, key } : null;
}

/** `public.users` of `public.users.email`. */
export function withoutLast(printed: string): string {
  return /^(.*)\.(?:"(?:[^"]|"")*"|[^".]+)$/s.exec(printed)?.[1] ?? printed;
}

function whenOf({ told }: Kept): string {
  return textOf(told.parkedAt);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
