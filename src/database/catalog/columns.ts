// Which columns are there, of what type, and in which order?
import type { Reading } from './reading.ts';
import { texts } from './reading.ts';
import { hideSecrets } from './secrets.ts';

/** 17 stores the statistics target's default as null, 14 to 16 as -1. Virtual generated columns are of 18. */
export const columns: Reading = {
  of: 'pg_class',
  sql: () => `
select a.attrelid as rel, a.attrelid as oid, a.attnum as sub, 'column' as kind, quote_ident(a.attname) as part,
  format_type(a.atttypid, a.atttypmod) as type,
  case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
  nullif(a.attnotnull, false) as not_null,
  case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as "default",
  case a.attgenerated when '' then null when 's' then 'stored ' when 'v' then 'virtual ' else a.attgenerated::text || ' ' end
    || pg_get_expr(d.adbin, d.adrelid) as generated,
  case a.attidentity when '' then null when 'a' then 'always' when 'd' then 'by default' else a.attidentity::text end as identity,
  case when a.attstorage <> t.typstorage then case a.attstorage when 'p' then 'plain' when 'e' then 'external'
    when 'm' then 'main' when 'x' then 'extended' else a.attstorage::text end end as storage,
  case a.attcompression when '' then null when 'p' then 'pglz' when 'l' then 'lz4' else a.attcompression::text end as compression,
  nullif(a.attstattarget, -1) as statistics,
  a.attoptions as options,
  a.attfdwoptions as server_options,
  nullif(a.attinhcount, 0) as inherited,
  nullif(a.attislocal, true) as local,
  a.attacl::text[] as acl
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and a.attrelid >= 16384 and c.relkind not in ('i', 'I', 't', 'S')`,
  refine: (row) =>
    row.options || row.server_options
      ? {
          ...row,
          options: texts(row.options)?.toSorted() ?? null,
          server_options: hideSecrets(texts(row.server_options)) ?? null,
        }
      : row,
};
