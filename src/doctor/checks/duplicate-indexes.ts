// Which indexes do what another one does already?
import { listing } from '../../model/listing.ts';
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly index: string;
  readonly other: string;
  readonly relation: string;
  readonly isSame: boolean;
  readonly bytes: number;
}

/**
 * The same: all that tells two indexes apart is equal. Covered: a B-tree over the first columns of another one, with the same
 * operator classes, collations and order. One that a constraint or REPLICA IDENTITY needs is never the one to drop, nor is
 * one that makes columns unique dropped for one that does not. Of two that are the same the younger one is told of.
 */
const sql = `with own as (
  select x.*, i.relam, i.reloptions, m.amname, pg_catalog.cardinality(x.indkey::int2[]) as columns,
    x.indisprimary or x.indisexclusion or x.indisreplident or x.indisclustered
      or exists (select from pg_catalog.pg_constraint c where c.conindid = x.indexrelid)
      or exists (select from pg_catalog.pg_inherits h where h.inhrelid = x.indexrelid) as needed,
    pg_catalog.to_jsonb(x)->>'indnullsnotdistinct' as nulls
  from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam
    join pg_catalog.pg_namespace s on s.oid = i.relnamespace
  where x.indisvalid and x.indexrelid >= 16384 and s.nspname not in ('roadbook', 'roadbook_parked')),
pairs as (
  select a.indexrelid as index, b.indexrelid as other, a.indrelid as relation,
    a.columns = b.columns and a.indnkeyatts = b.indnkeyatts and a.relam = b.relam and a.nulls is not distinct from b.nulls and a.indkey::text = b.indkey::text
      and a.indclass::text = b.indclass::text and a.indcollation::text = b.indcollation::text and a.indoption::text = b.indoption::text
      and pg_catalog.pg_get_expr(a.indexprs, a.indrelid) is not distinct from pg_catalog.pg_get_expr(b.indexprs, b.indrelid)
      and pg_catalog.pg_get_expr(a.indpred, a.indrelid) is not distinct from pg_catalog.pg_get_expr(b.indpred, b.indrelid) as same,
    a.amname = 'btree' and b.amname = 'btree' and not a.indisunique and a.columns < b.columns and a.columns = a.indnkeyatts
      and a.columns <= b.indnkeyatts and a.indexprs is null and a.indpred is null and b.indpred is null
      and (b.indkey::int2[])[0:a.columns - 1] = (a.indkey::int2[])[0:a.columns - 1]
      and (b.indclass::oid[])[0:a.columns - 1] = (a.indclass::oid[])[0:a.columns - 1]
      and (b.indcollation::oid[])[0:a.columns - 1] = (a.indcollation::oid[])[0:a.columns - 1]
      and (b.indoption::int2[])[0:a.columns - 1] = (a.indoption::int2[])[0:a.columns - 1] as covered,
    a.indisunique as is_unique, b.indisunique as other_is_unique, b.needed as other_needed
  from own a join own b on b.indrelid = a.indrelid and b.indexrelid <> a.indexrelid
  where not a.needed)
select distinct on (p.index) p.index::pg_catalog.regclass::text as index, p.other::pg_catalog.regclass::text as other,
  p.relation::pg_catalog.regclass::text as relation, p.same as "isSame", pg_catalog.pg_relation_size(p.index)::float8 as bytes
from pairs p
where (p.same and (not p.is_unique or p.other_is_unique)
    and (p.other_needed or (p.other_is_unique and not p.is_unique) or p.other < p.index)) or p.covered
order by p.index, p.same desc, p.other`;

const shown = 8;

export const duplicateIndexes = defineCheck({
  name: 'duplicate-indexes',
  group: 'schema',
  about: 'whether indexes do what others do already',
  needs: 'database',
  look: async ({ connection }) => {
    const { rows } = await connection.query<Row>(sql);
    return {
      found: [
        ...told(
          rows.filter(({ isSame }) => isSame),
          true,
        ),
        ...told(
          rows.filter(({ isSame }) => !isSame),
          false,
        ),
      ],
    };
  },
});

function told(rows: readonly Row[], same: boolean) {
  if (rows.length === 0) return [];
  const list = rows.map(({ index, other, bytes }) => `${index}, ${bytesInWords(bytes)}, as ${other}`);
  const [first] = rows;
  const message =
    rows.length === 1
      ? `the index ${first?.index} does what ${first?.other} does already`
      : `${rows.length} indexes do what others do already`;
  const more = {
    detail: `${same ? 'The same index twice' : 'Its columns are the first ones of a longer index'}: ${listing(list, shown)}. Each write keeps both up to date.`,
    hint: `Write a migration that drops ${rows.length === 1 ? 'it' : 'them'}: \`roadbook apply\` does that CONCURRENTLY.${same ? '' : ' A short index is faster to read than a long one: look first whether queries are fast enough without it.'}`,
    repair: rows.slice(0, shown).map(({ index }) => `DROP INDEX ${index}`),
  };
  return [
    same
      ? problem('index-twice', message, { severity: 'warning', ...more })
      : problem('index-covered', message, { severity: 'note', ...more }),
  ];
}
