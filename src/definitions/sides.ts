// What do two catalogs hold, and what hangs on what?
import { type Catalog, kinds } from '../database/catalog/index.ts';
import { agree, type CatalogObject, keyOf, textOf } from './define.ts';
import { definitions } from './kinds/index.ts';
import { childrenIn } from './lineage.ts';
import { createReferences, type References } from './references.ts';
import { elementOf } from './stored.ts';

/** Objects by their keys. */
export type Objects = ReadonlyMap<string, CatalogObject>;

export interface Sides {
  readonly from: Objects;
  readonly to: Objects;
  readonly toCatalog: Catalog;
  /** By key: what names it in `from`. */
  readonly users: ReadonlyMap<string, readonly CatalogObject[]>;
  readonly uses: References;
  readonly needs: References;
  /** In `to`: tables by the name of a parent. */
  readonly children: ReadonlyMap<string, readonly string[]>;
}

export function sidesOf(from: Catalog, to: Catalog): Sides {
  const moved = movedExtensions(from, to);
  const there = objectsOf(from, moved);
  const uses = createReferences(from);
  const users = new Map<string, CatalogObject[]>();
  for (const user of there.values())
    for (const used of uses(user.kind, user.name)) {
      const list = users.get(used);
      if (list === undefined) users.set(used, [user]);
      else list.push(user);
    }
  return {
    from: there,
    to: objectsOf(to, moved),
    toCatalog: to,
    users,
    uses,
    needs: createReferences(to),
    children: childrenIn(to),
  };
}

/** Parts of these follow them. */
function movedExtensions(from: Catalog, to: Catalog): ReadonlySet<string> {
  const there = Object.entries(from.objects.extension ?? {});
  const moved = there.filter(([name, was]) => {
    const is = to.objects.extension?.[name];
    return is !== undefined && (is.version !== was.version || is.schema !== was.schema);
  });
  return new Set(moved.map(([name]) => keyOf('extension', name)));
}

function objectsOf(catalog: Catalog, moved: ReadonlySet<string>): Objects {
  const found = new Map<string, CatalogObject>();
  for (const kind of kinds)
    for (const [name, properties] of Object.entries(catalog.objects[kind] ?? {}))
      if (!moved.has(textOf(properties, 'on') ?? '')) found.set(keyOf(kind, name), { kind, name, properties, catalog });
  return found;
}

/** What follows from other objects does not count. */
export function sameBut(from: CatalogObject, to: CatalogObject, except: readonly string[]): boolean {
  const { follows = [] } = definitions[to.kind];
  const names = new Set([...Object.keys(from.properties), ...Object.keys(to.properties)]);
  for (const name of ['on', 'order', ...follows, ...except]) names.delete(name);
  return agree(from, to, [...names]);
}

/** Columns that stay, though what their default or their type names is away for a moment. */
export type Held = ReadonlyMap<string, 'default' | 'type'>;

/** What uses something that goes away for a moment goes with it: added to `anew`. */
export function spread(anew: Set<string>, gone: readonly string[], sides: Sides): Held {
  const held = new Map<string, 'default' | 'type'>();
  const reached = [...anew, ...gone];
  for (let key = reached.pop(); key !== undefined; key = reached.pop()) {
    for (const user of usersOf(key, sides)) {
      const by = holds(user, key, sides);
      if (by === 'itself') continue;
      if (by !== null) {
        if (held.get(user) === 'type' || held.get(user) === by) continue;
        held.set(user, by);
        if (by === 'type') reached.push(user);
        continue;
      }
      if (anew.has(user)) continue;
      anew.add(user);
      reached.push(user);
    }
  }
  for (const key of held.keys())
    if (anew.has(key) || anew.has(textOf(sides.from.get(key)?.properties ?? {}, 'on') ?? '')) held.delete(key);
  return held;
}

/** By what a column with rows in it names another object; `itself`: it gets another type anyway. */
function holds(key: string, other: string, { from, to }: Sides): 'default' | 'type' | 'itself' | null {
  const [user, used] = [from.get(key), from.get(other)];
  if (user?.kind !== 'column' || used === undefined || user.properties.generated !== undefined) return null;
  const on = textOf(user.properties, 'on') ?? '';
  if (!/^(foreign )?table /.test(on) || on === other || used.kind === 'column') return null;
  const type = textOf(user.properties, 'type') ?? '';
  const retyped = type !== to.get(key)?.properties.type;
  // That of its type, which it leaves.
  if (used.kind === 'schema') return retyped && type.startsWith(`${used.name}.`) ? 'itself' : null;
  if (used.kind === 'collation' && used.name === user.properties.collation)
    return used.name === to.get(key)?.properties.collation ? 'type' : 'itself';
  if (elementOf(type) !== used.name) return 'default';
  return retyped ? 'itself' : 'type';
}

/** Of parts that only their wholes can take away: these wholes. */
export function wholesOfBound(keys: Iterable<string>, { from, to }: Sides): readonly string[] {
  return [...keys].flatMap((key) => {
    const object = from.get(key);
    const on = textOf(object?.properties ?? {}, 'on');
    if (object === undefined || on === undefined || definitions[object.kind].bound?.(object) !== true) return [];
    return from.has(on) && to.has(on) ? [on] : [];
  });
}

/** Of those that stay, which hang on it. A whole does not hang on its parts, nor a table on what its columns use. */
export function usersOf(key: string, { from, to, users }: Sides): readonly string[] {
  const used = from.get(key);
  if (used === undefined) return [];
  return (users.get(key) ?? []).flatMap((user): readonly string[] => {
    const own = keyOf(user.kind, user.name);
    if (!to.has(own) || textOf(used.properties, 'on') === own) return [];
    return hangs(user, used) ? [standsFor(user, key)] : [];
  });
}

/** Types of attributes and of a view's columns are their whole's. */
export function standsFor(user: CatalogObject, used: string): string {
  const on = textOf(user.properties, 'on') ?? '';
  const isPart = user.kind === 'column' && /^(composite type|view|materialized view) /.test(on);
  return isPart && on !== used ? on : keyOf(user.kind, user.name);
}

/** PostgreSQL itself sees to them where a column gets another type. */
const seenTo = new Set(['constraint', 'index', 'statistics']);

/** What a column's change of type makes PostgreSQL refuse. */
export function disturbedBy(key: string, sides: Sides): readonly string[] {
  return usersOf(key, sides).filter((user) => !seenTo.has(sides.from.get(user)?.kind ?? ''));
}

/** Columns with rows in them are not made anew for the sake of a constraint, nor tables for the sake of a type. */
function hangs(user: CatalogObject, used: CatalogObject): boolean {
  if (user.kind === 'table' || user.kind === 'sequence') return used.kind === 'schema';
  if (user.kind === 'column') return used.kind !== 'constraint';
  return true;
}

/** What goes by itself when that which it is part of goes. */
export function silentIn({ from, uses }: Sides, away: ReadonlySet<string>): ReadonlySet<string> {
  const silent = new Set<string>();
  for (const key of away) {
    const object = from.get(key);
    if (object === undefined) continue;
    const on = textOf(object.properties, 'on');
    const { goesWith: others, outlives } = definitions[object.kind];
    const goesWith = [...(on === undefined || outlives === true ? [] : [on]), ...(others?.(object) ?? [])];
    // Two tables that refer to each other go neither before the other.
    const refers = /^FOREIGN KEY/.test(textOf(object.properties, 'definition') ?? '');
    const holds =
      refers && uses(object.kind, object.name).some((one) => one !== on && /^table /.test(one) && away.has(one));
    if (!holds && goesWith.some((one) => away.has(one))) silent.add(key);
  }
  return silent;
}
