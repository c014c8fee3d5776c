// Which queries find the rows that are sought?
import type { Sought } from '../model/question.ts';
import { type AskedTable, keyText } from './asked-table.ts';

export interface Looking {
  /** What stands in FROM, and calls the row `r`. */
  readonly from: string;
  readonly table: AskedTable;
  /** After so many, of duplicates so many groups, no more are looked for; null: all are counted. */
  readonly most: number | null;
}

export type RowsSought = Extract<Sought, { readonly is: 'rows' | 'duplicates' | 'overlaps' }>;

export const samplesShown = 5;

/** One row: how many (`found`), the texts of some of them (`samples`), and whether there may be more (`cut`). */
export function findQuery(sought: RowsSought, looking: Looking): string {
  switch (sought.is) {
    case 'rows':
      return rowsQuery(sought.where, looking);
    case 'duplicates':
      return duplicatesQuery(sought, looking);
    case 'overlaps':
      return sought.range === undefined ? pairsQuery(sought, looking) : neighboursQuery(sought, sought.range, looking);
  }
}

/** How many of them there are among the rows of FROM (`seen`). */
export function shareQuery(where: string, { from, table }: Omit<Looking, 'most'>): string {
  return `SELECT pg_catalog.count(*)::pg_catalog.float8 AS seen, pg_catalog.count(*) FILTER (WHERE q.is)::pg_catalog.float8 AS found,
  pg_catalog.array_agg(q.t) FILTER (WHERE q.is AND q.n <= ${samplesShown}) AS samples
FROM (SELECT s.*, pg_catalog.row_number() OVER (PARTITION BY s.is) AS n
  FROM (SELECT (${where}) IS TRUE AS is, ${keyText(table)} AS t FROM ${from}) s) q`;
}

function rowsQuery(where: string, { from, table, most }: Looking): string {
  return `SELECT pg_catalog.count(*)::pg_catalog.float8 AS found, ${cut('pg_catalog.count(*)', most)} AS cut,
  pg_catalog.array_agg(q.t) FILTER (WHERE q.n <= ${samplesShown}) AS samples
FROM (SELECT ${keyText(table)} AS t, pg_catalog.row_number() OVER () AS n FROM ${from} WHERE ${where}${limit(most)}) q`;
}

/** Of each group two rows are told, by their place where that is one within the table: which costs nothing. */
function duplicatesQuery(
  { of, where, nullsAlike }: Extract<Sought, { readonly is: 'duplicates' }>,
  { from, table, most }: Looking,
): string {
  const named = of.map((sql, at) => `(${sql}) AS e${at}`);
  const columns = of.map((_, at) => `s.e${at}`);
  const byPlace = !table.hasChildren;
  const place = byPlace ? 'r.ctid' : `${keyText(table)} COLLATE pg_catalog."C"`;
  const given = nullsAlike ? '' : ` WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')}`;
  const told = (end: string) =>
    byPlace ? `(SELECT ${keyText(table)} FROM ${tableOf(from)} r WHERE r.ctid = h.${end})` : `h.${end}`;
  return `WITH g AS MATERIALIZED (
  SELECT pg_catalog.count(*) AS n, pg_catalog.min(s.p) AS a, pg_catalog.max(s.p) AS b
  FROM (SELECT ${[...named, `${place} AS p`].join(', ')} FROM ${from}${where === null ? '' : ` WHERE ${where}`}) s${given}
  GROUP BY ${columns.join(', ')} HAVING pg_catalog.count(*) > 1${limit(most)})
SELECT (SELECT coalesce(pg_catalog.sum(g.n), 0)::pg_catalog.float8 FROM g) AS found,
  (SELECT ${cut('pg_catalog.count(*)', most)} FROM g) AS cut,
  (SELECT pg_catalog.array_agg(pg_catalog.concat(${told('a')}, ' and ', ${told('b')}))
    FROM (SELECT g.a, g.b FROM g LIMIT ${samplesShown}) h) AS samples`;
}

type Overlaps = Extract<Sought, { readonly is: 'overlaps' }>;

/** In the order of where ranges begin: some two neighbours overlap where any two do, but one may overlap others too. */
function neighboursQuery({ of, where }: Overlaps, range: number, looking: Looking): string {
  const others = of.flatMap((_, at) => (at === range ? [] : [`s.e${at}`]));
  const same = others.length === 0 ? '' : `PARTITION BY ${others.join(', ')} `;
  const most = looking.most ?? mostPairs;
  return `SELECT pg_catalog.count(*)::pg_catalog.float8 AS found, true AS cut,
  (pg_catalog.array_agg(pg_catalog.concat(q.u, ' and ', q.t)) FILTER (WHERE q.u IS NOT NULL))[1:${samplesShown}] AS samples
FROM (SELECT x.t, CASE WHEN x.v && x.before THEN x.u END AS u
  FROM (SELECT s.t, s.e${range} AS v, pg_catalog.lag(s.e${range}) OVER w AS before, pg_catalog.lead(s.e${range}) OVER w AS after,
      pg_catalog.lag(s.t) OVER w AS u
    FROM (${valuesOf(of, where, looking)}) s
    WHERE ${allGiven(of, 's')} AND NOT pg_catalog.isempty(s.e${range})
    WINDOW w AS (${same}ORDER BY s.e${range})) x
  WHERE x.v && x.before OR x.v && x.after${limit(most)}) q`;
}

const mostPairs = 10_000;

function pairsQuery({ of, where }: Overlaps, looking: Looking): string {
  const most = looking.most ?? mostPairs;
  const conflict = of.map(({ operator }, at) => `a.e${at} ${operator} b.e${at}`);
  return `WITH v AS MATERIALIZED (SELECT s.*, pg_catalog.row_number() OVER () AS i FROM (${valuesOf(of, where, looking)}) s WHERE ${allGiven(of, 's')}),
p AS MATERIALIZED (SELECT a.i AS a, b.i AS b, a.t AS t, b.t AS u FROM v a JOIN v b ON a.i < b.i AND ${conflict.join(' AND ')}${limit(most)})
SELECT (SELECT pg_catalog.count(DISTINCT i.i)::pg_catalog.float8 FROM p, pg_catalog.unnest(ARRAY[p.a, p.b]) i(i)) AS found,
  (SELECT ${cut('pg_catalog.count(*)', most)} FROM p) AS cut,
  (SELECT pg_catalog.array_agg(pg_catalog.concat(h.t, ' and ', h.u)) FROM (SELECT p.t, p.u FROM p LIMIT ${samplesShown}) h) AS samples`;
}

function valuesOf(of: Overlaps['of'], where: string | null, { from, table }: Looking): string {
  const named = of.map(({ expression }, at) => `(${expression}) AS e${at}`);
  return `SELECT ${[...named, `${keyText(table)} AS t`].join(', ')} FROM ${from}${where === null ? '' : ` WHERE ${where}`}`;
}

function allGiven(of: Overlaps['of'], alias: string): string {
  return of.map((_, at) => `${alias}.e${at} IS NOT NULL`).join(' AND ');
}

function limit(most: number | null): string {
  return most === null ? '' : ` LIMIT ${most}`;
}

function cut(count: string, most: number | null): string {
  return most === null ? 'false' : `${count} >= ${most}`;
}

/** Without the row's name and the sample. */
function tableOf(from: string): string {
  return from.replace(/ r(?: TABLESAMPLE .*)?$/s, '');
}
