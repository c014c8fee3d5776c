// Which foreign data wrappers, servers and user mappings are there, without their secrets?
import { functionName, ownerAndAcl, type Reading, type Row, texts } from './reading.ts';
import { hideSecrets } from './secrets.ts';

const withoutSecrets = (row: Row): Row =>
  row.options ? { ...row, options: hideSecrets(texts(row.options)) ?? null } : row;

export const wrappers: Reading = {
  of: 'pg_foreign_data_wrapper',
  sql: () => `
select w.oid, 'foreign data wrapper' as kind, quote_ident(w.fdwname) as name,
  ${ownerAndAcl('w.fdwowner', 'w.fdwacl', `'F'::"char"`)},
  ${functionName('w.fdwhandler')} as handler, ${functionName('w.fdwvalidator')} as validator, w.fdwoptions as options
from pg_foreign_data_wrapper w where w.oid >= 16384`,
  refine: withoutSecrets,
};

export const servers: Reading = {
  of: 'pg_foreign_server',
  sql: () => `
select s.oid, 'server' as kind, quote_ident(s.srvname) as name,
  ${ownerAndAcl('s.srvowner', 's.srvacl', `'S'::"char"`)},
  quote_ident(w.fdwname) as wrapper, 'foreign data wrapper ' || quote_ident(w.fdwname) as owned_by, s.srvtype as type, s.srvversion as version, s.srvoptions as options
from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw`,
  refine: withoutSecrets,
};

/** pg_user_mapping is closed to all but superusers; the view shows a mapping to all, its options to few. */
export const userMappings: Reading = {
  of: 'pg_user_mapping',
  sql: () => `
select m.umid as oid, 'user mapping' as kind,
  'for ' || case m.umuser when 0 then 'public' else quote_ident(m.usename) end || ' server ' || quote_ident(m.srvname) as name,
  'server ' || quote_ident(m.srvname) as owned_by, m.umoptions as options,
  case when not current_setting('is_superuser')::bool and m.umoptions is null and not (
      m.umuser = 0 and pg_has_role(s.srvowner, 'USAGE')) then 'user mapping options' end as unread
from pg_user_mappings m join pg_foreign_server s on s.oid = m.srvid`,
  refine: (row) => (row.options ? { ...row, options: hideSecrets(texts(row.options), true) ?? null } : row),
};
