// Which publications and subscriptions are there?
import type { Reading } from './reading.ts';
import { texts } from './reading.ts';

/** Column lists, row filters and whole schemas are of 15, generated columns of 18. */
export const publications: Reading = {
  of: 'pg_publication',
  sql: (major) => `
select p.oid, 'publication' as kind, quote_ident(p.pubname) as name,
  pg_get_userbyid(p.pubowner) as owner,
  nullif(p.puballtables, false) as all_tables,
  nullif(p.pubviaroot, false) as via_root,
  ${major >= 18 ? `case p.pubgencols when 'n' then null when 's' then 'stored' else p.pubgencols::text end as generated_columns,` : ''}
  array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
    case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end], null) as publishes,
  array(select r.prrelid::regclass::text${
    major >= 15
      ? ` || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
        where a.attrelid = r.prrelid and a.attnum = any(r.prattrs)) || ')', '')
      || coalesce(' where ' || pg_get_expr(r.prqual, r.prrelid), '')`
      : ''
  } from pg_publication_rel r where r.prpubid = p.oid) as tables
  ${major >= 15 ? ', array(select quote_ident(n.nspname) from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = p.oid) as schemas' : ''}
from pg_publication p`,
  refine: (row) => ({
    ...row,
    tables: filled(texts(row.tables)),
    schemas: filled(texts(row.schemas)),
  }),
};

/** The connection string is never read. Whether two-phase commit is pending or in force is state. */
export const subscriptions: Reading = {
  of: 'pg_subscription',
  sql: (major) => `
select s.oid, 'subscription' as kind, quote_ident(s.subname) as name,
  pg_get_userbyid(s.subowner) as owner, nullif(s.subenabled, true) as enabled, s.subpublications as publications,
  coalesce(s.subslotname::text, 'none') as slot, s.subsynccommit as synchronous_commit,
  nullif(s.subbinary, false) as binary,
  case s.substream::text when 'f' then null when 'false' then null when 't' then 'on' when 'true' then 'on' when 'p' then 'parallel' else s.substream::text end as streaming
  ${
    major >= 15
      ? `, case s.subtwophasestate when 'd' then null else true end as two_phase,
  nullif(s.subdisableonerr, false) as disable_on_error`
      : ''
  }
  ${
    major >= 16
      ? `, nullif(s.suborigin, 'any') as origin, nullif(s.subpasswordrequired, true) as password_required,
  nullif(s.subrunasowner, false) as run_as_owner`
      : ''
  }
  ${major >= 17 ? ', nullif(s.subfailover, false) as failover' : ''}
from pg_subscription s where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())`,
  refine: (row) => ({ ...row, publications: filled(texts(row.publications)) }),
};

const filled = (values: readonly string[] | undefined): readonly string[] | null =>
  values && values.length > 0 ? values.toSorted() : null;
