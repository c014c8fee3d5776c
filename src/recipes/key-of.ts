// By which columns are the rows of a table told apart, so that they can be counted off in order?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { entryOf, type Facts, qualifiedName, type RelationFacts } from '../model/facts.ts';
import type { Batch } from '../model/plan.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';

export type Key = Batch['key'];

/** The part of a `Way` that is asked. */
export interface KeySource {
  readonly catalog: Catalog;
  readonly touched: (table: Name) => boolean;
  readonly parse: (sql: string) => readonly SyntaxNode[];
}

/**
 * The columns of the primary key, else of the shortest unique constraint or index over columns that are never NULL.
 * None: there is no such key, or its types are not known; then rows are told apart by their place alone. `without`: a column that is to go.
 */
export function keyOf(table: Name, facts: Facts, source: KeySource, without?: string): Key {
  const known = entryOf(facts.relations, qualifiedName(table));
  // What a pending statement has touched is in the facts; the catalog is from before.
  const printed = source.touched(table) ? null : printedIn(source.catalog, 'table', table);
  const constraints = Object.values(known?.constraints ?? {});
  const primary = constraints.filter(({ kind }) => kind === 'primary-key').map(({ columns }) => columns);
  const unique = [
    ...constraints.filter(({ kind }) => kind === 'unique').map(({ columns }) => columns),
    ...(printed === null ? [] : uniqueIndexes(printed, source)),
  ];
  const candidates = [
    ...primary.map((columns) => ({ columns, isPrimary: true })),
    ...unique.toSorted((one, other) => one.length - other.length).map((columns) => ({ columns, isPrimary: false })),
  ];
  for (const { columns, isPrimary } of candidates) {
    if (without !== undefined && columns.includes(without)) continue;
    const key = columns.flatMap((name) => {
      const type = entryOf(known?.columns, name)?.type ?? null;
      return type !== null && (isPrimary || isNotNull(name, known)) ? [{ name: quoteIdentifier(name), type }] : [];
    });
    if (key.length === columns.length && key.length > 0) return key;
  }
  return [];
}

/** Since 18 a column can be NOT NULL although rows from before may be NULL: until the constraint is validated. */
function isNotNull(column: string, known: RelationFacts | undefined): boolean {
  const unproved = Object.values(known?.constraints ?? {}).some(
    ({ kind, columns, validated }) => kind === 'not-null' && !validated && columns.includes(column),
  );
  return !unproved && entryOf(known?.columns, column)?.notNull === true;
}

/** The name under which the catalog keeps an object, quoted as the server that was read quotes it; null where it has none. */
export function printedIn(catalog: Catalog, kind: string, { schema, name }: Name): string | null {
  const objects = catalog.objects[kind] ?? {};
  if (schema === null) return null;
  const quoted = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  if (Object.hasOwn(objects, quoted)) return quoted;
  const isIt = ([own, other]: readonly string[]) => own === schema && other === name;
  return Object.keys(objects).find((printed) => isIt(partsOfName(printed))) ?? null;
}

/** The objects of a kind that are part of a table, by their own names. */
export function partsOfTable(catalog: Catalog, kind: string, printed: string): readonly [string, Properties][] {
  return Object.entries(catalog.objects[kind] ?? {}).filter(([, { on }]) => on === `table ${printed}`);
}

/** Column lists of unique indexes over all rows and plain columns; those of constraints have no definition. */
function uniqueIndexes(table: string, { catalog, parse }: KeySource): readonly (readonly string[])[] {
  return partsOfTable(catalog, 'index', table).flatMap(([, { definition, valid }]) => {
    if (typeof definition !== 'string' || !definition.startsWith('CREATE UNIQUE') || valid === false) return [];
    const [node] = parse(definition);
    if (node === undefined || !('IndexStmt' in node)) return [];
    const { accessMethod, whereClause, indexParams = [] } = node.IndexStmt;
    if (accessMethod !== 'btree' || whereClause !== undefined) return [];
    const columns = indexParams.flatMap((element) => {
      if (!('IndexElem' in element)) return [];
      const { name, opclass, collation } = element.IndexElem;
      return name !== undefined && opclass === undefined && collation === undefined ? [name] : [];
    });
    return columns.length === indexParams.length ? [columns] : [];
  });
}
