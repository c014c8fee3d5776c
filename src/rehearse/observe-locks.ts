// Which locks does each stage hold when it is about to commit, and which does a statement take that stands alone?
import type { Connection } from '../database/connection.ts';
import { type LockMode, lockModes } from '../model/change.ts';

export type RelationKind = 'table' | 'index' | 'view' | 'sequence' | 'other';

export interface SeenLock {
  readonly relation: string;
  /** As it was called before the migration. */
  readonly before: string;
  readonly kind: RelationKind;
  /** An index's table, an owned sequence's table, a partition's or child's parents. */
  readonly partOf: readonly string[];
  readonly mode: LockMode;
  /** Counted from 1; null: seen from outside, in whichever stage. */
  readonly stage: number | null;
}

export interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly partOf: readonly string[];
}

const relationsSql = `
with recursive above as (
  select inhrelid as oid, inhparent as up from pg_catalog.pg_inherits
  union select indexrelid, indrelid from pg_catalog.pg_index
  union select d.objid, d.refobjid from pg_catalog.pg_depend d join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
), chain as (
  select oid, up from above union select chain.oid, above.up from chain join above on above.oid = chain.up
)
select c.oid::int8::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relkind::text as kind,
  coalesce((select pg_catalog.array_agg(pg_catalog.format('%I.%I', un.nspname, u.relname)) from chain
    join pg_catalog.pg_class u on u.oid = chain.up join pg_catalog.pg_namespace un on un.oid = u.relnamespace where chain.oid = c.oid), '{}') as "partOf"
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^(pg_|roadbook)' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'i', 'I', 'v', 'm', 'S', 'f')`;

export async function relationsOf(connection: Connection): Promise<readonly Relation[]> {
  return (await connection.query<Relation>(relationsSql)).rows;
}

/**
 * The journal is written in the transaction of each stage, as the last thing before its commit: a trigger there sees what the
 * transaction holds. It belongs to the twin alone.
 */
const watchSql = `
create table roadbook.twin_lock (stage int, oid oid, name text, mode text);
create function roadbook.twin_look() returns trigger language plpgsql set search_path = pg_catalog as $body$
declare said jsonb := to_jsonb(new);
begin
  insert into roadbook.twin_lock
    select case tg_table_name when 'stage' then (said->>'number')::int when 'migration' then 1 else (said->>'stage')::int end,
      l.relation, quote_ident(n.nspname) || '.' || quote_ident(c.relname), l.mode
    from pg_catalog.pg_locks l left join pg_catalog.pg_class c on c.oid = l.relation left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted and l.relation >= 16384
      and coalesce(n.nspname, '') <> 'roadbook';
  return null;
end $body$;
create trigger twin_look after insert or update on roadbook.stage for each row execute function roadbook.twin_look();
create trigger twin_look after insert or update on roadbook.backfill for each row execute function roadbook.twin_look();
create trigger twin_look after insert or update on roadbook.migration for each row execute function roadbook.twin_look()`;

/** Once, where the journal is there. */
export async function watchLocks(connection: Connection): Promise<void> {
  await connection.run(watchSql);
}

interface Held {
  readonly stage: number | null;
  readonly oid: string;
  readonly name: string | null;
  readonly mode: string;
}

/** What was seen since it was asked last, on relations that were there before, the strongest for each stage. */
export async function seenLocks(connection: Connection, before: readonly Relation[]): Promise<readonly SeenLock[]> {
  const { rows } = await connection.query<Held>(
    `with gone as (delete from roadbook.twin_lock returning stage, oid, name, mode)
     select distinct stage, oid::int8::text as oid, name, mode from gone`,
  );
  return strongest(rows, before);
}

export interface Lookout {
  /** What was seen in other sessions of the database. */
  stop(before: readonly Relation[]): Promise<readonly SeenLock[]>;
}

/** Looks again and again: short locks of statements that stand alone may slip through. */
export function lookOut(connection: Connection): Lookout {
  const found = new Map<string, Held>();
  let over = false;
  const watching = (async () => {
    while (!over) {
      const { rows } = await connection.query<Held>(
        `select null::int as stage, l.relation::int8::text as oid, null::text as name, l.mode from pg_catalog.pg_locks l
         join pg_catalog.pg_database d on d.oid = l.database
         where d.datname = pg_catalog.current_database() and l.locktype = 'relation' and l.relation >= 16384 and l.pid <> pg_catalog.pg_backend_pid()`,
      );
      for (const row of rows) found.set(`${row.oid} ${row.mode}`, row);
      await new Promise((done) => setTimeout(done, 1));
    }
  })();
  return {
    stop: async (before) => {
      over = true;
      await watching;
      return strongest([...found.values()], before);
    },
  };
}

function strongest(held: readonly Held[], before: readonly Relation[]): readonly SeenLock[] {
  const known = new Map(before.map((relation) => [relation.oid, relation]));
  const found = new Map<string, SeenLock>();
  for (const { stage, oid, name, mode: raw } of held) {
    const relation = known.get(oid);
    const mode = modeOf(raw);
    if (relation === undefined || mode === undefined) continue;
    const key = `${stage} ${oid}`;
    const other = found.get(key);
    if (other !== undefined && lockModes.indexOf(other.mode) >= lockModes.indexOf(mode)) continue;
    const { partOf } = relation;
    found.set(key, {
      relation: name ?? relation.name,
      before: relation.name,
      kind: kindOf(relation.kind),
      partOf,
      mode,
      stage,
    });
  }
  return [...found.values()];
}

function kindOf(letter: string): RelationKind {
  if (letter === 'i' || letter === 'I') return 'index';
  if (letter === 'S') return 'sequence';
  if (letter === 'v') return 'view';
  return ['r', 'p', 'm', 'f'].includes(letter) ? 'table' : 'other';
}

/** From `AccessExclusiveLock` to the name people know. */
function modeOf(mode: string): LockMode | undefined {
  const words = mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return lockModes.find((known) => known === words);
}
