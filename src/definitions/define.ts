// What must be known of a kind of object, so that one can be made as a catalog says it was?
import type { Catalog, Kind, Properties } from '../database/catalog/index.ts';

export interface CatalogObject {
  readonly kind: Kind;
  /** As the catalog has it: `public.users`, `public.users.email`, `public.f(integer)`. */
  readonly name: string;
  readonly properties: Properties;
  /** The one it stands in. */
  readonly catalog: Catalog;
}

/** Why no statement can do it: a whole sentence. */
export interface Cannot {
  readonly cannot: string;
}

export interface Making {
  readonly statements: readonly string[];
  /** Other objects that these statements make too, as `keyOf` names them: the columns of a table. */
  readonly includes?: readonly string[];
  /** To be run only when all that is made is there: what parts that do not yet exist need. */
  readonly later?: readonly string[];
}

export interface Altering {
  readonly statements: readonly string[];
  /** To be run before anything that it uses is taken away. */
  readonly first?: readonly string[];
  /** To be run only when all that is made is there. */
  readonly later?: readonly string[];
  /** What `first` makes can be used only when that is committed. */
  readonly commits?: boolean;
  /** What uses it is in the way meanwhile: it is taken away before and made again. */
  readonly disturbs?: boolean;
}

export interface ObjectDefinition {
  /** Without owner, privileges, comment and security labels, which are told by `address`. */
  readonly make: (object: CatalogObject) => Making | Cannot;
  /** `to`: what is to be. */
  readonly take: (object: CatalogObject, to: Catalog) => readonly string[] | Cannot;
  /** From one to the other, of the same name; null: only by taking it away and making it anew. Not called where only owner, privileges, comment or labels differ. */
  readonly alter: (from: CatalogObject, to: CatalogObject) => Altering | Cannot | null;
  /** Null: it has no owner, comment or privileges of its own. */
  readonly address: (object: CatalogObject) => Address | null;
  /** Where one of these is taken away, it goes with that by itself. */
  readonly goesWith?: (object: CatalogObject) => readonly string[];
  /** What it is part of cannot go while it is there. */
  readonly outlives?: boolean;
  /** It is made and goes only with what it is part of. */
  readonly bound?: (object: CatalogObject) => boolean;
  /** Properties that follow from other objects and call for nothing by themselves. */
  readonly follows?: readonly string[];
}

/** How statements name it. */
export interface Address {
  /** Behind COMMENT ON and SECURITY LABEL ON: `TABLE public.users`, `COLUMN public.users.email`; null: it can have none. */
  readonly comment: string | null;
  /** Behind ALTER, before OWNER TO: `TABLE public.users`; null: its owner is another object's. */
  readonly owner: string | null;
  /** Behind the privileges: ` ON TABLE public.users`, ` (email) ON TABLE public.users` ; null: it has none. */
  readonly grant: string | null;
  /** Makes such a statement one that can be run, where it cannot as it is. */
  readonly run?: (statement: string) => string;
}

/** The key of an object: `table public.users`. */
export function keyOf(kind: string, name: string): string {
  return `${kind} ${name}`;
}

export function isCannot(value: object | null): value is Cannot {
  return value !== null && 'cannot' in value;
}

/** A property that is a text. */
export function textOf(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}

/** A property that is a list. */
export function listOf(properties: Properties, name: string): readonly string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether the two agree in each of these properties. */
export function agree(from: CatalogObject, to: CatalogObject, names: readonly string[]): boolean {
  return names.every((name) => JSON.stringify(from.properties[name]) === JSON.stringify(to.properties[name]));
}
