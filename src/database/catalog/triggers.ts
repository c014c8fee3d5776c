// What runs by itself when rows or the schema change: triggers, rules, policies, event triggers?
import { ownerAndAcl, type Reading, texts } from './reading.ts';

const enabled = (column: string): string =>
  `case ${column} when 'O' then null when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' else ${column}::text end`;

/**
 * Internal triggers belong to foreign keys and deferrable keys and are seen with these. The clones of a trigger on
 * partitions count as internal in 14 but not in 15 and later.
 */
export const triggers: Reading = {
  of: 'pg_trigger',
  sql: () => `
select t.oid, 'trigger' as kind, t.tgrelid as rel, quote_ident(t.tgname) as part,
  pg_get_triggerdef(t.oid) as definition, ${enabled('t.tgenabled')} as enabled,
  p.tgrelid::regclass::text || '.' || quote_ident(p.tgname) as parent
from pg_trigger t
left join pg_trigger p on p.oid = t.tgparentid
left join pg_constraint co on co.oid = t.tgconstraint
where t.tgrelid >= 16384 and (not t.tgisinternal or (t.tgparentid <> 0 and (co.oid is null or co.contype = 't')))`,
};

/** The rule _RETURN is its view's definition. */
export const rules: Reading = {
  of: 'pg_rewrite',
  sql: () => `
select r.oid, 'rule' as kind, r.ev_class as rel, quote_ident(r.rulename) as part,
  pg_get_ruledef(r.oid) as definition, ${enabled('r.ev_enabled')} as enabled
from pg_rewrite r
where r.ev_class >= 16384 and not (r.rulename = '_RETURN' and r.ev_type = '1')`,
};

export const policies: Reading = {
  of: 'pg_policy',
  sql: () => `
select p.oid, 'policy' as kind, p.polrelid as rel, quote_ident(p.polname) as part,
  case when not p.polpermissive then true end as restrictive,
  case p.polcmd when '*' then null when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
    else p.polcmd::text end as command,
  case when p.polroles <> '{0}' then array(select pg_get_userbyid(role)::text from unnest(p.polroles) as role where role <> 0) end as roles,
  pg_get_expr(p.polqual, p.polrelid) as "using",
  pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from pg_policy p`,
  refine: (row) => (row.roles ? { ...row, roles: texts(row.roles)?.toSorted() ?? null } : row),
};

export const eventTriggers: Reading = {
  of: 'pg_event_trigger',
  sql: () => `
select e.oid, 'event trigger' as kind, quote_ident(e.evtname) as name, e.evtevent::text as event,
  e.evtfoid::regprocedure::text as function, ${enabled('e.evtenabled')} as enabled, e.evttags as tags,
  ${ownerAndAcl('e.evtowner', 'null::aclitem[]', `'r'::"char"`)}
from pg_event_trigger e where e.oid >= 16384`,
  refine: (row) => (row.tags ? { ...row, tags: texts(row.tags)?.toSorted() ?? null } : row),
};
