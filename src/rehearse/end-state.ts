// What is in a twin: its catalog, and all its rows?
import { type Catalog, compareCatalogs, readCatalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { differenceSentence } from '../verify/difference-sentence.ts';

/** The rows of a table, each a text for each of its columns. */
export interface TableRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface EndState {
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<string, TableRows>;
  /** The last value of each sequence, or null where it gave none. */
  readonly sequences: ReadonlyMap<string, string | null>;
}

/** Columns and sequences, `public.users.seen_at`, whose values differ whenever the same is done again. */
export type Volatile = ReadonlySet<string>;

export async function endState(connection: Connection): Promise<EndState> {
  const catalog = nameless(await readCatalog(connection), connection.server.database);
  return { catalog, tables: await rowsOf(connection), sequences: await sequencesOf(connection) };
}

/** A foreign server may lead to the database itself and name it. What a twin's comment says is ours. */
function nameless({ objects, ...rest }: Catalog, name: string): Catalog {
  const { database, ...others } = objects;
  const [[current, { comment: _, ...properties }] = ['', {}]] = Object.entries(database ?? {});
  const catalog = {
    ...rest,
    objects: database === undefined ? others : { database: { [current]: properties }, ...others },
  };
  const text = JSON.stringify(objects.server ?? {});
  return text.includes(name) ? JSON.parse(JSON.stringify(catalog).replaceAll(name, 'its_database')) : catalog;
}

interface TableRow {
  readonly name: string;
  readonly columns: readonly string[];
}

const tablesSql = `
  select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
    coalesce(pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) order by a.attname) filter (where a.attname is not null), '{}') as columns
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where (c.relkind = 'r' or c.relkind = 'm' and c.relispopulated) and pg_catalog.pg_relation_size(c.oid) > 0
    and n.nspname !~ '^(pg_|roadbook)' and n.nspname <> 'information_schema'
    and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
  group by 1 order by 1`;

async function rowsOf(connection: Connection): Promise<EndState['tables']> {
  const { rows: found } = await connection.query<TableRow>(tablesSql);
  const parts = found.map(({ name, columns }) => {
    const values =
      columns.length === 0 ? `'{}'::text[]` : `array[${columns.map((column) => `${column}::text`).join(', ')}]`;
    return connection.query<{ row: (string | null)[] }>(`select ${values} as row from only ${name}`);
  });
  const answers = await Promise.all(parts);
  return new Map(
    found.map(({ name, columns }, index) => [
      name,
      { columns, rows: (answers[index]?.rows ?? []).map(({ row }) => row) },
    ]),
  );
}

async function sequencesOf(connection: Connection): Promise<EndState['sequences']> {
  const { rows } = await connection.query<{ name: string; last: string | null }>(
    `select pg_catalog.format('%I.%I', schemaname, sequencename) as name, last_value::text as last
     from pg_catalog.pg_sequences where schemaname !~ '^(pg_|roadbook)' order by 1`,
  );
  return new Map(rows.map(({ name, last }) => [name, last]));
}

export interface CompareWishes {
  readonly volatile: Volatile;
  /** As compareCatalogs takes them: `.order`. */
  readonly ignore: readonly string[];
  /** What the second one is called: `the planned way`. */
  readonly other: string;
  /** A sequence that has given values has given them. */
  readonly sequences: boolean;
}

export interface Compared {
  readonly catalog: readonly string[];
  readonly rows: readonly string[];
}

export function compareStates(expected: EndState, actual: EndState, wishes: CompareWishes): Compared {
  const { volatile, other } = wishes;
  const catalog = compareCatalogs(expected.catalog, actual.catalog, { ignore: [...wishes.ignore] }).map(
    differenceSentence,
  );
  const names = [...new Set([...expected.tables.keys(), ...actual.tables.keys()])].sort();
  const rows = names.flatMap((name) => {
    const [one, two] = [expected.tables.get(name), actual.tables.get(name)];
    return differentRows(name, textsOf(name, one, two, volatile), textsOf(name, two, one, volatile), other);
  });
  const sequences = !wishes.sequences
    ? []
    : [...expected.sequences].flatMap(([name, last]) => {
        const is = actual.sequences.get(name);
        return is === undefined || is === last || volatile.has(name)
          ? []
          : [`sequence ${name} stands at ${is ?? 'its start'} after ${other}, and should at ${last ?? 'its start'}`];
      });
  return { catalog, rows: [...rows, ...sequences] };
}

/** Only of columns that both have: that one is missing is told by the catalog. */
function textsOf(
  name: string,
  one: TableRows | undefined,
  other: TableRows | undefined,
  volatile: Volatile,
): readonly string[] {
  if (one === undefined) return [];
  const counts = one.columns.map(
    (column) => !volatile.has(`${name}.${column}`) && (other?.columns.includes(column) ?? true),
  );
  return one.rows
    .map(
      (row) =>
        `(${row
          .filter((_, index) => counts[index])
          .map((value) => (value === null ? 'NULL' : quoteLiteral(value)))
          .join(', ')})`,
    )
    .sort();
}

function differentRows(
  table: string,
  expected: readonly string[],
  actual: readonly string[],
  other: string,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of expected) counts.set(row, (counts.get(row) ?? 0) + 1);
  for (const row of actual) counts.set(row, (counts.get(row) ?? 0) - 1);
  const differing = [...counts].filter(([, count]) => count !== 0);
  const shown = differing
    .slice(0, 4)
    .map(
      ([row, count]) => `${count > 0 ? 'lacks' : 'has besides'} ${row.length > 200 ? `${row.slice(0, 200)}…` : row}`,
    );
  const more = differing.length > 4 ? [`and ${differing.length - 4} more`] : [];
  return shown.length === 0 ? [] : [`rows of ${table}: ${other} ${[...shown, ...more].join('; ')}`];
}

/** What differs between two that were made in the same way. */
export function volatileIn(one: EndState, other: EndState): Volatile {
  const found = new Set<string>();
  for (const [name, { columns, rows }] of one.tables) {
    const again = other.tables.get(name);
    for (const [index, column] of columns.entries()) {
      const at = again?.columns.indexOf(column) ?? -1;
      const values = rows.map((row) => row[index] ?? '').sort();
      const others = (again?.rows ?? []).map((row) => row[at] ?? '').sort();
      if (JSON.stringify(values) !== JSON.stringify(others)) found.add(`${name}.${column}`);
    }
  }
  for (const [name, last] of one.sequences) if (other.sequences.get(name) !== last) found.add(name);
  return found;
}
