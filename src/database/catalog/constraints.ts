// Which constraints are there on tables and domains, and are they validated and enforced?
import type { Reading, Row } from './reading.ts';
import { text } from './reading.ts';

/**
 * A foreign key to a partitioned table has a row for each partition on the same table (its parent's conrelid is its own):
 * bookkeeping of PostgreSQL with names it counts up, left out. NOT NULL of tables has rows since 18, of domains since 17.
 */
export const constraints: Reading = {
  of: 'pg_constraint',
  sql: (major) => `
select co.oid, nullif(co.conrelid, 0) as rel, nullif(co.contypid, 0) as typ,
  case when co.contype in ('c', 'f', 'p', 'u', 'x', 't', 'n') then 'constraint' end as kind, quote_ident(co.conname) as part,
  case when co.contype = 'n' and co.conrelid <> 0 then 'NOT NULL ' || (select quote_ident(a.attname)
      from pg_attribute a where a.attrelid = co.conrelid and a.attnum = co.conkey[1])
    else pg_get_constraintdef(co.oid) end as definition,
  nullif(co.convalidated, true) as validated,
  nullif(co.condeferrable, false) as deferrable,
  nullif(co.condeferred, false) as deferred,
  case when co.contype in ('c', 'n') then nullif(co.connoinherit, false) end as no_inherit,
  ${major >= 18 ? 'nullif(co.conenforced, true) as enforced,' : ''}
  nullif(co.coninhcount, 0) as inherited,
  nullif(co.conislocal, true) as local,
  p.conrelid::regclass::text || '.' || quote_ident(p.conname) as parent,
  d.triggers as triggers
from pg_constraint co
left join pg_constraint p on p.oid = co.conparentid
left join (select tgconstraint, 'disabled' as triggers from pg_trigger
  where tgisinternal and tgenabled not in ('O', 'A') group by tgconstraint) d on d.tgconstraint = co.oid
where (co.conrelid >= 16384 or co.contypid >= 16384) and p.conrelid is distinct from co.conrelid`,
  refine: (row) => ({ ...row, definition: plain(row) }),
};

/** The flags are properties of their own: their words are taken off the end of the definition. */
function plain(row: Row): string | null {
  let definition = text(row.definition);
  if (definition === undefined) return null;
  const words: readonly (readonly [boolean, string])[] = [
    [row.enforced === false, ' NOT ENFORCED'],
    [row.validated === false, ' NOT VALID'],
    [row.deferred === true, ' INITIALLY DEFERRED'],
    [row.deferrable === true, ' DEFERRABLE'],
    [row.no_inherit === true, ' NO INHERIT'],
  ];
  for (const [there, word] of words) {
    if (there && definition.endsWith(word)) definition = definition.slice(0, -word.length);
  }
  return definition;
}
