// Which types are there: enums, domains, composites, ranges, base types?
import { differ, functionName, ownerAndAcl, type Reading, userSchema } from './reading.ts';

const base = (value: string): string => `case when t.typtype = 'b' then ${value} end`;

/**
 * Array types follow their element type and are left out, as are row types of tables whose privileges nobody changed.
 * A multirange type is made with its range.
 */
export const types: Reading = {
  of: 'pg_type',
  sql: () => `
select t.oid, case when not t.typisdefined then 'shell type' when t.typrelid <> 0 and c.relkind <> 'c' then 'row type'
    else case t.typtype when 'b' then 'base type' when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite type'
      when 'r' then 'range type' when 'm' then 'multirange type' end end as kind,
  quote_ident(n.nspname) || '.' || quote_ident(t.typname) as name,
  ${ownerAndAcl('t.typowner', 't.typacl', `'T'::"char"`)},
  case when t.typtype = 'e' then array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) end as labels,
  case when t.typtype = 'e' then array(select e.oid::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) end as label_oids,
  case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end as type,
  case when t.typtype = 'd' then nullif(t.typnotnull, false) end as not_null,
  case when t.typtype = 'd' then coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) else t.typdefault end as "default",
  case when t.typtype = 'd' and t.typcollation <> b.typcollation then t.typcollation::regcollation::text end as collation,
  format_type(r.rngsubtype, null) as subtype,
  case when r.rngcollation <> sub.typcollation then r.rngcollation::regcollation::text end as subtype_collation,
  (select quote_ident(ns.nspname) || '.' || quote_ident(o.opcname) from pg_opclass o join pg_namespace ns on ns.oid = o.opcnamespace
    where o.oid = r.rngsubopc) as subtype_operator_class,
  ${functionName('r.rngcanonical')} as canonical,
  ${functionName('r.rngsubdiff')} as subtype_diff,
  coalesce(format_type(r.rngmultitypid, null), format_type(mr.rngtypid, null)) as range_and_multirange,
  mr.rngtypid as within_type,
  ${base(functionName('t.typinput'))} as input,
  ${base(functionName('t.typoutput'))} as output,
  ${base(functionName('t.typreceive'))} as receive,
  ${base(functionName('t.typsend'))} as send,
  ${base(functionName('t.typmodin'))} as modifier_input,
  ${base(functionName('t.typmodout'))} as modifier_output,
  ${base(functionName('t.typanalyze'))} as analyze,
  ${base(functionName('t.typsubscript'))} as subscript,
  ${base('t.typlen::int')} as length,
  ${base('t.typbyval')} as by_value,
  ${base('t.typalign::text')} as alignment,
  ${base('t.typstorage::text')} as storage,
  ${base('t.typcategory::text')} as category,
  ${base('nullif(t.typispreferred, false)')} as preferred,
  ${base(`nullif(t.typdelim::text, ',')`)} as delimiter,
  ${base('case when t.typelem <> 0 then format_type(t.typelem, null) end')} as element,
  ${base('case when t.typcollation <> 0 then true end')} as collatable
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_class c on c.oid = t.typrelid
left join pg_type b on b.oid = t.typbasetype
left join pg_range r on r.rngtypid = t.oid
left join pg_type sub on sub.oid = r.rngsubtype
left join pg_range mr on mr.rngmultitypid = t.oid
where (t.typrelid = 0 or c.relkind = 'c' or ${differ('t.typacl', `acldefault('T', t.typowner)`)})
  and (t.typelem = 0 or not exists (select from pg_type e where e.typarray = t.oid))
  and ${userSchema()}`,
};
