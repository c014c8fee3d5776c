// What is in a database when a migration has run: its catalog and all its rows?
import { type Catalog, compareCatalogs, readCatalog } from '../../src/database/catalog/index.ts';
import { connect } from '../../src/database/connect.ts';
import type { Connection } from '../../src/database/connection.ts';
import { resolveTarget } from '../../src/database/target.ts';
import { differenceSentence } from '../../src/verify/difference-sentence.ts';

export interface EndState {
  readonly catalog: Catalog;
  readonly rows: TableRows;
  /** The last value of each sequence, or null where it gave none. */
  readonly sequences: ReadonlyMap<string, string | null>;
}

/** By table, the rows as text, sorted; columns stand in the order of their names. */
export type TableRows = ReadonlyMap<string, readonly string[]>;

async function on<Result>(url: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const target = resolveTarget({ database: url, env: {} });
  if (!target) throw new Error('the harness gave no database');
  await using connection = await connect(target);
  return await work(connection);
}

export const catalogOf = (url: string): Promise<Catalog> => on(url, (connection) => readCatalog(connection));

/** With what is parked. */
export const wholeCatalogOf = (url: string): Promise<Catalog> =>
  on(url, (connection) => readCatalog(connection, { exclude: ['roadbook'] }));

/** `volatile` names columns and sequences whose values nobody can foretell. */
export function endState(url: string, volatile: readonly string[]): Promise<EndState> {
  return on(url, async (connection) => ({
    catalog: nameless(await readCatalog(connection), url),
    rows: await rowsOf(connection, volatile),
    sequences: await sequencesOf(connection, volatile),
  }));
}

/** A foreign server that leads to the same database names it, and each has its own. */
function nameless(catalog: Catalog, url: string): Catalog {
  const name = new URL(url).pathname.slice(1);
  return JSON.parse(JSON.stringify(catalog).replaceAll(name, 'its_database'));
}

/** A connection of ours, or one of pg. */
interface Queryable {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<{ readonly rows: readonly Row[] }>;
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

const tables = `
  select format('%I.%I', n.nspname, c.relname) as name,
    coalesce(array_agg(quote_ident(a.attname) order by a.attname)
      filter (where a.attname is not null and format('%s.%s.%s', n.nspname, c.relname, a.attname) <> all($1)), '{}') as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where (c.relkind = 'r' or c.relkind = 'm' and c.relispopulated)
    and n.nspname !~ '^(pg_|roadbook)' and n.nspname <> 'information_schema'
  group by 1 order by 1`;

/** Of tables, partitions and materialized views. */
export async function rowsOf(client: Queryable, volatile: readonly string[]): Promise<TableRows> {
  const { rows: found } = await client.query<Table>(tables, [volatile]);
  const parts = found.map(
    ({ name, columns }, index) => `select ${index} as index, row(${columns.join(', ')})::text as row from only ${name}`,
  );
  const byTable = new Map<string, string[]>(found.map(({ name }) => [name, []]));
  if (parts.length > 0) {
    const { rows } = await client.query<{ index: number; row: string }>(parts.join('\nunion all\n'));
    for (const { index, row } of rows) byTable.get(found[index]?.name ?? '')?.push(row);
  }
  for (const rows of byTable.values()) rows.sort();
  return byTable;
}

async function sequencesOf(
  client: Queryable,
  volatile: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value::text as last from pg_sequences
     where schemaname !~ '^(pg_|roadbook)' and format('%s.%s', schemaname, sequencename) <> all($1) order by 1`,
    [volatile],
  );
  return new Map(rows.map(({ name, last }) => [name, last]));
}

/** Sentences that say what is not as the migration as written makes it; none where both ways end the same. */
export function differentEnds(naive: EndState, planned: EndState, ignore: readonly string[]): readonly string[] {
  const catalogs = compareCatalogs(naive.catalog, planned.catalog, { ignore }).map(differenceSentence);
  const rows = [...naive.rows].flatMap(([table, expected]) =>
    differentRows(table, expected, planned.rows.get(table) ?? []),
  );
  const sequences = [...naive.sequences].flatMap(([name, last]) => {
    const actual = planned.sequences.get(name);
    return actual === undefined || actual === last
      ? []
      : [`sequence ${name} stands at ${actual}, and at ${last} the naive way`];
  });
  return [...catalogs, ...rows, ...sequences];
}

/** Both are sorted: what only one of them has, as often as it has it. */
function differentRows(table: string, expected: readonly string[], actual: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of expected) counts.set(row, (counts.get(row) ?? 0) + 1);
  for (const row of actual) counts.set(row, (counts.get(row) ?? 0) - 1);
  const differing = [...counts].filter(([, count]) => count !== 0);
  const shown = differing
    .slice(0, 4)
    .map(([row, count]) => `${count > 0 ? 'lacks' : 'has besides'} ${Math.abs(count)} of ${row.slice(0, 200)}`);
  return shown.length === 0 ? [] : [`rows of ${table}: the planned way ${shown.join('; ')}`];
}
