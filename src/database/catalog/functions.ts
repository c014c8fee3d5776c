// Which functions, procedures and aggregates are there?
import { functionName, ownerAndAcl, type Reading, userSchema } from './reading.ts';

const modify = (column: string): string =>
  `case ${column} when 'r' then 'read only' when 's' then 'shareable' when 'w' then 'read write' else ${column}::text end`;

/**
 * pg_get_functiondef prints everything of a function but owner, privileges and comment: arguments with defaults, result,
 * language, volatility, strictness, security, LEAKPROOF, PARALLEL, COST, ROWS, SUPPORT, TRANSFORM, SET and the body.
 * Constructors of a range come with its type. An extension may have hundreds: they are not printed at all.
 */
export const functions: Reading = {
  of: 'pg_proc',
  sql: () => `
select p.oid, case p.prokind when 'f' then 'function' when 'w' then 'function' when 'p' then 'procedure' end as kind,
  p.oid::regprocedure::text as name,
  pg_get_functiondef(p.oid) as definition,
  d.refobjid as within_type,
  ${ownerAndAcl('p.proowner', 'p.proacl', `'f'::"char"`)}
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_type'::regclass and d.deptype = 'i'
where p.prokind <> 'a' and ${userSchema()} and not exists (select from pg_depend e
  where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')`,
};

export const aggregates: Reading = {
  of: 'pg_proc',
  sql: () => `
select p.oid, 'aggregate' as kind, p.oid::regprocedure::text as name,
  ${ownerAndAcl('p.proowner', 'p.proacl', `'f'::"char"`)},
  pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as returns,
  case a.aggkind when 'n' then null when 'o' then 'ordered set' when 'h' then 'hypothetical set' else a.aggkind::text end as variety,
  case p.proparallel when 'u' then null when 's' then 'safe' when 'r' then 'restricted' end as parallel,
  nullif(a.aggnumdirectargs, 0) as direct_arguments,
  ${functionName('a.aggtransfn')} as transition,
  format_type(a.aggtranstype, null) as state,
  nullif(a.aggtransspace, 0) as state_size,
  ${functionName('a.aggfinalfn')} as final,
  nullif(a.aggfinalextra, false) as final_extra,
  ${modify('a.aggfinalmodify')} as final_modify,
  a.agginitval as initial,
  ${functionName('a.aggcombinefn')} as combine,
  ${functionName('a.aggserialfn')} as serial,
  ${functionName('a.aggdeserialfn')} as deserial,
  ${functionName('a.aggmtransfn')} as moving_transition,
  ${functionName('a.aggminvtransfn')} as moving_inverse,
  case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end as moving_state,
  nullif(a.aggmtransspace, 0) as moving_state_size,
  ${functionName('a.aggmfinalfn')} as moving_final,
  nullif(a.aggmfinalextra, false) as moving_final_extra,
  case when a.aggmtransfn::oid <> 0 then ${modify('a.aggmfinalmodify')} end as moving_final_modify,
  a.aggminitval as moving_initial,
  case when a.aggsortop <> 0 then a.aggsortop::regoperator::text end as sort_operator
from pg_proc p
join pg_aggregate a on a.aggfnoid = p.oid
join pg_namespace n on n.oid = p.pronamespace
where ${userSchema()}`,
};
