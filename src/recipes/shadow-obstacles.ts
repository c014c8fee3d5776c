// What forbids that a column of a table in use is replaced by another one?
import { type Catalog, type Properties, partsOfName } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { columnsIn, namesWholeRow } from './column-words.ts';
import { partsOfTable } from './key-of.ts';

export interface Where {
  /** Without what is dropped in the moment of the exchange. */
  readonly catalog: Catalog;
  /** With it: it is there while rows are filled. */
  readonly whole: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly table: Name;
  /** As the catalog writes it. */
  readonly printed: string;
  /** Not quoted. */
  readonly columns: readonly string[];
}

/** A whole sentence, or null. */
export function obstacle(where: Where): string | null {
  return tableObstacle(where) ?? columnObstacle(where) ?? readers(where);
}

function tableObstacle({ whole: catalog, printed, table, columns, parse }: Where): string | null {
  const own: Properties = catalog.objects.table?.[printed] ?? {};
  const all = Object.entries(catalog.objects.table ?? {});
  if (own['partition key'] !== undefined)
    return 'The table is partitioned: a column of it and of all its partitions would have to be exchanged at once.';
  if (own['partition bound'] !== undefined)
    return 'The table is a partition, and PostgreSQL changes a column in all partitions at once.';
  if (
    own.inherits !== undefined ||
    all.some(([, { inherits }]) => Array.isArray(inherits) && inherits.includes(printed))
  )
    return 'The table has parents or children, which have the column too.';
  if (own['of type'] !== undefined) return 'The table is made of a type, so it can have no other columns than that.';
  if (own['force row security'] === true)
    return 'FORCE ROW LEVEL SECURITY hides rows from the owner too, so not all of them could be filled.';
  if (partsOfTable(catalog, 'rule', printed).length > 0)
    return 'The table has rules, which may make something else of the UPDATE that fills the new column.';
  const publication = publishing(catalog, printed, table);
  if (publication !== null)
    return `Publication ${publication} sends the table to subscribers, which do not know the column that stands beside it meanwhile.`;
  const holder = rowTypeUser(catalog, printed);
  if (holder !== null) return `${holder} holds whole rows of the table.`;
  for (const [name, { definition }] of partsOfTable(catalog, 'statistics', printed)) {
    const trees = typeof definition === 'string' ? parse(definition) : [];
    const named = new Set([...columnsIn(trees), ...statisticsColumns(trees)]);
    if (columns.some((column) => named.has(column)))
      return `Statistics ${name} are of the column, and name columns in the order in which they stand.`;
  }
  return null;
}

function statisticsColumns(trees: readonly SyntaxNode[]): readonly string[] {
  return trees.flatMap((node) =>
    'CreateStatsStmt' in node
      ? (node.CreateStatsStmt.exprs ?? []).flatMap((element) =>
          'StatsElem' in element && element.StatsElem.name !== undefined ? [element.StatsElem.name] : [],
        )
      : [],
  );
}

/** A publication that sends the table. */
export function publishing(catalog: Catalog, printed: string, { schema }: Name): string | null {
  for (const [name, { tables, schemas, ...rest }] of Object.entries(catalog.objects.publication ?? {})) {
    const listed = Array.isArray(tables) ? tables.map(String) : [];
    const whole = Array.isArray(schemas) ? schemas.map(String) : [];
    const isListed = listed.some((one) => one === printed || one.startsWith(`${printed} `));
    if (rest['all tables'] === true || isListed || whole.some((one) => partsOfName(one)[0] === schema)) return name;
  }
  return null;
}

/** A column, attribute or domain of the table's row type. */
export function rowTypeUser({ objects }: Catalog, printed: string): string | null {
  const isRow = (type: unknown) => type === printed || type === `${printed}[]`;
  for (const kind of ['column', 'domain']) {
    const found = Object.entries(objects[kind] ?? {}).find(([, { type }]) => isRow(type));
    if (found !== undefined) return `${kind} ${found[0]}`;
  }
  return null;
}

function columnObstacle({ catalog, printed, columns }: Where): string | null {
  for (const column of columns) {
    const own = catalog.objects.column?.[columnKey(catalog, printed, column)];
    if (own === undefined) return `The catalog has no column ${quoteIdentifier(column)} of the table.`;
    if (own.generated !== undefined)
      return 'PostgreSQL computes the column, and a column that is there cannot be made to be computed without writing all rows.';
    if (own['depends on extension'] !== undefined) return 'The column goes with an extension.';
  }
  return null;
}

/** A whole row in an index or a check would change with the column. */
function readers({ catalog, parse, printed, table }: Where): string | null {
  for (const kind of ['index', 'constraint']) {
    for (const [name, { definition }] of partsOfTable(catalog, kind, printed)) {
      if (typeof definition !== 'string' || !definition.includes(`${quoteIdentifier(table.name)}.*`)) continue;
      const sql = kind === 'index' ? definition : `ALTER TABLE ${printed} ADD ${definition}`;
      if (namesWholeRow(parse(sql), table.name)) return `${kind} ${name} is of whole rows.`;
    }
  }
  return null;
}

/** The catalog's key of a column: the server quotes what its own version reserves. */
export function columnKey({ objects }: Catalog, printed: string, column: string): string {
  const quoted = `${printed}.${quoteIdentifier(column)}`;
  return Object.hasOwn(objects.column ?? {}, quoted) ? quoted : `${printed}.${column}`;
}
