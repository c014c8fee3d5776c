// Which schemas, extensions, languages, access methods, collations, conversions, casts and transforms are there?
import { functionName, ownerAndAcl, type Reading, userSchema } from './reading.ts';

/**
 * The schema public comes with PostgreSQL: its first privileges are in pg_init_privs, its owner is pg_database_owner since 15
 * and the first superuser, whatever the name, in 14. As it came it has no property.
 */
export const schemas: Reading = {
  of: 'pg_namespace',
  sql: (major) => `
select n.oid, 'schema' as kind, quote_ident(n.nspname) as name,
  case when n.oid < 16384 and n.nspowner = ${major >= 15 ? `'pg_database_owner'::regrole` : '10'} then null
    else pg_get_userbyid(n.nspowner) end as owner,
  n.nspacl::text[] as acl,
  case when n.nspacl is not null then coalesce(i.initprivs, acldefault('n', n.nspowner))::text[] end as acl_default
from pg_namespace n
left join pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid and i.objsubid = 0 and i.privtype = 'i'
where ${userSchema()}`,
};

/** Their members are not read one by one: they are the extension's, as its version says. */
export const extensions: Reading = {
  of: 'pg_extension',
  sql: () => `
select e.oid, 'extension' as kind, quote_ident(e.extname) as name, e.extversion as version,
  quote_ident(n.nspname) as schema,
  case when e.oid >= 16384 then pg_get_userbyid(e.extowner) end as owner
from pg_extension e join pg_namespace n on n.oid = e.extnamespace`,
};

export const languages: Reading = {
  of: 'pg_language',
  sql: () => `
select l.oid, 'language' as kind, quote_ident(l.lanname) as name,
  ${ownerAndAcl('l.lanowner', 'l.lanacl', `'l'::"char"`)},
  l.lanpltrusted as trusted,
  ${functionName('l.lanplcallfoid')} as handler,
  ${functionName('l.laninline')} as inline,
  ${functionName('l.lanvalidator')} as validator
from pg_language l where l.oid >= 16384 and l.lanispl`,
};

export const accessMethods: Reading = {
  of: 'pg_am',
  sql: () => `
select a.oid, 'access method' as kind, quote_ident(a.amname) as name,
  case a.amtype when 'i' then 'index' when 't' then 'table' else a.amtype::text end as type, a.amhandler::text as handler
from pg_am a where a.oid >= 16384`,
};

/** The version of a collation is that of the machine's own libraries: not a property of the schema. */
export const collations: Reading = {
  of: 'pg_collation',
  sql: (major) => `
select c.oid, 'collation' as kind, quote_ident(n.nspname) || '.' || quote_ident(c.collname) as name,
  pg_get_userbyid(c.collowner) as owner,
  case c.collprovider when 'd' then 'default' when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' else c.collprovider::text end as provider,
  nullif(c.collisdeterministic, true) as deterministic,
  case when c.collencoding >= 0 then pg_encoding_to_char(c.collencoding) end as encoding,
  ${major >= 17 ? 'c.colllocale' : major >= 15 ? 'c.colliculocale' : `case when c.collprovider = 'i' then c.collcollate end`} as locale,
  ${major >= 15 ? 'c.collcollate' : `case when c.collprovider <> 'i' then c.collcollate end`} as lc_collate,
  ${major >= 15 ? 'c.collctype' : `case when c.collprovider <> 'i' then c.collctype end`} as lc_ctype
  ${major >= 16 ? ', c.collicurules as rules' : ''}
from pg_collation c join pg_namespace n on n.oid = c.collnamespace
where ${userSchema()}`,
};

export const conversions: Reading = {
  of: 'pg_conversion',
  sql: () => `
select c.oid, 'conversion' as kind, quote_ident(n.nspname) || '.' || quote_ident(c.conname) as name,
  pg_get_userbyid(c.conowner) as owner, pg_encoding_to_char(c.conforencoding) as "from", pg_encoding_to_char(c.contoencoding) as "to",
  c.conproc::oid::regprocedure::text as function, nullif(c.condefault, false) as "default"
from pg_conversion c join pg_namespace n on n.oid = c.connamespace
where ${userSchema()}`,
};

export const casts: Reading = {
  of: 'pg_cast',
  sql: () => `
select c.oid, 'cast' as kind, '(' || format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null) || ')' as name,
  ${functionName('c.castfunc')} as function,
  case c.castcontext when 'e' then null when 'a' then 'assignment' when 'i' then 'implicit' else c.castcontext::text end as context,
  case c.castmethod when 'f' then 'function' when 'i' then 'inout' when 'b' then 'binary' else c.castmethod::text end as method,
  (select r.rngtypid from pg_range r where r.rngtypid = c.castsource and r.rngmultitypid = c.casttarget) as within_type
from pg_cast c where c.oid >= 16384 and not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.oid in (c.castsource, c.casttarget) and n.nspname = any($1::text[]))`,
};

export const transforms: Reading = {
  of: 'pg_transform',
  sql: () => `
select t.oid, 'transform' as kind, 'for ' || format_type(t.trftype, null) || ' language ' || quote_ident(l.lanname) as name,
  ${functionName('t.trffromsql')} as from_sql, ${functionName('t.trftosql')} as to_sql
from pg_transform t join pg_language l on l.oid = t.trflang`,
};
