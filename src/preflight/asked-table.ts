// How are the rows of a table told apart when some of them are shown?
import type { Connection } from '../database/connection.ts';

export interface AskedTable {
  /** Columns of its key, as SQL names them; none: rows are told by their place. */
  readonly key: readonly { readonly name: string; readonly isNumber: boolean }[];
  /** Rows of children or partitions are among its own, unless ONLY is said. */
  readonly hasChildren: boolean;
}

interface TableRow {
  readonly name: string;
  readonly hasChildren: boolean;
  readonly key: AskedTable['key'] | null;
}

/** The primary key, else the shortest unique index over columns that are never NULL. */
const sql = `
SELECT w.name, c.relhassubclass AS "hasChildren", (
  SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', pg_catalog.quote_ident(a.attname),
    'isNumber', t.typcategory = 'N') ORDER BY x.at)
  FROM (
    SELECT i.indkey, i.indnkeyatts FROM pg_catalog.pg_index i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute n
        WHERE n.attrelid = c.oid AND n.attnum = ANY (i.indkey::pg_catalog.int2[]) AND NOT n.attnotnull)
    ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) k,
    pg_catalog.unnest(k.indkey::pg_catalog.int2[]) WITH ORDINALITY x(number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.number
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE x.at <= k.indnkeyatts) AS key
FROM pg_catalog.unnest($1::pg_catalog.text[]) w(name)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name)`;

/** By the names given; one that is not there is left out. No table is locked. */
export async function askedTables(
  connection: Pick<Connection, 'query'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, AskedTable>> {
  if (names.length === 0) return new Map();
  const { rows } = await connection.query<TableRow>(sql, [names]);
  return new Map(rows.map(({ name, hasChildren, key }) => [name, { hasChildren, key: key ?? [] }]));
}

/** SQL that tells the row `r`: `id = 7`. */
export function keyText({ key, hasChildren }: AskedTable): string {
  if (key.length === 0) {
    const place = ["'ctid = '", 'r.ctid::pg_catalog.text'];
    return `pg_catalog.concat(${(hasChildren ? ['r.tableoid::pg_catalog.regclass::pg_catalog.text', "' '", ...place] : place).join(', ')})`;
  }
  const parts = key.map(({ name, isNumber }, at) => {
    const value = `r.${name}::pg_catalog.text`;
    const shown = isNumber ? value : `pg_catalog.quote_literal(pg_catalog."left"(${value}, 60))`;
    return `'${at === 0 ? '' : ', '}${name.replaceAll("'", "''")} = ', ${shown}`;
  });
  return `pg_catalog.concat(${parts.join(', ')})`;
}
