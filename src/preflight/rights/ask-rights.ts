// Which of these rights does the role surely not have?
import type { Connection } from '../../database/connection.ts';
import type { Need } from './need.ts';

export interface Missing {
  /** Index of the need. */
  readonly n: number;
  readonly lacks: 'own' | 'table' | 'use-schema' | 'create' | 'database' | 'attribute' | 'superuser' | 'member';
  /** For people and in GRANT: `table public.users`. */
  readonly object: string;
  /** The name as it goes into GRANT: `public.users`. */
  readonly target: string;
  readonly schema: string | null;
  readonly owner: string | null;
  readonly ownerIsSuperuser: boolean;
  readonly privilege: string | null;
  readonly role: string;
}

/**
 * What is not there gets no row, nor does what is not certain: of functions of one name it is enough to own one. Names without
 * a schema are looked up as PostgreSQL does, along the session's own search path.
 */
const sql = `
with recursive
need as (
  select * from pg_catalog.jsonb_to_recordset($1::jsonb) as x(n int, need text, sort text, schema text, name text, "orSchema" boolean,
    privilege text, columns text[], role text, args int)),
path as (select schema, place from pg_catalog.unnest(pg_catalog.current_schemas(true)) with ordinality as p(schema, place)),
object as (
  select 'relation'::text as sort, 'pg_catalog.pg_class'::regclass::oid as class, c.oid, c.relnamespace as space, c.relname as name, c.relowner as owner, -1 as args
    from pg_catalog.pg_class c
  union all select 'type', 'pg_catalog.pg_type'::regclass, t.oid, t.typnamespace, t.typname, t.typowner, -1 from pg_catalog.pg_type t
  union all select 'function', 'pg_catalog.pg_proc'::regclass, p.oid, p.pronamespace, p.proname, p.proowner, p.pronargs from pg_catalog.pg_proc p
  union all select 'statistics', 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxnamespace, s.stxname, s.stxowner, -1 from pg_catalog.pg_statistic_ext s
  union all select 'collation', 'pg_catalog.pg_collation'::regclass, l.oid, l.collnamespace, l.collname, l.collowner, -1 from pg_catalog.pg_collation l
  union all select 'schema', 'pg_catalog.pg_namespace'::regclass, n.oid, null, n.nspname, n.nspowner, -1 from pg_catalog.pg_namespace n
  union all select 'extension', 'pg_catalog.pg_extension'::regclass, e.oid, null, e.extname, e.extowner, -1 from pg_catalog.pg_extension e
  union all select 'publication', 'pg_catalog.pg_publication'::regclass, b.oid, null, b.pubname, b.pubowner, -1 from pg_catalog.pg_publication b
  union all select 'server', 'pg_catalog.pg_foreign_server'::regclass, f.oid, null, f.srvname, f.srvowner, -1 from pg_catalog.pg_foreign_server f),
candidate as (
  select need.*, o.class, o.oid, o.space, o.owner, n.nspname as "in", n.nspowner,
    rank() over (partition by need.n order by path.place nulls first) as turn
  from need join object o on o.sort = need.sort and o.name = need.name and (need.args is null or o.args = need.args)
    left join pg_catalog.pg_namespace n on n.oid = o.space
    left join path on path.schema = n.nspname
  where case when o.space is null then need.schema is null when need.schema is null then path.place is not null
    else n.nspname = need.schema end),
found as (select * from candidate where turn = 1),
lacking as (
  select f.n, 'own' as lacks, (array_agg(f.class))[1] as class, (array_agg(f.oid))[1] as oid, (array_agg(f."in"))[1] as "in",
    (array_agg(f.owner))[1] as owner, null::text as privilege
  from found f where f.need in ('own', 'give', 'maintain') group by f.n
  having not pg_catalog.bool_or(pg_catalog.pg_has_role(f.owner, 'USAGE')
    or case when f."orSchema" then pg_catalog.pg_has_role(f.nspowner, 'USAGE') else false end
    or case when f.need = 'maintain' and pg_catalog.current_setting('server_version_num')::int >= 170000
      then pg_catalog.has_table_privilege(coalesce((select i.indrelid from pg_catalog.pg_index i where i.indexrelid = f.oid), f.oid),
        'MAINTAIN') else false end)
  union all
  select f.n, 'table', f.class, f.oid, f."in", f.owner, f.privilege
  from found f where f.need = 'table' and not case
    when f.privilege !~ '^(SELECT|INSERT|UPDATE|REFERENCES)$' or pg_catalog.has_table_privilege(f.oid, f.privilege)
      then pg_catalog.has_table_privilege(f.oid, f.privilege)
    when f.columns is null then pg_catalog.has_any_column_privilege(f.oid, f.privilege)
    else not exists (select from pg_catalog.pg_attribute a where a.attrelid = f.oid and a.attname = any (f.columns)
      and not pg_catalog.has_column_privilege(f.oid, a.attnum, f.privilege)) end
  union all
  select f.n, 'create', 'pg_catalog.pg_namespace'::regclass, f.space, f."in", n.nspowner, 'CREATE'
  from found f join pg_catalog.pg_namespace n on n.oid = f.space
  where f.need = 'create-beside' and not pg_catalog.has_schema_privilege(f.space, 'CREATE')
  union all
  select w.n, 'create', 'pg_catalog.pg_namespace'::regclass, n.oid, n.nspname, n.nspowner, 'CREATE'
  from need w join pg_catalog.pg_namespace n on n.nspname = coalesce(w.schema, pg_catalog.current_schema())
  where w.need = 'create' and not pg_catalog.has_schema_privilege(n.oid, 'CREATE')
  union all
  select w.n, 'use-schema', 'pg_catalog.pg_namespace'::regclass, n.oid, n.nspname, n.nspowner, 'USAGE'
  from need w join pg_catalog.pg_namespace n on n.nspname = w.schema
  where w.need in ('own', 'table', 'maintain', 'give', 'use-schema') and not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  union all
  select w.n, 'create', 'pg_catalog.pg_namespace'::regclass, n.oid, n.nspname, n.nspowner, p.privilege
  from need w join pg_catalog.pg_namespace n on n.nspname = w.name,
    pg_catalog.unnest(pg_catalog.string_to_array(w.privilege, ', ')) as p(privilege)
  where w.need = 'own-place' and not pg_catalog.has_schema_privilege(n.oid, p.privilege)
  union all
  select w.n, 'database', 'pg_catalog.pg_database'::regclass, d.oid, null, d.datdba, 'CREATE'
  from need w, pg_catalog.pg_database d
  where d.datname = pg_catalog.current_database() and not pg_catalog.has_database_privilege(d.oid, 'CREATE')
    and case w.need when 'create-in-database' then true
      when 'own-place' then not exists (select from pg_catalog.pg_namespace n where n.nspname = w.name)
      when 'extension' then exists (select from pg_catalog.pg_available_extensions a
        join pg_catalog.pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
        where a.name = w.name and a.installed_version is null and v.superuser and v.trusted)
      else false end
  union all
  select w.n, 'superuser', null, null, null, null, null
  from need w where (w.need = 'superuser' or w.need = 'extension' and exists (select from pg_catalog.pg_available_extensions a
      join pg_catalog.pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
      where a.name = w.name and a.installed_version is null and v.superuser and not v.trusted))
    and not exists (select from pg_catalog.pg_roles r where r.rolname ~ '^(rds_superuser|cloudsqlsuperuser|alloydbsuperuser|azure_pg_admin|neon_superuser|supabase_admin|doadmin|avnadmin)$')
  union all
  select w.n, 'attribute', null, null, null, null, case w.need when 'make-roles' then 'CREATEROLE' else 'CREATEDB' end
  from need w join pg_catalog.pg_roles r on r.rolname = current_user
  where w.need = 'make-roles' and not r.rolcreaterole or w.need = 'make-databases' and not r.rolcreatedb
  union all
  select w.n, 'member', 'pg_catalog.pg_authid'::regclass, r.oid, null, null, null
  from need w join pg_catalog.pg_roles r on r.rolname = w.role
  where w.need = 'member' and not pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER') and not pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER')
  union all
  select f.n, 'member', 'pg_catalog.pg_authid'::regclass, r.oid, null, null, null
  from found f join pg_catalog.pg_roles r on r.rolname = f.role
  where f.need = 'give' and f.owner <> r.oid and not pg_catalog.pg_has_role(r.oid, 'MEMBER'))
select l.n, l.lacks, coalesce(i.type || ' ' || i.identity, '') as object, coalesce(i.identity, '') as target, l."in" as schema,
  r.rolname as owner, coalesce(r.rolsuper, false) as "ownerIsSuperuser", l.privilege, current_user as role
from lacking l left join pg_catalog.pg_roles r on r.oid = l.owner
  left join lateral pg_catalog.pg_identify_object(l.class, l.oid, 0) i on l.oid is not null
order by l.n, l.lacks, l.privilege`;

export async function askRights(
  connection: Pick<Connection, 'query'>,
  needs: readonly Need[],
): Promise<readonly Missing[]> {
  if (needs.length === 0) return [];
  const asked = needs.map((need, n) => ({ n, ...need }));
  return (await connection.query<Missing>(sql, [JSON.stringify(asked)])).rows;
}
