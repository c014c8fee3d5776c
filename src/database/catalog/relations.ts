// Which tables, views, sequences and foreign tables are there, and how are they made?
import { ownerAndAcl, type Reading, texts, userSchema } from './reading.ts';
import { hideSecrets } from './secrets.ts';

/**
 * Composite types are relations too: their row only tells where their columns belong, pg_type says the rest.
 * A view's rule _RETURN is its definition. Parents come in the order of inhseqno, which decides the order of inherited columns.
 */
export const relations: Reading = {
  of: 'pg_class',
  sql: () => `
select c.oid, case c.relkind when 'r' then 'table' when 'p' then 'table' when 'f' then 'foreign table' when 'v' then 'view'
    when 'm' then 'materialized view' when 'S' then 'sequence' when 'c' then 'composite type' end as kind,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
  ${ownerAndAcl('c.relowner', 'c.relacl', `(case c.relkind when 'S' then 's' else 'r' end)::"char"`)},
  case c.relpersistence when 'p' then null when 'u' then 'unlogged' else c.relpersistence::text end as persistence,
  nullif(am.amname, 'heap') as access_method,
  ts.spcname as tablespace,
  c.reloptions as options,
  toast.reloptions as toast_options,
  case c.relreplident when 'f' then 'full' when 'n' then case when c.relkind in ('r', 'p', 'm') then 'nothing' end
    when 'i' then 'index ' || coalesce((select i.indexrelid::regclass::text from pg_index i
      where i.indrelid = c.oid and i.indisreplident), 'that was dropped') end as replica_identity,
  case when c.reloftype <> 0 then format_type(c.reloftype, null) end as of_type,
  nullif(c.relrowsecurity, false) as row_security,
  nullif(c.relforcerowsecurity, false) as force_row_security,
  h.parents as inherits,
  nullif(h.pending, false) as detach_pending,
  case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as partition_bound,
  case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
  case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
  case when c.relkind = 'm' then nullif(c.relispopulated, true) end as populated,
  fs.srvname as server, ft.ftoptions as server_options,
  format_type(s.seqtypid, null) as type, s.seqstart::text as start, s.seqincrement::text as increment,
  s.seqmin::text as minimum, s.seqmax::text as maximum, s.seqcache::text as cache, nullif(s.seqcycle, false) as cycle,
  case d.deptype when 'i' then 'identity of ' else '' end || d.refobjid::regclass::text || '.' || quote_ident(da.attname) as owner_column,
  d.refobjid as within,
  case when c.relkind = 'c' then c.reltype end as row_type_oid
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am am on am.oid = c.relam
left join pg_tablespace ts on ts.oid = c.reltablespace
left join pg_class toast on toast.oid = c.reltoastrelid
left join pg_sequence s on s.seqrelid = c.oid
left join pg_foreign_table ft on ft.ftrelid = c.oid
left join pg_foreign_server fs on fs.oid = ft.ftserver
left join (select inhrelid, array_agg(inhparent::regclass::text order by inhseqno) as parents, bool_or(inhdetachpending) as pending
  from pg_inherits group by inhrelid) h on h.inhrelid = c.oid
left join pg_depend d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
left join pg_attribute da on da.attrelid = d.refobjid and da.attnum = d.refobjsubid
where c.relkind not in ('i', 'I', 't') and ${userSchema()}`,
  refine: (row) => ({
    ...row,
    options: texts(row.options)?.toSorted() ?? null,
    toast_options: texts(row.toast_options)?.toSorted() ?? null,
    server_options: hideSecrets(texts(row.server_options)) ?? null,
  }),
};
