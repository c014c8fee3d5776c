// What does the live catalog say of the relations, functions and domains that migrations are about?
import { copied } from '../check/settle.ts';
import { type Catalog, type Named, type Properties, partsOfName, type Sizes } from '../database/catalog/index.ts';
import type { ColumnFacts, DomainFacts, Facts, PolicySort, RelationFacts } from '../model/facts.ts';
import type { Parser } from '../sql/index.ts';
import { type LiveConstraint, type LiveIndex, readDefinitions } from './live-definitions.ts';
import { liveFunctions } from './live-functions.ts';
import { keyOf, type Part, type Parts, partsByWhole } from './live-parts.ts';

export interface LiveSource {
  readonly catalog: Catalog;
  readonly sizes: Sizes;
  readonly major: number;
  /** A new session's: current_schemas(false). */
  readonly searchPath: readonly string[];
  readonly parser: Parser;
  readonly parked?: boolean;
}

const relationKinds = ['table', 'foreign table', 'view', 'materialized view', 'sequence'] as const;

/** Extensions' own objects are not in the catalog; nothing is known of them, so they are taken for large ones. */
export function liveFacts({ catalog, sizes, major, searchPath, parser, parked }: LiveSource): Facts {
  const named = (kind: string): Named => catalog.objects[kind] ?? {};
  const parts = partsByWhole(catalog);
  const definitions = readDefinitions(parts, parser);
  const relations: Record<string, RelationFacts> = {};
  for (const kind of relationKinds) {
    for (const [printed, properties] of Object.entries(named(kind))) {
      const whole = `${kind} ${printed}`;
      const key = keyOf(printed);
      const constraints = definitions.constraints.get(whole) ?? [];
      const indexes = definitions.indexes.get(whole) ?? [];
      relations[key] = {
        kind: kindOf(kind, properties),
        isNew: false,
        ...sizeOf(key, sizes),
        columns: kind === 'sequence' ? null : columnsOf(parts.get(whole) ?? [], properties, constraints),
        indexed: indexes.flatMap(({ facts }) => facts.indexed),
        constraints: Object.fromEntries(constraints.map(({ name, facts }) => [name, facts])),
        parents: texts(properties.inherits).map(keyOf),
        ...(properties['partition bound'] === 'DEFAULT' ? { isDefaultPartition: true } : {}),
        ...(kind === 'sequence' ? ownerOf(properties) : {}),
        ...tableTraits(kind, properties, parts.get(whole) ?? []),
      };
      for (const { name, facts } of indexes) relations[name] = indexFacts(name, key, facts, sizes);
    }
  }
  return {
    major,
    live: true,
    searchPath,
    relations: copied(relations),
    newTypes: [],
    newLabels: {},
    functions: liveFunctions(named('function')),
    domains: domainsOf(named('domain'), parts),
    enums: Object.fromEntries(
      Object.entries(named('enum')).map(([printed, { labels }]) => [keyOf(printed), texts(labels)]),
    ),
    ...(parked === true ? { parked } : {}),
  };
}

function kindOf(kind: (typeof relationKinds)[number], properties: Properties): RelationFacts['kind'] {
  if (kind === 'table') return properties['partition key'] === undefined ? 'table' : 'partitioned-table';
  return kind === 'foreign table' ? 'foreign-table' : kind === 'materialized view' ? 'materialized-view' : kind;
}

function sizeOf(key: string, sizes: Sizes): Pick<RelationFacts, 'rows' | 'bytes'> {
  const size = Object.hasOwn(sizes, key) ? sizes[key] : undefined;
  return { rows: size?.rows ?? null, bytes: size?.bytes ?? null };
}

/** From 18 on a NOT NULL that is not validated sets the column's flag, but does not say it of the rows that are there. */
function columnsOf(
  parts: readonly Part[],
  properties: Properties,
  constraints: readonly LiveConstraint[],
): Readonly<Record<string, ColumnFacts>> {
  const unproved = new Set(
    constraints.flatMap(({ facts }) => (facts.kind === 'not-null' && !facts.validated ? facts.columns : [])),
  );
  const place = new Map(texts(properties.order).map((printed, index) => [partsOfName(printed)[0], index]));
  const columns = parts
    .filter(({ kind }) => kind === 'column')
    .sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
  return Object.fromEntries(
    columns.map(({ name, properties: own }): [string, ColumnFacts] => {
      const { type, generated } = own;
      return [
        name,
        {
          type: typeof type === 'string' ? type : null,
          notNull: own['not null'] === true && !unproved.has(name),
          hasDefault: own.default !== undefined || generated !== undefined || own.identity !== undefined,
          ...(typeof generated === 'string'
            ? { generated: generated.startsWith('virtual ') ? 'virtual' : 'stored' }
            : {}),
        },
      ];
    }),
  );
}

/** A sequence that belongs to a column goes with its table. */
function ownerOf({ on }: Properties): Pick<RelationFacts, 'table'> {
  const table = typeof on === 'string' ? /^table (.*)$/s.exec(on)?.[1] : undefined;
  return table === undefined ? {} : { table: keyOf(table) };
}

function tableTraits(kind: string, properties: Properties, parts: readonly Part[]): Partial<RelationFacts> {
  if (kind !== 'table') return {};
  const identity = properties['replica identity'];
  const policies = parts.flatMap(({ kind: own, name, properties: { restrictive } }): [string, PolicySort][] =>
    own === 'policy' ? [[name, restrictive === true ? 'restrictive' : 'permissive']] : [],
  );
  return {
    rowSecurity: properties['row security'] === true,
    policies: Object.fromEntries(policies),
    replicaIdentity: identity === 'full' || (typeof identity === 'string' && identity.startsWith('index ')),
  };
}

function indexFacts(name: string, table: string, { indexed }: LiveIndex['facts'], sizes: Sizes): RelationFacts {
  return {
    kind: 'index',
    isNew: false,
    ...sizeOf(name, sizes),
    columns: null,
    table,
    indexed,
    constraints: {},
    parents: [],
  };
}

function domainsOf(domains: Named, parts: Parts): Readonly<Record<string, DomainFacts>> {
  return Object.fromEntries(
    Object.entries(domains).map(([printed, properties]): [string, DomainFacts] => [
      keyOf(printed),
      {
        base: typeof properties.type === 'string' ? properties.type : null,
        constrained: properties['not null'] === true || (parts.get(`domain ${printed}`) ?? []).length > 0,
      },
    ]),
  );
}

function texts(value: Properties[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
