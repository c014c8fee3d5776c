// Which indexes and statistics objects are there, and can the planner use them?
import { ownerAndAcl, type Reading, userSchema } from './reading.ts';

/**
 * pg_get_indexdef prints method, columns, expressions, operator classes with their parameters, collations, sort order,
 * INCLUDE, NULLS NOT DISTINCT (15), storage parameters and predicate. The index of a constraint is all in that one's definition
 * but for its storage parameters: it must have the default operator classes and order, except of exclusion constraints, which print
 * theirs. An index's owner is its table's.
 */
export const indexes: Reading = {
  of: 'pg_class',
  sql: () => `
select i.indexrelid as oid, 'index' as kind, i.indrelid as rel,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
  case when co.oid is null then pg_get_indexdef(i.indexrelid) end as definition,
  case when co.oid is not null then c.reloptions end as options,
  case when co.oid is not null then 'constraint ' || i.indrelid::regclass::text || '.' || quote_ident(co.conname) end as owned_by,
  nullif(i.indisvalid, true) as valid,
  nullif(i.indisready, true) as ready,
  nullif(i.indislive, true) as live,
  nullif(i.indisclustered, false) as clustered,
  ts.spcname as tablespace,
  (select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = i.indexrelid) as attached_to,
  case when i.indexprs is not null then (select array_agg(a.attnum || ': ' || a.attstattarget order by a.attnum) from pg_attribute a
    where a.attrelid = i.indexrelid and a.attstattarget >= 0) end as statistics
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_constraint co on co.conindid = i.indexrelid and co.contype in ('p', 'u', 'x')
left join pg_tablespace ts on ts.oid = c.reltablespace
where ${userSchema()}`,
};

/** The kinds of statistics are in the definition where they are not all. */
export const statistics: Reading = {
  of: 'pg_statistic_ext',
  sql: () => `
select s.oid, 'statistics' as kind, s.stxrelid as rel,
  quote_ident(n.nspname) || '.' || quote_ident(s.stxname) as name,
  pg_get_statisticsobjdef(s.oid) as definition,
  nullif(s.stxstattarget, -1) as target,
  ${ownerAndAcl('s.stxowner', 'null::aclitem[]', `'r'::"char"`)}
from pg_statistic_ext s
join pg_namespace n on n.oid = s.stxnamespace
where ${userSchema()}`,
};
