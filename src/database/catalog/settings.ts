// What is set for this database as a whole, and which default privileges are there?
import { differ, ownerAndAcl, type Reading, text, userSchema } from './reading.ts';
import { hidden, isSecret } from './secrets.ts';

export const database: Reading = {
  of: 'pg_database',
  sql: () => `
select d.oid, 'database' as kind, '(current)' as name,
  ${ownerAndAcl('d.datdba', 'd.datacl', `'d'::"char"`)},
  nullif(d.datconnlimit, -1) as connection_limit,
  nullif(d.datallowconn, true) as allows_connections,
  nullif(d.datistemplate, false) as template,
  shobj_description(d.oid, 'pg_database') as comment,
  (select array_agg(l.provider || ': ' || l.label order by l.provider) from pg_shseclabel l
    where l.classoid = 'pg_database'::regclass and l.objoid = d.oid) as security_labels
from pg_database d where d.datname = current_database()`,
};

/** ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET; those of a role in all databases are the cluster's. */
export const settings: Reading = {
  of: 'pg_db_role_setting',
  sql: () => `
select 'setting' as kind, split_part(item, '=', 1) || case s.setrole when 0 then '' else ' for ' || pg_get_userbyid(s.setrole) end as name,
  substr(item, strpos(item, '=') + 1) as value
from pg_db_role_setting s cross join unnest(s.setconfig) as item
where s.setdatabase = (select d.oid from pg_database d where d.datname = current_database())`,
  refine: (row) => (isSecret(text(row.name) ?? '', text(row.value) ?? '') ? { ...row, value: hidden } : row),
};

export const defaultPrivileges: Reading = {
  of: 'pg_default_acl',
  sql: () => `
select d.oid, 'default privileges' as kind, 'of ' || pg_get_userbyid(d.defaclrole)
    || coalesce(' in schema ' || quote_ident(n.nspname), '') || ' on '
    || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
      when 'n' then 'schemas' when 'L' then 'large objects' else d.defaclobjtype::text end as name,
  d.defaclacl::text[] as acl
from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
where n.nspname is null or ${userSchema()}`,
};

const changed = (catalog: string, prefix: string, type: string): string => {
  const [acl, first] = [`o.${prefix}acl`, `coalesce(i.initprivs, acldefault(${type}, o.${prefix}owner))`];
  return `
select '${catalog}'::regclass as class, o.oid as object, 0 as sub, ${acl}::text[] as acl, ${first}::text[] as acl_default
from ${catalog} o
left join pg_init_privs i on i.classoid = '${catalog}'::regclass and i.objoid = o.oid and i.objsubid = 0
where ${acl} is not null and ${differ(acl, first)} and (o.oid < 16384 or exists (select from pg_depend d
  where d.classid = '${catalog}'::regclass and d.objid = o.oid and d.objsubid = 0 and d.deptype = 'e'))`;
};

/** Privileges that somebody changed on what came with PostgreSQL or with an extension: pg_init_privs has them as they came. */
export const changedPrivileges: Reading = {
  of: 'pg_init_privs',
  sql: () => `
select 'privileges' as kind, o.type || ' ' || o.identity as name, x.acl, x.acl_default
from (${[
    changed('pg_class', 'rel', `(case o.relkind when 'S' then 's' else 'r' end)::"char"`),
    changed('pg_proc', 'pro', `'f'`),
    changed('pg_type', 'typ', `'T'`),
    changed('pg_namespace', 'nsp', `'n'`),
    changed('pg_language', 'lan', `'l'`),
    changed('pg_foreign_data_wrapper', 'fdw', `'F'`),
    changed('pg_foreign_server', 'srv', `'S'`),
  ].join('\nunion all')}
union all
select 'pg_class'::regclass, a.attrelid, a.attnum::int, a.attacl::text[], i.initprivs::text[]
from pg_attribute a
left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = a.attrelid and i.objsubid = a.attnum
where a.attacl is not null and a.attrelid < 16384 and ${differ('a.attacl', `coalesce(i.initprivs, '{}')`)}) x
cross join pg_identify_object(x.class, x.object, x.sub) o
where o.schema is distinct from 'information_schema' and not (o.type = 'schema' and (o.identity = 'information_schema'
  or o.identity in (select quote_ident(n.nspname) from pg_namespace n where ${userSchema()})))`,
};
