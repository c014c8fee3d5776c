// Which SQL finds the values that a conversion refuses or alters, without ending the transaction it runs in?
import { dollarQuoted } from '../sql/dollar-quote.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type AskedTable, keyText } from './asked-table.ts';
import { samplesShown } from './row-queries.ts';

export interface Scan {
  /** What stands in FROM, and calls the row `r`. */
  readonly from: string;
  readonly table: AskedTable;
  /** After so long it says what it has found; null: it looks at all. */
  readonly seconds: number | null;
}

export interface Conversion {
  readonly becomes: string;
  readonly type: string;
  readonly unlike: string | null;
  readonly where: string | null;
}

/** Where the block leaves what it found: a setting of the transaction, which one that only reads may write too. */
export const foundSetting = 'roadbook.found';

/** FROM for the row `r` beside its new value `v.value`: for all rows at once, so that one that is refused raises an error. */
export function convertedFrom({ becomes, type, where }: Conversion, from: string): string {
  const rows = where === null ? '' : ` WHERE (${where})`;
  return `${from} CROSS JOIN LATERAL (SELECT (${becomes})::${type} AS value${rows}) AS v`;
}

/** One row: whether a cast has cut what an assignment may refuse. Numbers and moments are never cut, they raise an error. */
export function refusedQuery(conversion: Conversion, from: string): string {
  const { becomes, type } = conversion;
  const text = (value: string) => `pg_catalog.rtrim((${value})::pg_catalog.text)`;
  const isCut = /(?:char|bit).*\(/i.test(type) ? `pg_catalog.bool_or(${text(becomes)} <> ${text('v.value')})` : 'false';
  return `SELECT pg_catalog.count(v.value) AS seen, coalesce(${isCut}, false) AS cut FROM ${convertedFrom(conversion, from)}`;
}

/**
 * The cursor is opened outside of the block whose exceptions are caught, so it goes on behind a row that fails (14 to 18), and only such rows
 * cost a subtransaction. A value comes to the variable by assignment, as it comes to a column: too long a text is refused, not cut.
 */
export function conversionBlock({ becomes, type, unlike, where }: Conversion, scan: Scan): string {
  const rows = `SELECT r.*, ${keyText(scan.table)} AS "roadbook told" FROM ${scan.from}${where === null ? '' : ` WHERE (${where})`}`;
  const isUnlike = unlike === null ? '' : `IF ${unlike} THEN roadbook_is_found := true; END IF;`;
  return `DO ${dollarQuoted(
    `
DECLARE
  roadbook_rows refcursor;
  r record;
  roadbook_until timestamptz := ${scan.seconds === null ? "'infinity'" : `pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => ${scan.seconds})`};
  roadbook_seen bigint := 0;
  roadbook_count bigint := 0;
  roadbook_told text[] := '{}';
  roadbook_message text;
  roadbook_is_found boolean;
  roadbook_is_whole boolean := false;
  roadbook_converted boolean := false;
BEGIN
  OPEN roadbook_rows FOR EXECUTE ${quoteLiteral(rows)};
  LOOP
    roadbook_is_found := false;
    BEGIN
      LOOP
        FETCH roadbook_rows INTO r;
        IF NOT FOUND THEN roadbook_is_whole := true; EXIT; END IF;
        roadbook_seen := roadbook_seen + 1;
        roadbook_converted := false;
        <<v>>
        DECLARE value ${type} := (${becomes});
        BEGIN
          roadbook_converted := true;
          ${isUnlike}
        END;
        EXIT WHEN roadbook_is_found OR (roadbook_seen % 1000 = 0 AND pg_catalog.clock_timestamp() > roadbook_until);
      END LOOP;
    EXCEPTION WHEN OTHERS THEN
      IF pg_catalog.left(SQLSTATE, 2) <> ALL (ARRAY['22', '23', '54', 'P0']) THEN RAISE; END IF;
      IF roadbook_converted = ${unlike === null ? 'false' : 'true'} THEN roadbook_is_found := true; END IF;
      IF roadbook_message IS NULL THEN roadbook_message := SQLERRM; END IF;
    END;
    IF roadbook_is_found THEN
      roadbook_count := roadbook_count + 1;
      IF roadbook_count <= ${samplesShown} THEN roadbook_told := roadbook_told || (r."roadbook told")::pg_catalog.text; END IF;
    END IF;
    EXIT WHEN roadbook_is_whole OR pg_catalog.clock_timestamp() > roadbook_until;
  END LOOP;
  PERFORM pg_catalog.set_config('${foundSetting}', pg_catalog.json_build_object('count', roadbook_count, 'seen', roadbook_seen,
    'whole', roadbook_is_whole, 'samples', roadbook_told, 'message', roadbook_message)::pg_catalog.text, true);
END
`,
    'roadbook',
  )}`;
}

/**
 * The words that are no labels, the most frequent first; `seen`: of how many rows. What the type's own output function writes is what a cast to
 * an enum reads: of character(n) the blanks too.
 */
export function wordsQuery(
  { of, labels, where }: { readonly of: string; readonly labels: readonly string[]; readonly where: string | null },
  { from, table }: Omit<Scan, 'seconds'>,
): string {
  const known = `ARRAY[${labels.map(quoteLiteral).join(', ')}]::pg_catalog.text[]`;
  return `WITH found AS (SELECT CASE WHEN (${of}) IS NOT NULL THEN pg_catalog.format('%s', (${of})) END AS word, ${keyText(table)} AS told
  FROM ${from}${where === null ? '' : ` WHERE (${where})`}),
each AS (SELECT word, pg_catalog.count(*) AS rows, pg_catalog.min(told) AS told FROM found GROUP BY word)
SELECT word, rows::pg_catalog.text AS rows, told, (pg_catalog.sum(rows) OVER ())::pg_catalog.text AS whole,
  (pg_catalog.count(*) OVER ())::pg_catalog.text AS words, (SELECT pg_catalog.sum(rows) FROM each)::pg_catalog.text AS seen
FROM each WHERE word <> ALL (${known}) ORDER BY each.rows DESC, word LIMIT 20`;
}

/** One row where a cast by assignment is lacking: then a value of one type cannot come into a column of the other. */
export function castQuery(from: string, to: string): string {
  const base = (type: string) => `WITH RECURSIVE up AS (
    SELECT t.oid, t.typtype, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = (${type})
    UNION ALL SELECT t.oid, t.typtype, t.typbasetype FROM up JOIN pg_catalog.pg_type t ON t.oid = up.typbasetype WHERE up.typtype = 'd'
  ) SELECT oid FROM up WHERE typtype <> 'd'`;
  const element = (alias: string) =>
    `CASE WHEN ${alias}.typcategory = 'A' AND ${alias}.typelem <> 0 THEN ${alias}.typelem ELSE ${alias}.oid END`;
  return `SELECT pg_catalog.format_type(s.oid, NULL) AS source, pg_catalog.format_type(g.oid, NULL) AS goal
FROM pg_catalog.pg_type s, pg_catalog.pg_type g
WHERE s.oid = (${base(from)}) AND g.oid = (${base(to)}) AND s.oid <> g.oid
  AND s.typtype IN ('b', 'e', 'r', 'm') AND g.typtype IN ('b', 'e', 'r', 'm')
  AND g.typcategory <> 'S' AND (s.typcategory = 'A') = (g.typcategory = 'A')
  AND ${element('s')} <> ${element('g')}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = ${element('g')} AND (e.typcategory = 'S' OR e.typtype = 'd'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = ${element('s')} AND e.typtype IN ('d', 'c', 'p'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast c
    WHERE c.castsource = ${element('s')} AND c.casttarget = ${element('g')} AND c.castcontext IN ('a', 'i'))`;
}
