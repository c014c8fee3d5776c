// Which tables are to have rows, parents first, and what do their columns, keys and checks want?
import type { Connection } from '../database/connection.ts';

export interface RowColumn {
  /** As SQL names it. */
  readonly name: string;
  readonly table: string;
  readonly type: string;
  /** The name of the type behind domains: `int4`, `text`, `_text`. */
  readonly base: string;
  /** Of a domain as of its base type: -1 where there is none. */
  readonly modifier: number;
  /** `e` enum, `c` composite, `r` range, `b` and others. */
  readonly sort: string;
  readonly labels: readonly string[];
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** Its value is computed, and cannot be given. */
  readonly generated: boolean;
  /** Alone it is a key, or unique. */
  readonly unique: boolean;
  /** Values that stand in checks and bounds of partitions. */
  readonly literals: readonly string[];
}

export interface RowReference {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

export interface RowTable {
  readonly oid: string;
  readonly name: string;
  readonly columns: readonly RowColumn[];
  readonly references: readonly RowReference[];
  /** The columns of its primary key, or of another unique one. */
  readonly key: readonly string[];
  /** It is not touched itself: others refer to it. */
  readonly referred: boolean;
}

/** What migrations have to do with. */
export interface Touched {
  /** As locks name them: `public.users`. */
  readonly relations: ReadonlySet<string>;
  /** As statements name them, without a schema. */
  readonly words: ReadonlySet<string>;
}

interface ColumnRow extends Omit<RowColumn, 'literals'> {
  readonly oid: string;
  readonly says: readonly string[] | null;
}

interface ReferenceRow {
  readonly oid: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

const columnsSql = `
with recursive based as (
  select a.attrelid, a.attnum, t.oid as type, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier, a.attnotnull as strict,
    case when t.typtype = 'd' then array[t.oid] else '{}'::oid[] end as domains
  from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid where a.attrelid = any($1::oid[]) and a.attnum > 0 and not a.attisdropped
  union all
  select b.attrelid, b.attnum, n.oid, case when n.typtype = 'd' then n.typtypmod else b.modifier end, b.strict or t.typnotnull,
    case when n.typtype = 'd' then b.domains || n.oid else b.domains end
  from based b join pg_catalog.pg_type t on t.oid = b.type and t.typtype = 'd' join pg_catalog.pg_type n on n.oid = t.typbasetype
)
select c.oid::int8::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as table, pg_catalog.quote_ident(a.attname) as name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type, t.typname::text as base, b.modifier, t.typtype::text as sort,
  coalesce((select pg_catalog.array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid), '{}') as labels,
  b.strict as "notNull", a.atthasdef or a.attidentity <> '' as "hasDefault", a.attgenerated <> '' as generated,
  exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) as unique,
  (select pg_catalog.array_agg(pg_catalog.pg_get_constraintdef(k.oid)) from pg_catalog.pg_constraint k
    where k.contype = 'c' and (k.conrelid = c.oid and a.attnum = any(k.conkey) or k.contypid = any(b.domains)))
  || (select pg_catalog.array_agg(pg_catalog.pg_get_expr(p.relpartbound, p.oid)) from pg_catalog.pg_inherits h join pg_catalog.pg_class p on p.oid = h.inhrelid
    join pg_catalog.pg_partitioned_table pt on pt.partrelid = h.inhparent where h.inhparent = c.oid and a.attnum = any(pt.partattrs::int2[])) as says
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join based b on b.attrelid = c.oid and b.attnum = a.attnum
join pg_catalog.pg_type t on t.oid = b.type and t.typtype <> 'd'
where c.oid = any($1::oid[]) order by c.oid, a.attnum`;

const referencesSql = `
select k.conrelid::int8::text as oid, k.confrelid::int8::text as table,
  (select pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) order by u.place) from pg_catalog.unnest(k.conkey) with ordinality u(num, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns,
  (select pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) order by u.place) from pg_catalog.unnest(k.confkey) with ordinality u(num, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num) as targets
from pg_catalog.pg_constraint k where k.contype = 'f' and k.conparentid = 0`;

/** A partition's rows come through its root. */
const rootsSql = `
with recursive up as (
  select c.oid, c.oid as at, c.relispartition from pg_catalog.pg_class c
  union all
  select up.oid, h.inhparent, p.relispartition from up join pg_catalog.pg_inherits h on h.inhrelid = up.at join pg_catalog.pg_class p on p.oid = h.inhparent where up.relispartition
)
select c.oid::int8::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relname::text as bare,
  (select up.at::int8::text from up where up.oid = c.oid and not up.relispartition limit 1) as root,
  coalesce((select i.indrelid::int8::text from pg_catalog.pg_index i where i.indexrelid = c.oid), c.oid::int8::text) as table,
  coalesce((select pg_catalog.array_agg(pg_catalog.quote_ident(a.attname)) from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey::int2[]) where i.indrelid = c.oid and i.indisprimary), '{}') as key
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'i', 'I') and n.nspname !~ '^(pg_|roadbook)' and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')`;

interface RootRow {
  readonly oid: string;
  readonly name: string;
  /** Without its schema, and without quotes. */
  readonly bare: string;
  readonly root: string;
  readonly table: string;
  readonly key: readonly string[];
}

/** Null: all tables. With all that they refer to, those that are referred to first. */
export async function rowTables(connection: Connection, touched: Touched | null): Promise<readonly RowTable[]> {
  const [roots, references] = await Promise.all([
    connection.query<RootRow>(rootsSql),
    connection.query<ReferenceRow>(referencesSql),
  ]);
  const byOid = new Map(roots.rows.map((row) => [row.oid, row]));
  const rootOf = (oid: string) => byOid.get(byOid.get(oid)?.table ?? '')?.root ?? oid;
  const parents = new Map<string, ReferenceRow[]>();
  for (const row of references.rows) {
    const child = rootOf(row.oid);
    parents.set(child, [...(parents.get(child) ?? []), row]);
  }
  const wanted = new Set<string>();
  const own = new Set<string>();
  const add = (oid: string) => {
    if (wanted.has(oid) || !byOid.has(oid)) return;
    wanted.add(oid);
    for (const { table } of parents.get(oid) ?? []) add(rootOf(table));
  };
  for (const { oid, name, bare } of roots.rows)
    if (touched === null || touched.relations.has(name) || touched.words.has(bare)) {
      own.add(rootOf(oid));
      add(rootOf(oid));
    }
  const { rows } = await connection.query<ColumnRow>(columnsSql, [[...wanted]]);
  const tables = [...wanted].flatMap((oid): readonly RowTable[] => {
    const columns = rows.filter((row) => row.oid === oid);
    const found = byOid.get(oid);
    if (found === undefined || columns.length === 0) return [];
    return [
      {
        oid,
        name: found.name,
        key: found.key,
        referred: !own.has(oid),
        columns: columns.map(({ says, oid: _, ...column }) => ({
          ...column,
          literals: literalsIn(says ?? []),
        })),
        references: (parents.get(oid) ?? []).map(({ columns, targets, table }) => ({
          columns,
          targets,
          table: byOid.get(rootOf(table))?.name ?? '',
        })),
      },
    ];
  });
  return parentsFirst(tables);
}

/** Where they refer to each other, in the order of their names. */
function parentsFirst(tables: readonly RowTable[]): readonly RowTable[] {
  const left = new Map(tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((table) => [table.name, table]));
  const done: RowTable[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(({ name, references }) =>
      references.every(({ table }) => table === name || !left.has(table)),
    );
    const [first] = left.values();
    for (const table of free.length > 0 ? free : first === undefined ? [] : [first]) {
      done.push(table);
      left.delete(table.name);
    }
  }
  return done;
}

/** What stands in quotes, and numbers with those beside them. */
function literalsIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => {
    const quoted = [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, inner = '']) => inner.replaceAll("''", "'"));
    const numbers = [...text.replace(/'(?:[^']|'')*'/g, '').matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)].flatMap(
      ([number]) => (number.includes('.') ? [number] : [`${BigInt(number) + 1n}`, number, `${BigInt(number) - 1n}`]),
    );
    return [...quoted, ...numbers];
  });
  return [...new Set(found)];
}
