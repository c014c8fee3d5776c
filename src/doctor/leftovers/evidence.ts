// What more is known of what is there: has it rows, who owns it, and what uses it?
import type { Connection } from '../../database/connection.ts';
import type { Leftover } from './there-already.ts';

export interface Evidence {
  readonly owner: string | null;
  /** Of a table: null where that cannot be seen. */
  readonly bytes: number | null;
  /** Columns of this type: `public.grants.status`. */
  readonly usedBy: readonly string[];
}

/** A table without a row may still have a page: then it is taken for one with rows. */
const sql = `select w.n, pg_catalog.pg_get_userbyid(coalesce(c.relowner, t.typowner)) as owner,
  case when c.relkind in ('r', 'm') then pg_catalog.pg_relation_size(c.oid) end::float8 as bytes,
  coalesce((select pg_catalog.array_agg(a.attrelid::pg_catalog.regclass::text || '.' || a.attname order by 1)
    from pg_catalog.pg_attribute a join pg_catalog.pg_class r on r.oid = a.attrelid and r.relkind in ('r', 'p', 'f', 'v', 'm')
    where not a.attisdropped and t.oid is not null and a.atttypid in (t.oid, t.typarray) and a.attrelid <> coalesce(t.typrelid, 0)), '{}') as "usedBy"
from pg_catalog.jsonb_to_recordset($1::jsonb) as w(n int, relation text, type text)
  left join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(w.relation)
  left join pg_catalog.pg_type t on t.oid = pg_catalog.to_regtype(w.type)
order by w.n`;

interface Row extends Evidence {
  readonly n: number;
}

export async function evidenceOf(
  { query }: Pick<Connection, 'query'>,
  leftovers: readonly Leftover[],
): Promise<readonly Evidence[]> {
  if (leftovers.length === 0) return [];
  const asked = leftovers.map(({ sort, printed }, n) => ({
    n,
    relation: sort === 'relation' ? printed : null,
    type: sort === 'type' ? printed : null,
  }));
  return (await query<Row>(sql, [JSON.stringify(asked)])).rows;
}
