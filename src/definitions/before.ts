// What was there before a migration that is not there after it, or not so?
import { type Catalog, type Named, type Properties, partsOfName, type Value } from '../database/catalog/index.ts';
import { arranged } from './arranged.ts';
import { keyOf, listOf, textOf } from './define.ts';
import { type Renames, splitKey, underNames } from './under-names.ts';

/** Plain JSON: the difference back from the catalog after a migration to the one before it. */
export interface Before {
  /** Whole sentences: what else the migration did that no catalog tells, and that is not kept. */
  readonly lasting?: readonly string[];
  readonly format: 1;
  /** Of PostgreSQL, before and after. */
  readonly majors: readonly [before: number, after: number];
  /** By kind and name: what is not there any more, or is another object of the same name, with all that was known of it. */
  readonly was: Readonly<Record<string, Named>>;
  /** By kind and name: what is there with other properties. Only those that changed, as they were; null: it had none. */
  readonly altered: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value | null>>>>>>;
  /** Keys of what is new: `table public.users`. */
  readonly since: readonly string[];
  /** Keys of what has another name now: as it was, as it is. An enum's labels, too: `label public.mood.happy`. */
  readonly renamed: readonly (readonly [was: string, is: string])[];
  /** Keys of tables, columns and sequences that are others of the same name now: what they held is elsewhere. */
  readonly replaced: readonly string[];
  /** `class:oid:sub` of tables and columns in `was`, by their keys. */
  readonly identities: Readonly<Record<string, string>>;
}

const holdRows = /^(table|column|sequence) /;

export function beforeOf(before: Catalog, after: Catalog): Before {
  const was: Record<string, Record<string, Properties>> = {};
  const altered: Record<string, Record<string, Record<string, Value | null>>> = {};
  const replaced: string[] = [];
  const identities: Record<string, string> = {};
  const known = new Set(Object.values(before.identities ?? {}));
  for (const [kind, named] of Object.entries(before.objects))
    for (const [name, properties] of Object.entries(named)) {
      const key = keyOf(kind, name);
      const there = propertiesIn(after, kind, name);
      const [one, other] = [before.identities?.[key], after.identities?.[key]];
      const isOther = there !== undefined && one !== undefined && other !== undefined && one !== other;
      // What has its name now had another one.
      const isAnother = isOther && known.has(other);
      if (isOther && holdRows.test(key)) replaced.push(key);
      const changed = there === undefined ? null : changedIn(properties, there);
      if (changed !== null && Object.keys(changed).length === 0 && !isAnother) continue;
      if (changed !== null && !isOther) altered[kind] = { ...altered[kind], [name]: changed };
      else {
        was[kind] = { ...was[kind], [name]: properties };
        if (one !== undefined && holdRows.test(key)) identities[key] = one;
      }
    }
  return {
    format: 1,
    majors: [before.server.major, after.server.major],
    was,
    altered,
    since: keysOf(after).filter((key) => propertiesIn(before, ...splitKey(key)) === undefined),
    renamed: renamedBetween(before, after),
    replaced,
    identities,
  };
}

/** As JSON was read again; null where it is none of ours. */
export function readBefore(value: unknown): Before | null {
  return isBefore(value) ? value : null;
}

function isBefore(value: unknown): value is Before {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 1 && 'since' in value;
}

/** What is to be where the migration is taken back from what is there now; what changed elsewhere since stays as it is. */
export function asBefore(live: Catalog, before: Before): Catalog {
  const renames: Renames = new Map(before.renamed.map(([was, is]) => [is, was]));
  const away = new Set(before.since.filter((key) => !renames.has(key)));
  for (const [kind, named] of Object.entries(before.was))
    for (const name of Object.keys(named)) if (!renames.has(keyOf(kind, name))) away.add(keyOf(kind, name));
  const kept = underNames(without(live, away), renames);
  const objects = new Map(
    Object.entries(kept.objects).map(([kind, named]) => [kind, new Map(Object.entries(named))] as const),
  );
  const put = (kind: string, name: string, properties: Properties) => {
    const named = objects.get(kind) ?? new Map<string, Properties>();
    objects.set(kind, named.set(name, properties));
  };
  for (const [kind, named] of Object.entries(before.altered))
    for (const [name, changes] of Object.entries(named)) {
      const there = objects.get(kind)?.get(name);
      if (there !== undefined) put(kind, name, withChanges(there, changes));
    }
  for (const [kind, named] of Object.entries(before.was))
    for (const [name, properties] of Object.entries(named)) put(kind, name, properties);
  return arranged(live, withoutOrphans(objects, live));
}

/** Without the objects of these keys. */
export function without(catalog: Catalog, keys: ReadonlySet<string>): Catalog {
  if (keys.size === 0) return catalog;
  const objects = Object.entries(catalog.objects).map(([kind, named]): [string, Named] => [
    kind,
    Object.fromEntries(Object.entries(named).filter(([name]) => !keys.has(keyOf(kind, name)))),
  ]);
  return { ...catalog, objects: Object.fromEntries(objects) };
}

export function propertiesIn({ objects }: Catalog, kind: string, name: string): Properties | undefined {
  const named = objects[kind] ?? {};
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

export function keysOf({ objects }: Catalog): readonly string[] {
  return Object.entries(objects).flatMap(([kind, named]) => Object.keys(named).map((name) => keyOf(kind, name)));
}

function changedIn(was: Properties, is: Properties): Record<string, Value | null> {
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const changed = [...names].filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  return Object.fromEntries(changed.map((name) => [name, was[name] ?? null]));
}

function withChanges(properties: Properties, changes: Readonly<Record<string, Value | null>>): Properties {
  const all: Readonly<Record<string, Value | null>> = { ...properties, ...changes };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

function renamedBetween(before: Catalog, after: Catalog): readonly (readonly [string, string])[] {
  const now = new Map(Object.entries(after.identities ?? {}).map(([key, identity]) => [identity, key]));
  return Object.entries(before.identities ?? {}).flatMap(([was, identity]): readonly [string, string][] => {
    const is = now.get(identity);
    return is === undefined || is === was || splitKey(is)[0] !== splitKey(was)[0] ? [] : [[was, is]];
  });
}

/** Parts of what is not there go with it; what is listed in the order of columns is there. */
function withoutOrphans(objects: ReadonlyMap<string, Map<string, Properties>>, live: Catalog): Record<string, Named> {
  for (let changed = true; changed; ) {
    changed = false;
    for (const named of objects.values())
      for (const [name, properties] of named) {
        const on = textOf(properties, 'on');
        if (on === undefined) continue;
        const [kind, whole] = splitKey(on);
        // Members of extensions are in no catalog.
        if (objects.get(kind)?.has(whole) === true || propertiesIn(live, kind, whole) === undefined) continue;
        named.delete(name);
        changed = true;
      }
  }
  const columns = new Map<string, string[]>();
  for (const [name, { on }] of objects.get('column') ?? [])
    if (typeof on === 'string') columns.set(on, [...(columns.get(on) ?? []), partsOfName(name).at(-1) ?? name]);
  return Object.fromEntries(
    [...objects].map(([kind, named]) => [
      kind,
      Object.fromEntries(
        [...named].map(([name, properties]) => [name, ordered(properties, columns.get(keyOf(kind, name)))]),
      ),
    ]),
  );
}

function ordered(properties: Properties, columns: readonly string[] = []): Properties {
  if (properties.order === undefined) return properties;
  const listed = listOf(properties, 'order');
  const there = new Set(columns);
  const nameOf = (printed: string) => partsOfName(printed)[0] ?? printed;
  const order = listed.filter((printed) => there.has(nameOf(printed)));
  const known = new Set(order.map(nameOf));
  return { ...properties, order: [...order, ...columns.filter((name) => !known.has(name))] };
}
