// Which relations are there in a database, what became of their files, and which lock on each is the strongest?
import pg from 'pg';
import { type LockMode, lockModes } from '../../src/model/change.ts';

export type RelationKind =
  | 'table'
  | 'partitioned table'
  | 'index'
  | 'view'
  | 'materialized view'
  | 'sequence'
  | 'foreign table'
  | 'composite type';

export interface Existing {
  readonly oid: number;
  readonly name: string;
  readonly kind: RelationKind;
  readonly partOf: readonly string[];
  readonly file: number | null;
  readonly toastFile: number | null;
  readonly bytes: number;
}

export interface ObservedLock {
  readonly relation: string;
  readonly kind: RelationKind;
  /** An index's table, an owned sequence's table, a partition's or child's parents, nearest first. */
  readonly partOf: readonly string[];
  /** The strongest one. */
  readonly mode: LockMode;
}

export interface Observation {
  readonly locks: readonly ObservedLock[];
  /** Relations whose file was written anew. */
  readonly rewritten: readonly string[];
  /** Relations that got a new file and lost their rows: TRUNCATE, REFRESH … WITH NO DATA. */
  readonly emptied: readonly string[];
  /** Tables that were read from one end to the other. */
  readonly scanned: readonly string[];
  /** What the server said at DEBUG1: `rewriting table "t"`, `verifying table "t"`. */
  readonly messages: readonly string[];
  readonly inTransaction: boolean;
}

export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Everything outside the system schemas. */
export async function existingRelations(client: pg.Client): Promise<readonly Existing[]> {
  const { rows } = await client.query<Existing>(`
    with recursive mine as (
      select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind, c.reltoastrelid
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'i', 'I', 'v', 'm', 'S', 'f', 'c')
    ), above as (
      select inhrelid as oid, inhparent as up from pg_inherits
      union select indexrelid, indrelid from pg_index
      union select objid, refobjid from pg_depend
        where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i') and objid in (select oid from pg_class where relkind = 'S')
    ), chain as (
      select oid, up, 1 as far from above
      union select chain.oid, above.up, chain.far + 1 from chain join above on above.oid = chain.up
    )
    select m.oid::int8::int as oid, m.name,
      case m.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'i' then 'index' when 'I' then 'index' when 'v' then 'view'
        when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'composite type' end as kind,
      coalesce((select array_agg(up.name order by c.far, up.name) from (select up, min(far) as far from chain where chain.oid = m.oid group by up) c join mine up on up.oid = c.up), '{}') as "partOf",
      pg_relation_filenode(m.oid)::int8::int as file,
      case when m.reltoastrelid <> 0 then pg_relation_filenode(m.reltoastrelid)::int8::int end as "toastFile",
      case when m.relkind in ('r', 'm', 'i') then coalesce(pg_relation_size(m.oid), 0)::int8::int else 0 end as bytes
    from mine m order by m.name`);
  return rows;
}

/** From `pg_locks.mode`, `AccessExclusiveLock`, to the name people know. */
function lockMode(mode: string): LockMode | undefined {
  const words = mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return lockModes.find((known) => known === words);
}

/** The strongest mode for each relation that counts, by name. */
export function strongest(
  held: readonly { readonly oid: number; readonly mode: string }[],
  known: ReadonlyMap<number, Existing>,
): ObservedLock[] {
  const byOid = new Map<number, LockMode>();
  for (const { oid, mode: raw } of held) {
    const mode = lockMode(raw);
    const other = byOid.get(oid);
    if (mode && (!other || lockModes.indexOf(mode) > lockModes.indexOf(other))) byOid.set(oid, mode);
  }
  const locks: ObservedLock[] = [];
  for (const [oid, mode] of byOid) {
    const relation = known.get(oid);
    if (relation) locks.push({ relation: relation.name, kind: relation.kind, partOf: relation.partOf, mode });
  }
  return locks.sort((a, b) => (a.relation < b.relation ? -1 : 1));
}

/** Which relations got a new file; a table without a page has lost its rows, and its indexes with it. */
export function changedFiles(
  before: readonly Existing[],
  after: readonly Existing[],
): { rewritten: readonly string[]; emptied: readonly string[] } {
  const now = new Map(after.map((relation) => [relation.oid, relation]));
  const changed = before.flatMap((relation) => {
    const later = now.get(relation.oid);
    if (!later || relation.kind === 'sequence') return [];
    // A table that gets its first long column gets a place for long values; no row is written for it.
    const sameToast = relation.toastFile === null || later.toastFile === relation.toastFile;
    return later.file === relation.file && sameToast ? [] : [later];
  });
  const empty = new Set(changed.filter(({ kind, bytes }) => kind !== 'index' && bytes === 0).map(({ name }) => name));
  const isEmptied = ({ name, partOf }: Existing) => empty.has(name) || partOf.some((above) => empty.has(above));
  const names = (relations: readonly Existing[]) => relations.map(({ name }) => name).sort();
  return { rewritten: names(changed.filter((one) => !isEmptied(one))), emptied: names(changed.filter(isEmptied)) };
}

/** Tables scanned more often than before; an emptied one is scanned too, when its indexes are built anew, with nothing in it. */
export function moreScans(
  existing: readonly Existing[],
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  emptied: readonly string[],
): readonly string[] {
  return existing
    .filter(({ oid, name }) => (after.get(oid) ?? 0) > (before.get(oid) ?? 0) && !emptied.includes(name))
    .map(({ name }) => name)
    .sort();
}
