// What is in the database that the catalog does not hold?
import type { Assembled } from './assemble.ts';
import { coverage } from './coverage.ts';
import type { Row } from './reading.ts';
import { userSchema } from './reading.ts';
import type { Unread } from './value.ts';

type Ask = (sql: string) => Promise<readonly Row[]>;

/** Everything that was seen and not understood; a newer PostgreSQL is asked for catalogs and columns unknown here. */
export async function findUnread(
  ask: Ask,
  assembled: Assembled,
  classes: ReadonlyMap<string, string>,
  newer: boolean,
): Promise<readonly Unread[]> {
  const found = new Map<string, string[]>();
  const note = (kind: string, name: string): void => {
    found.set(kind, [...(found.get(kind) ?? []), name]);
  };
  for (const { kind, name } of assembled.unknown) note(kind, name);
  if (assembled.unattached.length > 0) {
    for (const row of await ask(identify(assembled.unattached))) note('comment or security label', `${row.name}`);
  }
  for (const name of [...classes.keys()].filter((name) => !Object.hasOwn(coverage, name))) {
    for (const row of await ask(`select x::text as name from pg_catalog.${quoted(name)} x limit 100`))
      note(name, `${row.name}`);
  }
  if (newer) {
    for (const row of await ask(columnsOf([...classes.keys()]))) {
      const covered = coverage[`${row.catalog}`];
      const column = `${row.name}`;
      if (covered && !isKnown(covered, column)) note('system catalog column', `${row.catalog}.${column}`);
    }
  }
  return Object.freeze(
    [...found]
      .sort((a, b) => (a[0] < b[0] ? -1 : 1))
      .map(([kind, names]) =>
        Object.freeze({ kind, count: names.length, names: Object.freeze(names.sort().slice(0, 10)) }),
      ),
  );
}

const isKnown = (covered: (typeof coverage)[string], column: string): boolean =>
  [covered.read, ...Object.values(covered.through ?? {}), ...Object.keys(covered.ignored ?? {})]
    .join(' ')
    .split(' ')
    .includes(column);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * What stands in excluded schemas, in PostgreSQL's own or in an extension is left out on purpose. Row types and array types of user
 * tables, rules _RETURN and the columns of indexes can have comments too: these are what is left.
 */
function identify(keys: readonly string[]): string {
  const list = keys.map((key) => `(${key.split(':').map(Number).join(', ')})`).join(', ');
  return `
select o.type || ' ' || o.identity as name
from (values ${list}) as x (class, object, sub)
cross join pg_identify_object(x.class::oid, x.object::oid, x.sub) o
cross join pg_identify_object_as_address(x.class::oid, x.object::oid, x.sub) a
left join pg_namespace n on quote_ident(n.nspname) = coalesce(o.schema, quote_ident(a.object_names[1]))
where o.identity is not null and x.class not in ('pg_largeobject'::regclass::oid)
  and (n.nspname is null or (${userSchema()}))
  and not exists (select from pg_depend d where d.classid = x.class::oid and d.objid = x.object::oid and d.deptype = 'e')`;
}

function columnsOf(catalogs: readonly string[]): string {
  return `
select c.relname::text as catalog, a.attname::text as name
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'pg_catalog'::regnamespace and a.attnum > 0 and not a.attisdropped
  and c.relname in (${catalogs.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')})`;
}
