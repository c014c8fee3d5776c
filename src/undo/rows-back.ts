// How do rows come back as they were before they were changed?
import { keyOf } from '../definitions/define.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { BackContext } from './back-context.ts';
import type { KeptRows } from './kept.ts';
import { quietWhile } from './quiet-while.ts';
import { type KeptRowsColumn, type RowsOf, referredFirst, rowsOf } from './rows-kept.ts';

export interface RowsBack {
  /** In order, each without a semicolon. */
  readonly statements: readonly string[];
  /** Tables and what of them is still to be made until the rows are there are told by the keys of tables: `table public.users`. */
  readonly tables: readonly string[];
  /** Whole sentences. */
  readonly cannot: readonly string[];
}

/**
 * What was done last is taken back first. Of what one statement did: deleted rows are there again before they are changed back,
 * and what is referred to before what refers to it, since ON UPDATE CASCADE takes that along.
 */
export function rowsBack(kept: readonly KeptRows[], context: BackContext): RowsBack {
  const all = kept.flatMap((one) => rowsOf(one, context) ?? []);
  const numbers = [...new Set(all.map(({ statement }) => statement))].toSorted((one, other) => other - one);
  const ordered = numbers.flatMap((number) => {
    const own = all.filter(({ statement }) => statement === number);
    const of = (...sorts: readonly string[]) => own.filter(({ sort }) => sorts.includes(sort));
    return [
      ...referredFirst([...of('delete', 'emptied'), ...of('update')], context.target),
      ...referredFirst(of('insert'), context.target).toReversed(),
    ];
  });
  const tables = [...new Set(ordered.map(({ table }) => keyOf('table', table)))];
  const back = ordered.map(one);
  const statements = back.flatMap((each) => each.statements);
  return {
    statements: statements.length === 0 ? [] : quietWhile(statements, tables, context.renamed),
    tables,
    cannot: back.flatMap((each) => each.cannot),
  };
}

type Back = Pick<RowsBack, 'statements' | 'cannot'>;

const nothing: Back = { statements: [], cannot: [] };

function one(rows: RowsOf): Back {
  const { relation, table, sort, key } = rows;
  if (sort === 'delete' || sort === 'emptied') return { ...nothing, statements: again(rows) };
  if (key === null)
    return {
      ...nothing,
      cannot: [
        `Rows of ${table} that were ${sort === 'insert' ? 'added' : 'changed'} are told apart by a column that is not there before the migration; ${relation} keeps them.`,
      ],
    };
  const undone = sort === 'insert' ? removed(rows, key) : changedBack(rows, key);
  return { ...nothing, statements: undone === null ? [] : [...byKey(rows, key), undone] };
}

/** A row that has been written again since stays as it is. */
function again({ relation, table, columns, sequences }: RowsOf): readonly string[] {
  const list = columns.map(({ own }) => own).join(', ');
  const values = columns.map((column) => taken(column)).join(', ');
  return [
    `INSERT INTO ${table} (${list}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM ${relation} AS kept ON CONFLICT DO NOTHING`,
    ...sequences.flatMap(([name, last]) =>
      last === ''
        ? []
        : [`SELECT pg_catalog.setval(${quoteLiteral(name)}, greatest(${last}, (SELECT last_value FROM ${name})))`],
    ),
  ];
}

function taken({ old, type, retyped }: KeptRowsColumn): string {
  return retyped ? `CAST(kept.${old} AS ${type})` : `kept.${old}`;
}

function byKey({ relation }: RowsOf, key: readonly KeptRowsColumn[]): readonly string[] {
  return key.length === 0 ? [] : [`CREATE INDEX ON ${relation} (${key.map(placeIn).join(', ')})`];
}

/** Where the rows table has what the row is told by now. */
function placeIn({ old, after }: KeptRowsColumn): string {
  return after ?? old;
}

function matches(key: readonly KeptRowsColumn[], kept: string): string {
  return key.map((one) => `${kept}.${placeIn(one)} = t.${one.own}`).join(' AND ');
}

function removed(rows: RowsOf, key: readonly KeptRowsColumn[]): string {
  const { relation, table, columns } = rows;
  if (key.length > 0)
    return `DELETE FROM ${table} AS t WHERE EXISTS (SELECT FROM ${relation} AS kept WHERE ${matches(key, 'kept')})`;
  const found = byImage(
    rows,
    columns.map(({ old }) => `kept.${old}`),
    [],
  );
  return `DELETE FROM ${table} AS t USING ${found} AS found WHERE t.tableoid = found.roadbook_part AND t.ctid = found.roadbook_place`;
}

/** Column by column: only where it has still the value that the statement gave it. Null where nothing of it would change. */
function changedBack(rows: RowsOf, key: readonly KeptRowsColumn[]): string | null {
  const { relation, table, again: several } = rows;
  const columns = rows.columns.filter(({ after, isAlways }) => after !== null && !isAlways);
  if (columns.length === 0) return null;
  const list = columns.map(({ own }) => own).join(', ');
  if (key.length === 0) {
    const values = columns.map(({ own, old }) => `${own} = found.${old}`).join(', ');
    const found = byImage(
      rows,
      columns.map((one) => `kept.${one.after}`),
      columns.map((one) => `${taken(one)} AS ${one.old}`),
    );
    return `UPDATE ${table} AS t SET ${values} FROM ${found} AS found WHERE t.tableoid = found.roadbook_part AND t.ctid = found.roadbook_place`;
  }
  const where = matches(key, 'kept');
  const cases = columns.map((column) => {
    const given = several
      ? `EXISTS (SELECT FROM ${relation} AS other WHERE ${matches(key, 'other')} AND ${still(column, 'other')})`
      : still(column, 'kept');
    return `CASE WHEN ${given} THEN ${taken(column)} ELSE t.${column.own} END`;
  });
  const first = several ? ' ORDER BY kept.roadbook_depth, kept.ctid LIMIT 1' : '';
  const target = columns.length === 1 ? list : `(${list})`;
  return `UPDATE ${table} AS t SET ${target} = (SELECT ${cases.join(', ')} FROM ${relation} AS kept WHERE ${where}${first}) WHERE EXISTS (SELECT FROM ${relation} AS kept WHERE ${where} AND (${columns.map((column) => still(column, 'kept')).join(' OR ')}))`;
}

/** The same to the last bit, of whatever type it is; ROW by itself would ask the operators of the columns. */
function still({ own, after, type, retyped }: KeptRowsColumn, kept: string): string {
  const given = after === null || after.startsWith('CAST(') ? String(after) : `${kept}.${after}`;
  const value = retyped ? `CAST(${given} AS ${type})` : given;
  return `CAST(ROW(t.${own}) AS record) OPERATOR(pg_catalog.*=) CAST(ROW(${value}) AS record)`;
}

/** Places of as many rows of the table as are kept, by the text of the whole row. */
function byImage({ relation, table, columns }: RowsOf, kept: readonly string[], besides: readonly string[]): string {
  const own = `CAST(ROW(${columns.map((column) => `t.${column.own}`).join(', ')}) AS text)`;
  const image = `CAST(ROW(${kept.join(', ')}) AS text)`;
  const counted = (text: string) =>
    `${text} AS roadbook_image, pg_catalog.row_number() OVER (PARTITION BY ${text}) AS roadbook_number`;
  return `(SELECT * FROM (SELECT t.tableoid AS roadbook_part, t.ctid AS roadbook_place, ${counted(own)} FROM ${table} AS t) AS there JOIN (SELECT ${[...besides, counted(image)].join(', ')} FROM ${relation} AS kept) AS was USING (roadbook_image, roadbook_number))`;
}
