// Which operators, operator classes and operator families are there?
import { functionName, type Reading, userSchema } from './reading.ts';

const operatorName = (oid: string): string => `case when ${oid} <> 0 then ${oid}::regoperator::text end`;
const using = `' using ' || quote_ident(am.amname)`;

export const operators: Reading = {
  of: 'pg_operator',
  sql: () => `
select o.oid, 'operator' as kind, o.oid::regoperator::text as name,
  pg_get_userbyid(o.oprowner) as owner,
  ${functionName('o.oprcode')} as function,
  case when o.oprresult <> 0 then format_type(o.oprresult, null) end as returns,
  ${operatorName('o.oprcom')} as commutator,
  ${operatorName('o.oprnegate')} as negator,
  ${functionName('o.oprrest')} as restrict,
  ${functionName('o.oprjoin')} as join,
  nullif(o.oprcanhash, false) as hashes,
  nullif(o.oprcanmerge, false) as merges
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
where ${userSchema()}`,
};

export const operatorFamilies: Reading = {
  of: 'pg_opfamily',
  sql: () => `
select f.oid, 'operator family' as kind, quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ${using} as name,
  pg_get_userbyid(f.opfowner) as owner
from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am am on am.oid = f.opfmethod
where ${userSchema()}`,
};

export const operatorClasses: Reading = {
  of: 'pg_opclass',
  sql: () => `
select c.oid, 'operator class' as kind, quote_ident(n.nspname) || '.' || quote_ident(c.opcname) || ${using} as name,
  pg_get_userbyid(c.opcowner) as owner,
  quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) as family,
  'operator family ' || quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) || ${using} as owned_by,
  format_type(c.opcintype, null) as type,
  nullif(c.opcdefault, false) as "default",
  case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end as storage
from pg_opclass c join pg_namespace n on n.oid = c.opcnamespace join pg_am am on am.oid = c.opcmethod
join pg_opfamily f on f.oid = c.opcfamily join pg_namespace fn on fn.oid = f.opfnamespace
where ${userSchema()}`,
};

/** Those that a class cannot be without go with it, the others with the family. */
const member = (catalog: string, family: string, what: string, name: string, properties: string): Reading => ({
  of: catalog,
  sql: () => `
select m.oid, 'operator family member' as kind,
  quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ${using} || ' ${what} ' || ${name} as name,
  coalesce((select 'operator class ' || quote_ident(cn.nspname) || '.' || quote_ident(c.opcname) || ${using}
      from pg_depend d join pg_opclass c on c.oid = d.refobjid join pg_namespace cn on cn.oid = c.opcnamespace
      where d.classid = '${catalog}'::regclass and d.objid = m.oid and d.refclassid = 'pg_opclass'::regclass and d.deptype = 'i'),
    case when f.oid >= 16384 then 'operator family ' || quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ${using} end) as owned_by,
  ${properties}
from ${catalog} m join pg_opfamily f on f.oid = m.${family} join pg_namespace n on n.oid = f.opfnamespace join pg_am am on am.oid = f.opfmethod
where m.oid >= 16384 and n.nspname <> all($1::text[])
  and not exists (select from pg_depend d where d.classid = 'pg_opfamily'::regclass and d.objid = f.oid and d.deptype = 'e')`,
});

/** Members of PostgreSQL's own families too, where a user added them; not those of an extension's families. */
export const familyOperators: Reading = member(
  'pg_amop',
  'amopfamily',
  'operator',
  `m.amopstrategy || ' (' || format_type(m.amoplefttype, null) || ', ' || format_type(m.amoprighttype, null) || ')'
    || case m.amoppurpose when 's' then '' else ' for order' end`,
  `m.amopopr::regoperator::text as operator,
  case when m.amopsortfamily <> 0 then (select quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
    from pg_opfamily s join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = m.amopsortfamily) end as sort_family`,
);

export const familyFunctions: Reading = member(
  'pg_amproc',
  'amprocfamily',
  'function',
  `m.amprocnum || ' (' || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null) || ')'`,
  'm.amproc::oid::regprocedure::text as function',
);
