// What is said about objects from outside: comments, security labels, membership in extensions?
import type { Reading } from './reading.ts';

/** The comment that the schema public came with counts as none. */
export const comments: Reading = {
  of: 'pg_description',
  sql: () => `
select classoid::int8::text as class, objoid::int8::text as oid, objsubid as sub, description as comment
from pg_description where objoid >= 16384
  or (classoid = 'pg_namespace'::regclass and objoid in (select oid from pg_namespace where nspname = 'public')
    and description <> 'standard public schema')`,
};

export const securityLabels: Reading = {
  of: 'pg_seclabel',
  sql: () => `
select classoid::int8::text as class, objoid::int8::text as oid, objsubid as sub,
  array_agg(provider || ': ' || label order by provider) as security_labels
from pg_seclabel group by 1, 2, 3`,
};

/** `e`: a member of the extension; `x`: dropped together with it, because somebody said so (DEPENDS ON EXTENSION). */
export const memberships: Reading = {
  of: 'pg_depend',
  sql: () => `
select d.classid::int8::text as class, d.objid::int8::text as oid, d.deptype::text as letter, quote_ident(e.extname) as extension
from pg_depend d join pg_extension e on e.oid = d.refobjid
where d.refclassid = 'pg_extension'::regclass and d.deptype in ('e', 'x')`,
};
