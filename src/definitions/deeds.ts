// What is done to lead from one catalog to another, and what has to come before it?
import { kinds } from '../database/catalog/index.ts';
import { annotate, annotated } from './annotations.ts';
import { type Altering, agree, type CatalogObject, isCannot, keyOf, textOf } from './define.ts';
import { definitions } from './kinds/index.ts';
import { isLeftOver, partsOfChildren, partsOfParents } from './lineage.ts';
import type { Sides } from './sides.ts';

export interface Move {
  /** `table public.users`. */
  readonly object: string;
  readonly does: 'make' | 'take' | 'alter';
  /** It is there before and after, and only away for what is done in between. */
  readonly anew: boolean;
  readonly statements: readonly string[];
  /** What it makes can be used only when it is committed. Such moves come first. */
  readonly commits?: true;
}

export interface Deed extends Move {
  readonly key: string;
  readonly after: readonly string[];
  readonly rank: number;
}

const most = kinds.length;

/** `silent`: what goes with its whole; that one stands for it. */
export function taken(
  key: string,
  statements: readonly string[],
  { anew, silent }: { readonly anew: boolean; readonly silent: ReadonlySet<string> },
  { from, users, toCatalog }: Sides,
): Deed {
  const object = from.get(key);
  const before = (users.get(key) ?? []).flatMap((user) => {
    const own = keyOf(user.kind, user.name);
    const whole = wholesOfSilent(own, silent, from)
      .filter((on) => on !== key)
      .map((on) => `take ${on}`);
    return [`take ${own}`, `alter ${own}`, `first ${own}`, ...whole];
  });
  const on = object === undefined ? undefined : textOf(object.properties, 'on');
  const leftOver = object !== undefined && isLeftOver(object, toCatalog);
  const parents = object === undefined ? [] : partsOfParents(object).map((one) => `take ${one}`);
  return {
    object: key,
    does: 'take',
    anew,
    statements,
    key: `take ${key}`,
    after: [...before.filter((one) => !parents.includes(one)), ...parents, ...(leftOver ? [`alter ${on}`] : [])],
    rank: most - rankOf(object),
  };
}

/** What stands for one that goes with its whole, which may go with another. */
function wholesOfSilent(key: string, silent: ReadonlySet<string>, from: Sides['from']): readonly string[] {
  const on = textOf(from.get(key)?.properties ?? {}, 'on');
  return silent.has(key) && on !== undefined ? [on, ...wholesOfSilent(on, silent, from)] : [];
}

/** Those called `late` come after all others. Of all that `to` has and `from` has not, or loses for a moment. */
export function made(anew: ReadonlySet<string>, sides: Sides, cannot: string[]): readonly Deed[] {
  const { from, to, needs, children } = sides;
  /** By key: what makes it besides itself. */
  const included = new Map<string, string>();
  const found: {
    key: string;
    object: CatalogObject;
    statements: readonly string[];
    later: readonly string[];
    includes: readonly string[];
  }[] = [];
  for (const [key, object] of to) {
    if (from.has(key) && !anew.has(key)) continue;
    const making = definitions[object.kind].make(object);
    if (isCannot(making)) {
      cannot.push(making.cannot);
      continue;
    }
    for (const part of making.includes ?? []) included.set(part, key);
    found.push({
      key,
      object,
      statements: making.statements,
      later: making.later ?? [],
      includes: making.includes ?? [],
    });
  }
  // What its parts need has to be there before the whole.
  const beforePart = (part: string, whole: readonly string[]) => {
    const { kind = '', name = '' } = to.get(part) ?? {};
    const needed = needs(kind, name).filter((need) => !whole.includes(need));
    return [`take ${part}`, ...needed.flatMap((need) => [`make ${need}`, `alter ${need}`])];
  };
  const inForce = [...from.values(), ...to.values()].filter(({ kind }) => kind === 'default privileges');
  return found.flatMap(({ key, object, statements, later, includes }): readonly Deed[] => {
    const on = textOf(object.properties, 'on');
    const deed = { object: key, does: 'make', anew: anew.has(key) } as const;
    const includer = included.get(key);
    const own = includer === undefined ? statements : [];
    // Whose parent makes it by itself has to have its own before.
    const below = partsOfChildren(object, children).map((one) => `make ${one}`);
    const after = [
      `take ${key}`,
      ...needs(object.kind, object.name).flatMap((need) => [
        `make ${need}`,
        ...(need === on && joins(on, sides) ? [] : [`alter ${need}`]),
      ]),
      ...(on === undefined || object.kind === 'sequence' ? [] : [`make ${on}`]),
      ...(includer === undefined
        ? includes.flatMap((part) => beforePart(part, [key, ...includes]))
        : [`make ${includer}`]),
    ];
    const words = annotations(null, object, cannot, inForce);
    return [
      {
        ...deed,
        key: `make ${key}`,
        statements: [...own, ...words],
        after: [...after.filter((one) => !below.includes(one)), ...below],
        rank: most + rankOf(object),
      },
      ...(later.length === 0
        ? []
        : [{ ...deed, key: `late ${key}`, statements: later, after: [], rank: 3 * most + rankOf(object) }]),
    ];
  });
}

/** A table that gets a parent: what it has of its own is there before. */
function joins(table: string, { from, to }: Sides): boolean {
  const [was, is] = [from.get(table), to.get(table)];
  return was !== undefined && is !== undefined && !agree(was, is, ['inherits']);
}

export function altered(
  key: string,
  { statements, first = [], later = [], commits = false }: Altering,
  sides: Sides,
  cannot: string[],
): readonly Deed[] {
  const { from, to, needs, uses, users } = sides;
  const was = from.get(key);
  const is = to.get(key);
  if (was === undefined || is === undefined) return [];
  const words = agree(was, is, annotated) ? [] : annotations(was, is, cannot);
  const own = uses(was.kind, was.name);
  const away = (users.get(key) ?? [])
    .filter((user) => !isLeftOver(user, sides.toCatalog))
    .map((user) => keyOf(user.kind, user.name))
    .filter((user) => !own.includes(user));
  // What a partition has of its own is there before it is attached.
  const parts = agree(was, is, ['inherits'])
    ? []
    : [...to].flatMap(([part, { properties }]) => (properties.on === key ? [`make ${part}`] : []));
  const after = [
    ...needs(is.kind, is.name).map((need) => `make ${need}`),
    ...away.map((user) => `take ${user}`),
    ...parts,
  ];
  const deed = { object: key, does: 'alter', anew: false } as const;
  const rank = most + rankOf(is);
  return [
    ...(first.length === 0
      ? []
      : [
          {
            ...deed,
            key: `first ${key}`,
            statements: first,
            after: [],
            rank: commits ? -1 : 0,
            ...(commits ? { commits } : {}),
          },
        ]),
    { ...deed, key: `alter ${key}`, statements: [...statements, ...words], after: [...after, `first ${key}`], rank },
    ...(later.length === 0
      ? []
      : [{ ...deed, key: `late ${key}`, statements: later, after: [], rank: 3 * most + rank }]),
  ];
}

function annotations(
  from: CatalogObject | null,
  to: CatalogObject,
  cannot: string[],
  inForce: readonly CatalogObject[] = [],
): readonly string[] {
  const address = definitions[to.kind].address(to);
  if (address === null) return [];
  const words = annotate(from, to, address, inForce);
  cannot.push(...words.cannot.map((one) => one.cannot));
  return words.statements;
}

function rankOf(object: CatalogObject | undefined): number {
  return object === undefined ? 0 : kinds.indexOf(object.kind);
}
