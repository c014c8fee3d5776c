// What depends on objects that are dropped, so that it goes with them or keeps them?
import type { Connection } from '../../database/connection.ts';
import type { Dropped } from './dropped.ts';

export interface Dependant {
  /** Index of the drop. */
  readonly n: number;
  /** takes: what CASCADE takes, and what keeps a drop without it. requires: what the object is a part of, so that it cannot be dropped. */
  readonly is: 'takes' | 'requires';
  /** In the words of PostgreSQL's notice: `view app.names`. */
  readonly object: string;
  /** All words of its name, its table's too. */
  readonly names: readonly string[];
  /** What is dropped, or the first of it. */
  readonly dropped: string;
}

/**
 * As PostgreSQL's findDependentObjects goes (14 to 18): a dependant goes silently where any of the ways to it is automatic or
 * internal. What is an internal part of something, as its rule is of a view, stands for that. A drop of which not every object is
 * found for certain is left out.
 */
const sql = `
with recursive
item as (
  select * from pg_catalog.jsonb_to_recordset($1::jsonb) as x(n int, item int, sort text, schema text, name text, part text, args text[])),
path as (select schema, place from pg_catalog.unnest(pg_catalog.current_schemas(true)) with ordinality as p(schema, place)),
object as (
  select 'relation'::text as sort, 'pg_catalog.pg_class'::regclass::oid as class, c.oid, c.relnamespace as space, c.relname as name
    from pg_catalog.pg_class c
  union all select 'type', 'pg_catalog.pg_type'::regclass, t.oid, t.typnamespace, t.typname from pg_catalog.pg_type t
  union all select 'function', 'pg_catalog.pg_proc'::regclass, p.oid, p.pronamespace, p.proname from pg_catalog.pg_proc p
  union all select 'schema', 'pg_catalog.pg_namespace'::regclass, n.oid, null, n.nspname from pg_catalog.pg_namespace n
  union all select 'extension', 'pg_catalog.pg_extension'::regclass, e.oid, null, e.extname from pg_catalog.pg_extension e),
candidate as (
  select i.n, i.item, i.part, i.sort, o.class, o.oid, rank() over (partition by i.n, i.item order by p.place nulls first) as turn
  from item i
    join object o on o.name = i.name and (i.args is null or i.args = array(
        select t.typname::text from pg_catalog.pg_proc f, pg_catalog.unnest(f.proargtypes) with ordinality a(type, place)
          join pg_catalog.pg_type t on t.oid = a.type
        where f.oid = o.oid order by a.place))
      and o.sort = case when i.sort in ('column', 'constraint') then 'relation' else i.sort end
    left join pg_catalog.pg_namespace s on s.oid = o.space
    left join path p on p.schema = s.nspname
  where case when o.space is null then i.schema is null when i.schema is null then p.place is not null else s.nspname = i.schema end),
found as (
  select c.n, c.item,
    case when c.sort = 'constraint' then 'pg_catalog.pg_constraint'::regclass::oid else c.class end as classid,
    case when c.sort = 'constraint' then k.oid else c.oid end as objid,
    case when c.sort = 'column' then a.attnum else 0 end::int as objsubid
  from candidate c
    left join pg_catalog.pg_attribute a on c.sort = 'column' and a.attrelid = c.oid and a.attname = c.part and not a.attisdropped
    left join pg_catalog.pg_constraint k on c.sort = 'constraint' and k.conrelid = c.oid and k.conname = c.part
  where c.turn = 1),
start as (
  select f.n, f.classid, f.objid, f.objsubid from found f
  where f.objid is not null and f.objsubid is not null
    and not exists (select from item i where i.n = f.n
      and (select count(*) from found g where g.n = i.n and g.item = i.item and g.objid is not null and g.objsubid is not null) <> 1)),
reached as (
  select s.n, s.classid, s.objid, s.objsubid, false as normal, false as linked from start s
  union
  select r.n, x.classid, x.objid, x.objsubid, x.normal, x.linked
  from reached r cross join lateral (
    select d.classid, d.objid, d.objsubid, d.deptype = 'n' as normal, d.deptype not in ('i', 'e', 'P', 'S') as linked
    from pg_catalog.pg_depend d
    where d.refclassid = r.classid and d.refobjid = r.objid and (r.objsubid = 0 or d.refobjsubid = r.objsubid)
      and not (r.objsubid = 0 and d.classid = r.classid and d.objid = r.objid)
    union all
    select d.refclassid, d.refobjid, d.refobjsubid, true, true
    from pg_catalog.pg_depend d
    where r.linked and r.normal and d.classid = r.classid and d.objid = r.objid and d.objsubid = r.objsubid and d.deptype in ('i', 'e')
      and not (d.refclassid = r.classid and d.refobjid = r.objid)) x),
taken as (
  select r.n, r.classid, r.objid, r.objsubid from reached r
  group by r.n, r.classid, r.objid, r.objsubid
  having pg_catalog.bool_and(r.normal)
    and not exists (select from start s where s.n = r.n and s.classid = r.classid and s.objid = r.objid and s.objsubid in (0, r.objsubid))
    and (r.objsubid = 0 or not exists (select from reached w where w.n = r.n and w.classid = r.classid and w.objid = r.objid and w.objsubid = 0))),
requiring as (
  select distinct s.n, d.refclassid as classid, d.refobjid as objid, d.refobjsubid as objsubid
  from start s join pg_catalog.pg_depend d on d.classid = s.classid and d.objid = s.objid and d.objsubid = s.objsubid
  where d.deptype in ('i', 'e', 'P') and not (d.refclassid = s.classid and d.refobjid = s.objid)
    and not exists (select from start o where o.n = s.n and o.classid = d.refclassid and o.objid = d.refobjid)),
told as (select 'takes'::text as "is", t.* from taken t union all select 'requires', q.* from requiring q)
select t.n, t."is", pg_catalog.pg_describe_object(t.classid, t.objid, t.objsubid) as object,
  (pg_catalog.pg_identify_object_as_address(t.classid, t.objid, t.objsubid)).object_names as names,
  (select pg_catalog.pg_describe_object(s.classid, s.objid, s.objsubid) from start s where s.n = t.n limit 1) as dropped
from told t
order by t.n, object`;

export async function askDependants(
  connection: Pick<Connection, 'query'>,
  drops: readonly (readonly Dropped[])[],
): Promise<readonly Dependant[]> {
  if (drops.length === 0) return [];
  const items = drops.flatMap((objects, n) => objects.map((object, item) => ({ n, item, ...object })));
  return (await connection.query<Dependant>(sql, [JSON.stringify(items)])).rows;
}
