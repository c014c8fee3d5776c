// Which columns and which key has the table whose rows go through a function, and how are their values handed over?
import type { Connection } from '../../database/connection.ts';
import { Failure } from '../../model/failure.ts';
import type { Batch } from '../../model/plan.ts';
import { problem } from '../../model/problem.ts';
import type { BackfillWork } from '../../read/index.ts';
import type { TypedColumn } from '../../recipes/map-rows.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';

export interface ShownColumn extends TypedColumn {
  readonly type: string;
  /** As JSON has it, as text, or as a list of texts: what a number of JavaScript could not hold is handed over as text. */
  readonly shown: 'json' | 'text' | 'texts';
}

/** What is known of the tables when the stage begins. */
export interface Mapper {
  readonly work: BackfillWork;
  /** With a key. */
  readonly batch: Batch;
  /** Names of the columns of its key, not quoted. */
  readonly keys: readonly string[];
  /** As the function gets them. */
  readonly columns: readonly ShownColumn[];
  /** Of what it may write. */
  readonly sets: readonly ShownColumn[];
  readonly inserts: readonly ShownColumn[];
}

/** bool, int2, int4, float4, float8, json, jsonb. */
const plain = '16, 21, 23, 700, 701, 114, 3802';

const oid = (table: string) => `${quoteLiteral(table)}::pg_catalog.regclass`;

/** A domain is shown as what is under it. */
const columnsSql = (table: string) => `
WITH RECURSIVE own AS (
  SELECT a.attnum, a.attname, a.atttypid, a.atttypmod FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = ${oid(table)} AND a.attnum > 0 AND NOT a.attisdropped
), under (attnum, id) AS (
  SELECT attnum, atttypid FROM own
  UNION ALL SELECT u.attnum, t.typbasetype FROM under u JOIN pg_catalog.pg_type t ON t.oid = u.id WHERE t.typtype = 'd'
)
SELECT o.attname AS name, pg_catalog.format_type(o.atttypid, o.atttypmod) AS type,
  CASE WHEN t.oid IN (${plain}) OR t.typcategory = 'A' AND t.typelem IN (${plain}) THEN 'json'
       WHEN t.typcategory = 'A' THEN 'texts' ELSE 'text' END AS shown
FROM own o JOIN under u USING (attnum) JOIN pg_catalog.pg_type t ON t.oid = u.id AND t.typtype <> 'd'
ORDER BY o.attnum`;

async function readColumns(connection: Connection, table: string): Promise<readonly ShownColumn[]> {
  return (await connection.query<ShownColumn>(columnsSql(table))).rows;
}

/** Since 18 a column can count as NOT NULL although rows from before may be NULL. */
const keySql = (table: string) => `
SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place) AS names,
  pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY k.place) AS types
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = ${oid(table)} AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
  AND k.place <= i.indnkeyatts
GROUP BY i.indexrelid, i.indisprimary, i.indnkeyatts, i.indrelid
HAVING bool_and(a.attnotnull) AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_constraint n WHERE n.conrelid = i.indrelid AND n.contype = 'n' AND NOT n.convalidated)
ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1`;

interface KeyRow {
  readonly names: readonly string[];
  readonly types: readonly string[];
}

/** For a table that nobody knew when the plan was made. None: it has no such key. */
async function readKey(connection: Connection, table: string): Promise<Batch['key']> {
  const [row] = (await connection.query<KeyRow>(keySql(table))).rows;
  return (row?.names ?? []).map((name, index) => ({ name: quoteIdentifier(name), type: row?.types[index] ?? 'text' }));
}

/** What is selected: the key as a list of texts, and the columns as one JSON text. */
export function shownSql(key: Batch['key'], columns: readonly ShownColumn[]): string {
  const own = columns.map(({ name, shown }) => {
    const column = `r.${quoteIdentifier(name)}`;
    const cast = shown === 'json' ? '' : `::pg_catalog.text${shown === 'texts' ? '[]' : ''}`;
    return `${column}${cast} AS ${quoteIdentifier(name)}`;
  });
  const keys = key.map(({ name }) => `r.${name}::pg_catalog.text`).join(', ');
  return `ARRAY[${keys}] AS key, (SELECT pg_catalog.row_to_json(x) FROM (SELECT ${own.join(', ')}) AS x)::pg_catalog.text AS row`;
}

export async function createMapper(
  connection: Connection,
  planned: Batch,
  work: BackfillWork,
  file: string,
): Promise<Mapper> {
  const { table } = planned;
  const all = await readColumns(connection, table);
  const key = planned.key.length > 0 ? planned.key : await readKey(connection, table);
  if (key.length === 0) throw withoutKey(table, file);
  return {
    work,
    batch: { ...planned, key },
    keys: key.map(({ name }) => all.find((column) => quoteIdentifier(column.name) === name)?.name ?? name),
    columns: work.columns === null ? all : chosen(work.columns, all, table, file),
    sets: chosen(work.sets, all, table, file),
    inserts:
      work.into === null
        ? []
        : chosen(work.into.columns, await readColumns(connection, work.into.table), work.into.table, file),
  };
}

function chosen(names: readonly string[], all: readonly ShownColumn[], table: string, file: string) {
  return names.map((name) => {
    const found = all.find((column) => column.name === name);
    if (found !== undefined) return found;
    throw new Failure(
      problem('backfill-column-missing', `${table} has no column ${name}`, {
        detail: 'Names are taken as they are written, capital letters too. No row was changed.',
        hint: 'Correct the name, or write the migration that adds the column before this one.',
        where: { file, line: 1, column: 1 },
      }),
      'migration',
    );
  });
}

function withoutKey(table: string, file: string): Failure {
  return new Failure(
    problem('backfill-without-key', `${table} has no key by which its rows could be told apart`, {
      detail:
        'It has no primary key, nor a unique key of columns that are NOT NULL, so it could not be said which rows are done.',
      hint: 'Give it a primary key in a migration before this one, or write the change as an UPDATE in a .sql migration.',
      where: { file, line: 1, column: 1 },
    }),
    'migration',
  );
}
