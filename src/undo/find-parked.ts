// What have migrations parked in this database, how much is it, and since when?
import type { Connection } from '../database/connection.ts';
import type { ParkedObject } from '../model/outcome.ts';

/** Up to here rows are counted; of more, an estimate is told. */
const countedBytes = 8 * 1024 * 1024;
/** A row takes about so much where nobody has counted yet. */
const guessedRow = 64;

/** A partitioned table with its partitions. */
const sql = `
select c.oid::regclass::text as name, obj_description(c.oid, 'pg_class') as comment, t.bytes::text as bytes, t.rows,
  has_schema_privilege(c.relnamespace, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable
from pg_catalog.pg_class c
cross join lateral (
  select coalesce(sum(pg_catalog.pg_total_relation_size(r.oid)), 0) as bytes,
    case when bool_and(r.reltuples >= 0) then sum(r.reltuples)::float8 end as rows
  from pg_catalog.pg_class r
  where r.relkind = 'r' and (r.oid = c.oid or r.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))
) t
where c.relkind in ('r', 'p') and c.relnamespace = pg_catalog.to_regnamespace('roadbook_parked')
order by c.oid`;

interface Row {
  readonly name: string;
  readonly comment: string | null;
  readonly bytes: string;
  readonly rows: number | null;
  readonly readable: boolean;
}

/** In the order in which it was parked: by the comments that the plan has put on it; what has none is not ours. Reads only. */
export async function findParked(connection: Connection): Promise<readonly ParkedObject[]> {
  const { rows } = await connection.query<Row & Record<string, unknown>>(sql);
  const found = rows.flatMap((row) => {
    const told = toldBy(row.comment);
    return told === null ? [] : [{ ...told, row, bytes: Number(row.bytes) }];
  });
  const parked: ParkedObject[] = [];
  for (const { id, object, parkedAt, row, bytes } of found) {
    const counted = row.readable && bytes < countedBytes ? await countOf(connection, row.name) : null;
    parked.push({
      id,
      object,
      relation: row.name,
      rows: counted ?? row.rows ?? Math.round(bytes / guessedRow),
      bytes,
      parkedAt,
    });
  }
  return parked.sort((a, b) => (a.parkedAt < b.parkedAt ? -1 : a.parkedAt > b.parkedAt ? 1 : 0));
}

async function countOf(connection: Connection, name: string): Promise<number> {
  const { rows } = await connection.query<{ rows: string }>(`select count(*)::text as rows from ${name}`);
  return Number(rows[0]?.rows ?? 0);
}

/** Partitions are told of with their table. */
function toldBy(comment: string | null): Pick<ParkedObject, 'id' | 'object' | 'parkedAt'> | null {
  const told = parsed(comment ?? '');
  if (typeof told !== 'object' || told === null || !('roadbook' in told) || told.roadbook !== 'parked') return null;
  if ('part' in told && told.part === true) return null;
  if (!('migration' in told) || !('object' in told) || !('parkedAt' in told)) return null;
  return { id: String(told.migration), object: String(told.object), parkedAt: String(told.parkedAt) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
