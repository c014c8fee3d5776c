// Is there a journal in this database, of which version, and whose?
import type { Connection } from '../database/connection.ts';

export type JournalPresence =
  | { readonly state: 'missing' }
  /** The schema is there and holds nothing: prepared for us, or left by a run that was stopped. */
  | { readonly state: 'empty'; readonly owner: string; readonly creatable: boolean }
  | { readonly state: 'foreign'; readonly objects: readonly string[] }
  /** `version` is null where the table may not be read. */
  | { readonly state: 'there'; readonly owner: string; readonly version: number | null };

interface SchemaRow {
  readonly owner: string;
  readonly creatable: string;
  readonly ours: string;
  readonly readable: string;
  readonly objects: string | null;
}

// The system catalogs can be read whatever the rights on the schema are.
const schemaSql = `
select pg_get_userbyid(n.nspowner)::text as owner,
       has_schema_privilege(n.oid, 'CREATE')::text as creatable,
       (select count(*) = 3 from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = n.oid and (c.relname, a.attname) in (('upgrade', 'roadbook_version'), ('lease', 'fence'), ('migration', 'checksum')))::text as ours,
       (has_schema_privilege(n.oid, 'USAGE')
         and coalesce((select has_table_privilege(c.oid, 'SELECT') from pg_class c where c.relnamespace = n.oid and c.relname = 'upgrade'), false))::text as readable,
       (select json_agg(name)::text from (
         select name from (
           select format('%s %s', case c.relkind when 'v' then 'the view' when 'm' then 'the view' when 'S' then 'the sequence' else 'the table' end, c.relname) as name
             from pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
           union all select format('the function %s', p.proname) from pg_proc p where p.pronamespace = n.oid
           union all select format('the type %s', t.typname) from pg_type t where t.typnamespace = n.oid and t.typrelid = 0 and t.typelem = 0) every
         order by name limit 5) few) as objects
  from pg_namespace n where n.nspname = 'roadbook'`;

/** Looks without touching. */
export async function inspectJournal(connection: Connection): Promise<JournalPresence> {
  const found = (await connection.query<SchemaRow>(schemaSql)).rows[0];
  if (!found) return { state: 'missing' };
  if (found.ours === 'true') {
    if (found.readable !== 'true') return { state: 'there', owner: found.owner, version: null };
    const newest = await connection.query<{ readonly number: string }>(
      'select coalesce(max(number), 0)::text as number from roadbook.upgrade',
    );
    return { state: 'there', owner: found.owner, version: Number(newest.rows[0]?.number ?? 0) };
  }
  const objects: unknown = found.objects === null ? [] : JSON.parse(found.objects);
  if (!Array.isArray(objects) || objects.length === 0)
    return { state: 'empty', owner: found.owner, creatable: found.creatable === 'true' };
  return { state: 'foreign', objects: objects.map(String) };
}
