// Which columns keep their rows while what they name is made anew, and how?
import { partsOfName } from '../database/catalog/index.ts';
import { lex } from '../sql/lexer.ts';
import { qualified, quoteIdentifier } from '../sql/quote.ts';
import { altered, type Deed } from './deeds.ts';
import { type CatalogObject, isCannot, keyOf, textOf } from './define.ts';
import { column } from './kinds/column.ts';
import { partsOfParents } from './lineage.ts';
import { alterWhole, printedPart, wholeOf } from './parts.ts';
import type { Held, Sides } from './sides.ts';
import { elementOf } from './stored.ts';

export interface Holding {
  /** Types that stay under another name until no column is of them any more, by key: that name. */
  readonly beside: ReadonlyMap<string, string>;
  readonly deeds: readonly Deed[];
}

/** A new type stands beside the old one, and each column is led from one to the other; where two cannot stand side by side, by way of text. */
export function holding(held: Held, anew: ReadonlySet<string>, sides: Sides, cannot: string[]): Holding {
  const carried = [...held].flatMap(([key, by]) => (by === 'type' ? [key] : []));
  const types = typesOf(carried, anew, sides);
  const isBeside = [...types].every((key) => /^(enum|domain|composite type|collation) /.test(key));
  const beside = new Map(isBeside ? [...types].map((key) => [key, otherName(key, sides)]) : []);
  const columns = [...held].flatMap(([key, by]) => columnDeeds(key, by === 'type', isBeside, { held, sides, cannot }));
  const drops = [...beside].map(([key, name]): Deed => {
    const users = (sides.users.get(key) ?? []).map((user) => `drop ${keyOf(user.kind, user.name)}`);
    const composites = (sides.users.get(key) ?? []).map(({ properties }) => `drop ${textOf(properties, 'on') ?? ''}`);
    return {
      object: key,
      does: 'take',
      anew: true,
      statements: [`DROP ${wordOf(sides.from.get(key))} ${name}`],
      key: `drop ${key}`,
      after: [...carried.map((one) => `make ${one}`), ...users, ...composites, `make ${key}`],
      rank: 1000,
    };
  });
  return { beside, deeds: [...columns, ...drops] };
}

/** What stands for taking it away. */
export function putAside(object: CatalogObject, name: string): readonly string[] {
  return [`ALTER ${wordOf(object)} ${object.name} RENAME TO ${quoteIdentifier(partsOfName(name).at(-1) ?? name)}`];
}

function wordOf(object: CatalogObject | undefined): string {
  return object?.kind === 'domain' ? 'DOMAIN' : object?.kind === 'collation' ? 'COLLATION' : 'TYPE';
}

const isType = /^(enum|domain|collation|(composite|range|multirange|base) type) /;

/** Of these columns the types that are made anew, and those that these are made of. */
function typesOf(columns: readonly string[], anew: ReadonlySet<string>, { from, uses }: Sides): ReadonlySet<string> {
  const found = new Set<string>();
  const reached = [...columns];
  for (let key = reached.pop(); key !== undefined; key = reached.pop()) {
    const object = from.get(key);
    if (object === undefined) continue;
    for (const used of uses(object.kind, object.name)) {
      if (found.has(used) || !anew.has(used) || !isType.test(used)) continue;
      found.add(used);
      reached.push(used);
    }
    if (/^composite type /.test(key)) reached.push(...attributesOf(key, from));
  }
  return found;
}

function attributesOf(key: string, from: Sides['from']): readonly string[] {
  return [...from].flatMap(([part, { properties }]) => (properties.on === key ? [part] : []));
}

function otherName(key: string, { from, to }: Sides): string {
  const [schema = '', name = ''] = partsOfName(from.get(key)?.name ?? key);
  const taken = new Set([...from.values(), ...to.values()].map((object) => object.name));
  for (let number = 1; ; number += 1) {
    const other = qualified(schema, `${[...name].slice(0, 40).join('')}_before${number === 1 ? '' : number}`);
    if (!taken.has(other)) return other;
  }
}

interface Around {
  readonly held: Held;
  readonly sides: Sides;
  readonly cannot: string[];
}

function columnDeeds(key: string, isCarried: boolean, isBeside: boolean, around: Around): readonly Deed[] {
  const { held, sides, cannot } = around;
  const [was, is] = [sides.from.get(key), sides.to.get(key)];
  if (was === undefined || is === undefined) return [];
  const whole = wholeOf(was);
  const head = `${alterWhole(whole)} ALTER COLUMN ${printedPart(was)}`;
  const isKey = partitionKey(was).includes(printedPart(was));
  if (isCarried && isKey)
    cannot.push(`Column ${was.name} is in the partition key of its table, so its type cannot be made anew.`);
  // With USING only where there are rows, and from the parent on where there is one.
  const leads = (type: string, value: string) =>
    was.properties.local === false || !isCarried
      ? []
      : [`${head} TYPE ${type}${whole.kind === 'foreign table' ? '' : ` USING ${value}`}`];
  const name = printedPart(was);
  const type = String(is.properties.type);
  const collation = is.properties.collation === undefined ? '' : ` COLLATE ${String(is.properties.collation)}`;
  const bare = { ...was, properties: withoutDefault(was) };
  const altering = column.alter(bare, is);
  const statements = altering === null || isCannot(altering) ? [] : altering.statements;
  const children = [...held.keys()].filter((one) => {
    const object = sides.from.get(one);
    return object !== undefined && partsOfParents(object).includes(key);
  });
  const users = (sides.users.get(key) ?? []).map((user) => `take ${keyOf(user.kind, user.name)}`);
  // A domain is cast as what it is of; where it cannot stand beside the new one, the values are text by then.
  const isDomain = isBeside && isOfDomains(was) && isOfDomains(is);
  const byText = isDomain ? '' : '::pg_catalog.text';
  const back = altered(
    key,
    { statements: [...leads(`${type}${collation}`, `${name}${byText}::${type}`), ...statements] },
    sides,
    cannot,
  );
  return [
    {
      object: key,
      does: 'alter',
      anew: false,
      statements: [
        ...(was.properties.default === undefined ? [] : [`${head} DROP DEFAULT`]),
        ...(isBeside ? [] : leads('pg_catalog.text', `${name}::pg_catalog.text`)),
      ],
      key: `take ${key}`,
      after: [...(isCarried ? users : []), ...children.map((one) => `take ${one}`)],
      rank: 0,
    },
    ...back.map((deed) => ({
      ...deed,
      key: `make ${key}`,
      after: [...deed.after, `take ${key}`, ...partsOfParents(is).map((one) => `make ${one}`)],
    })),
  ];
}

/** Of types that are PostgreSQL's own: one of the user's may be another by then. */
function isOfDomains({ properties, catalog }: CatalogObject): boolean {
  const domain = catalog.objects.domain?.[elementOf(String(properties.type))];
  return domain !== undefined && partsOfName(elementOf(String(domain.type))).length === 1;
}

function partitionKey(object: CatalogObject): readonly string[] {
  const { kind, name } = wholeOf(object);
  const text = textOf(object.catalog.objects[kind]?.[name] ?? {}, 'partition key') ?? '';
  return lex(text).map(({ start, end }) => text.slice(start, end));
}

function withoutDefault({ properties }: CatalogObject): CatalogObject['properties'] {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'default'));
}
