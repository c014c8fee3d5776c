// Which foreign keys have no index on the side that refers?
import { listing } from '../../model/listing.ts';
import { problem } from '../../model/problem.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly relation: string;
  readonly columns: readonly string[];
  readonly references: string;
  readonly rows: number;
}

/**
 * The columns, in any order, begin an index over all rows (B-tree or hash can look one up). Those of partitions are told with their
 * table; reltuples is -1 where nobody has counted (PostgreSQL 14 to 18).
 */
const sql = `select c.conrelid::pg_catalog.regclass::text as relation, c.confrelid::pg_catalog.regclass::text as references,
  (select pg_catalog.array_agg(a.attname::text order by k.n) from pg_catalog.unnest(c.conkey) with ordinality k(attnum, n)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
  greatest(r.reltuples, 0)::float8 as rows
from pg_catalog.pg_constraint c join pg_catalog.pg_class r on r.oid = c.conrelid
  join pg_catalog.pg_namespace s on s.oid = r.relnamespace
where c.contype = 'f' and c.conparentid = 0 and not r.relispartition and s.nspname not in ('roadbook', 'roadbook_parked')
  and not exists (
    select from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam
    where x.indrelid = c.conrelid and x.indpred is null and m.amname in ('btree', 'hash')
      and (select pg_catalog.array_agg(k order by k) from pg_catalog.unnest((x.indkey::int2[])[0:pg_catalog.cardinality(c.conkey) - 1]) k)
        = (select pg_catalog.array_agg(k order by k) from pg_catalog.unnest(c.conkey) k))
order by rows desc, relation, columns`;

/** Below this a table is read through faster than anybody notices. */
const manyRows = 10_000;
const shown = 10;

export const foreignKeysWithoutIndex = defineCheck({
  name: 'foreign-keys-without-index',
  group: 'schema',
  about: 'whether foreign keys have an index',
  needs: 'database',
  look: async ({ connection }) => {
    const { rows } = await connection.query<Row>(sql);
    const large = rows.filter((row) => row.rows >= manyRows);
    const small = rows.filter((row) => row.rows < manyRows);
    return { found: [...told(large, 'warning'), ...told(small, 'note')] };
  },
});

function told(rows: readonly Row[], severity: 'warning' | 'note') {
  const [first] = rows;
  if (first === undefined) return [];
  const keys = rows.map(({ relation, columns, references }) => `${relation} (${columns.join(', ')}) → ${references}`);
  const small = severity === 'note' ? ' They are small yet.' : '';
  return [
    problem(
      'foreign-key-without-index',
      rows.length === 1
        ? `the foreign key ${keys[0]} has no index on its own side`
        : `${rows.length} foreign keys have no index on their own side`,
      {
        severity,
        detail: `${rows.length === 1 ? '' : `${listing(keys, shown)}. `}Each DELETE of a row that is referred to, and each UPDATE of its key, reads the whole table that refers.${small}`,
        hint: 'Write a migration with the indexes where rows of the other table are deleted or joined: `roadbook apply` builds them CONCURRENTLY.',
        repair: rows
          .slice(0, shown)
          .map(({ relation, columns }) => `CREATE INDEX ON ${relation} (${columns.map(quoteIdentifier).join(', ')})`),
      },
    ),
  ];
}
