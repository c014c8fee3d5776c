// What does a publication send of a table: which columns, which rows?
import type { Properties } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import { columnsIn } from './column-words.ts';

/** `public.items (id, price) where (price > 3)`, as the catalog has it. */
interface Entry {
  readonly table: string;
  /** As SQL, with what belongs around it; empty: all. */
  readonly columns: string;
  readonly where: string;
}

/** Those of these tables that name columns. */
function entries(own: Properties, tables: ReadonlySet<string>): readonly Entry[] {
  const listed = Array.isArray(own.tables) ? own.tables.map(String) : [];
  return listed.flatMap((text): readonly Entry[] => {
    const [, table = '', columns = '', where = ''] =
      /^((?:"(?:[^"]|"")*"|[^" ])+)( \((?:"(?:[^"]|"")*"|[^")])*\))?(?: where (.*))?$/s.exec(text) ?? [];
    return tables.has(table) && columns + where !== '' ? [{ table, columns, where }] : [];
  });
}

export function publicationUses(
  own: Properties,
  tables: ReadonlySet<string>,
  columns: readonly string[],
  parse: (sql: string) => readonly SyntaxNode[],
): boolean {
  return entries(own, tables).some((entry) => usesOne(entry, columns, parse));
}

function usesOne(
  { columns: list, where }: Entry,
  columns: readonly string[],
  parse: (sql: string) => readonly SyntaxNode[],
): boolean {
  const inList = list === '' ? new Set<string>() : columnsIn(parse(`SELECT${list}`));
  const inWhere = where === '' ? new Set<string>() : columnsIn(parse(`SELECT ${where}`));
  return columns.some((column) => inList.has(column) || inWhere.has(column));
}

/** The table leaves the publication, and comes back as it was. */
export function publicationSteps(publication: string, own: Properties, tables: ReadonlySet<string>) {
  const name = quoteIdentifier(publication);
  return entries(own, tables).map(({ table, columns, where }) => ({
    away: `ALTER PUBLICATION ${name} DROP TABLE ONLY ${table}`,
    again: `ALTER PUBLICATION ${name} ADD TABLE ONLY ${table}${columns}${where === '' ? '' : ` WHERE (${where})`}`,
  }));
}
