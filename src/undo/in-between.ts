// What is there when the rows come back: what it is to be, without what is made on them only when they are there?
import type { Catalog, Named, Properties } from '../database/catalog/index.ts';
import { arranged } from '../definitions/arranged.ts';
import { propertiesIn } from '../definitions/before.ts';
import { keyOf, listOf, textOf } from '../definitions/define.ts';
import { createReferences } from '../definitions/references.ts';
import { splitKey } from '../definitions/under-names.ts';
import { closure } from './out-of-the-way.ts';

export interface Awaited {
  /** Keys of columns that are made anew and get their values then. */
  readonly columns: ReadonlySet<string>;
  /** Keys of columns that are there and get values for those who have none before they are NOT NULL again. */
  readonly tightened: ReadonlySet<string>;
  /** Keys of tables whose rows come back. */
  readonly tables: ReadonlySet<string>;
  /** Types of columns as the rows were kept, by the columns' keys. */
  readonly types: ReadonlyMap<string, string>;
}

/** `from`: what is there before; what both have in the same way is never away. */
export function inBetween(from: Catalog, target: Catalog, awaited: Awaited): Catalog {
  const { columns, tightened, tables } = awaited;
  if (columns.size + tightened.size + tables.size === 0) return target;
  const isSame = (key: string) => {
    const [kind, name] = splitKey(key);
    return (
      JSON.stringify(sorted(propertiesIn(from, kind, name))) ===
      JSON.stringify(sorted(propertiesIn(target, kind, name)))
    );
  };
  const all = new Set([...columns, ...tightened]);
  const hanging = new Set([...closure(target, columns)].filter((key) => !columns.has(key)));
  for (const key of [...requiredBy(target, all), ...madeOn(target, tables)])
    if (!isSame(key)) for (const one of closure(target, new Set([key]))) hanging.add(one);
  const objects = new Map<string, Map<string, Properties>>();
  const later = new Set<string>();
  for (const [kind, named] of Object.entries(target.objects)) {
    const own = new Map<string, Properties>();
    objects.set(kind, own);
    for (const [name, properties] of Object.entries(named)) {
      const key = keyOf(kind, name);
      const waits = staysUntil(kind, name, properties, from, awaited);
      if (waits !== null) own.set(name, waits);
      else if (all.has(key)) own.set(name, bare(properties));
      else if (ownedBy(properties, columns)) later.add(key);
      else if (!hanging.has(key) || isSame(key)) own.set(name, told(kind, name, properties, from, hanging));
      else {
        later.add(key);
        const there = propertiesIn(from, kind, name);
        if (there !== undefined) own.set(name, there);
      }
    }
  }
  const made = Object.fromEntries(
    [...objects].map(([kind, named]): [string, Named] => [kind, Object.fromEntries(named)]),
  );
  return withoutLost({ ...arranged(target, made), server: target.server }, from, later);
}

/** Rows come back as they were kept: an enum has labels for them that it loses, and a column the type that it had then. */
function staysUntil(
  kind: string,
  name: string,
  properties: Properties,
  from: Catalog,
  { tables, types }: Awaited,
): Properties | null {
  const there = propertiesIn(from, kind, name);
  if (tables.size === 0 || there === undefined) return null;
  if (kind === 'enum') {
    const now = new Set(listOf(there, 'labels'));
    return listOf(properties, 'labels').every((label) => now.has(label)) ? there : null;
  }
  if (kind !== 'column' || !tables.has(String(properties.on)) || there.type === properties.type) return null;
  return types.get(keyOf(kind, name)) === there.type ? there : null;
}

/** A table's identity for replication may be an index that is made later. */
function told(
  kind: string,
  name: string,
  properties: Properties,
  from: Catalog,
  later: ReadonlySet<string>,
): Properties {
  const identity = textOf(properties, 'replica identity');
  if (kind !== 'table' || identity?.startsWith('index ') !== true || !later.has(identity)) return properties;
  const { 'replica identity': _, ...rest } = properties;
  const there = propertiesIn(from, kind, name)?.['replica identity'];
  return there === undefined ? rest : { ...rest, 'replica identity': there };
}

/** What stays as it is until the rows are there cannot, where it uses what goes before. */
function withoutLost(between: Catalog, from: Catalog, later: ReadonlySet<string>): Catalog {
  const uses = createReferences(from);
  const lost = new Set(
    [...later].filter((key) => {
      const [kind, name] = splitKey(key);
      if (propertiesIn(between, kind, name) === undefined) return false;
      return uses(kind, name).some((used) => {
        const [of, called] = splitKey(used);
        return propertiesIn(from, of, called) !== undefined && propertiesIn(between, of, called) === undefined;
      });
    }),
  );
  if (lost.size === 0) return between;
  const gone = closure(between, lost);
  const objects = Object.entries(between.objects).map(([kind, named]): [string, Named] => [
    kind,
    Object.fromEntries(Object.entries(named).filter(([name]) => !gone.has(keyOf(kind, name)))),
  ]);
  return { ...between, objects: Object.fromEntries(objects) };
}

/** With their numbers and NOT NULL, but not yet counted by themselves, which needs both. */
export function beforeIdentities(target: Catalog, columns: ReadonlySet<string>): Catalog {
  const counting = new Set(
    [...columns].filter((key) => propertiesIn(target, ...splitKey(key))?.identity !== undefined),
  );
  if (counting.size === 0) return target;
  const objects = Object.entries(target.objects).map(([kind, named]): [string, Named] => [
    kind,
    Object.fromEntries(
      Object.entries(named).flatMap(([name, properties]): readonly [string, Properties][] => {
        if (ownedBy(properties, counting)) return [];
        if (!counting.has(keyOf(kind, name))) return [[name, properties]];
        const { identity: _, ...rest } = properties;
        return [[name, rest]];
      }),
    ),
  ]);
  return { ...target, objects: Object.fromEntries(objects) };
}

const onlyWithValues = new Set(['not null', 'default', 'identity']);

function bare(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !onlyWithValues.has(name)));
}

/** The sequence of an identity column is made with it. */
function ownedBy(properties: Properties, columns: ReadonlySet<string>): boolean {
  const owner = textOf(properties, 'owner column');
  return owner?.startsWith('identity of ') === true && columns.has(`column ${owner.slice('identity of '.length)}`);
}

/** NOT NULL has constraints of its own since 18. */
function requiredBy(target: Catalog, columns: ReadonlySet<string>): readonly string[] {
  return Object.entries(target.objects.constraint ?? {}).flatMap(([name, { definition, on }]) => {
    const column = /^NOT NULL (.*)$/s.exec(String(definition ?? ''))?.[1];
    const key = `column ${splitKey(String(on ?? ''))[1]}.${column}`;
    return column !== undefined && columns.has(key) ? [keyOf('constraint', name)] : [];
  });
}

/** What rows that come back could be refused by, or would set off. */
function madeOn(target: Catalog, tables: ReadonlySet<string>): readonly string[] {
  if (tables.size === 0) return [];
  const uses = createReferences(target);
  return ['constraint', 'index', 'trigger', 'rule'].flatMap((kind) =>
    Object.entries(target.objects[kind] ?? {}).flatMap(([name, { on }]) =>
      tables.has(String(on)) || uses(kind, name).some((one) => tables.has(one)) ? [keyOf(kind, name)] : [],
    ),
  );
}

function sorted(properties: Properties | undefined): readonly (readonly [string, unknown])[] {
  return Object.entries(properties ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}
