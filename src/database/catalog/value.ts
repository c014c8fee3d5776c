// What is a catalog as one value?

/** Anything a property can hold: JSON, so that a catalog can be stored and read again. */
export type Value = string | number | boolean | readonly Value[];

/**
 * What is known of one object. A property that is absent has PostgreSQL's own default.
 * `on` names the object it is part of (`table public.users`): structure, not a property, and never compared.
 */
export type Properties = Readonly<Record<string, Value>>;

/** Objects of one kind by their name as a person writes it: `public.users.status`. */
export type Named = Readonly<Record<string, Properties>>;

/** What is there and was not read: equality cannot be promised for it. */
export interface Unread {
  /** `comment`, `user mapping options`, `pg_new_catalog` … */
  readonly kind: string;
  readonly count: number;
  /** The first few names, sorted. */
  readonly names: readonly string[];
}

export interface CatalogServer {
  readonly major: number;
  readonly version: string;
  readonly encoding: string;
  /** Collation of the database: it shapes indexes and comparisons, but no statement can change it. */
  readonly locale: string;
}

/** Increases when a stored catalog of an older program cannot be compared with a new one. */
export const catalogFormat = 1;

export interface Catalog {
  readonly format: number;
  /** Where it was read; not compared, not in the fingerprint. */
  readonly server: CatalogServer;
  /** Kinds in the order of `kinds`, names sorted, properties sorted: equal catalogs are equal texts. */
  readonly objects: Readonly<Record<string, Named>>;
  readonly unread: readonly Unread[];
  /** By key (`table public.users`): `class:oid:sub`, the same for an object that was renamed. Not compared, not in the fingerprint. */
  readonly identities?: Readonly<Record<string, string>>;
}

/** Every kind, in the order in which people want to hear about differences. */
export const kinds = Object.freeze([
  'database',
  'setting',
  'extension',
  'schema',
  'language',
  'access method',
  'collation',
  'conversion',
  'shell type',
  'base type',
  'enum',
  'domain',
  'composite type',
  'range type',
  'multirange type',
  'row type',
  'foreign data wrapper',
  'server',
  'user mapping',
  'sequence',
  'table',
  'foreign table',
  'view',
  'materialized view',
  'column',
  'constraint',
  'index',
  'statistics',
  'function',
  'procedure',
  'aggregate',
  'operator',
  'operator family',
  'operator class',
  'operator family member',
  'cast',
  'transform',
  'text search parser',
  'text search template',
  'text search dictionary',
  'text search configuration',
  'trigger',
  'rule',
  'policy',
  'event trigger',
  'publication',
  'subscription',
  'default privileges',
  'privileges',
] as const);

export type Kind = (typeof kinds)[number];
