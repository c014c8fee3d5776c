// Is the index that is there exactly the one that the statement would make?
import type { Connection } from '../../database/connection.ts';
import { loadPrinter } from '../../sql/parser.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { IndexStmt } from '../../sql/syntax.ts';

export interface Definitions {
  readonly same: boolean;
  readonly there: string;
  readonly wanted: string;
}

interface Row {
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly options: string;
}

const definitionSql = (index: string) => `
select pg_get_indexdef(c.oid) as definition, a.amname as method, i.indisunique as unique,
  coalesce((select string_agg(option, ', ' order by option) from unnest(c.reloptions) option), '') as options
from pg_class c join pg_index i on i.indexrelid = c.oid join pg_am a on a.oid = c.relam where c.oid = ${index}`;

/**
 * The statement is run on an empty temporary table of the same columns and name, in a transaction that is rolled back, and both
 * are printed by the same server. NULLS NOT DISTINCT and the storage parameters are part of what it prints.
 */
export async function compareIndex(connection: Connection, oid: string, node: IndexStmt): Promise<Definitions> {
  const there = definitionOf((await connection.query<Row>(definitionSql(`${Number(oid)}`))).rows[0]);
  const table = node.relation?.relname ?? '';
  const { schemaname: _schema, inh: _inh, ...relation } = node.relation ?? {};
  const { concurrent: _concurrent, if_not_exists: _ifNotExists, tableSpace: _space, ...rest } = node;
  const copy = {
    IndexStmt: { ...rest, idxname: 'roadbook_wanted', relation: { ...relation, schemaname: 'pg_temp', inh: true } },
  };
  const printed = (await loadPrinter())(copy);
  if (printed === null)
    return { same: false, there, wanted: 'a definition that cannot be printed, so it cannot be compared' };
  const source = await connection.query<{ readonly name: string }>(
    `select format('%I.%I', n.nspname, t.relname) as name from pg_index i join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = t.relnamespace where i.indexrelid = ${Number(oid)}`,
  );
  try {
    const results = await connection.run(
      `BEGIN;\nCREATE TEMPORARY TABLE ${quoteIdentifier(table)} (LIKE ${source.rows[0]?.name ?? quoteIdentifier(table)});\n` +
        `${printed};\n${definitionSql(`'pg_temp.roadbook_wanted'::regclass`)}`,
    );
    const row = results.at(-1)?.rows[0];
    const wanted = definitionOf(row && asRow(row));
    return { same: wanted === there, there, wanted };
  } finally {
    await connection.run('ROLLBACK');
  }
}

function asRow({ definition, method, unique, options }: Record<string, unknown>): Row {
  return { definition: `${definition}`, method: `${method}`, unique: unique === true, options: `${options}` };
}

/** From USING on: what stands before it are the names. */
function definitionOf(row: Row | undefined): string {
  if (row === undefined) return 'nothing';
  const { definition, method, unique, options } = row;
  const from = definition.indexOf(` USING ${quoteIdentifier(method)} (`);
  const stored = options === '' || definition.includes(' WITH (') ? '' : ` WITH (${options})`;
  return `${unique ? 'UNIQUE' : 'INDEX'}${definition.slice(Math.max(from, 0))}${stored}`;
}
