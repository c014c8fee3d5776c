// How does a column stop to have any effect, so that nothing but its values is left of it?
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { doBlock, parkedSchema, pathDeclared, tried, withFullNames } from './in-do-block.ts';
import { takeDependants } from './take-dependants.ts';
import { allSeen, overAllRows } from './values-table.ts';

export interface SettingAside {
  /** As SQL names it. */
  readonly printed: string;
  readonly column: string;
  /** A name that no column of the table has. */
  readonly aside: string;
  readonly cascade: boolean;
  /** The DROP without CASCADE, which is tried first. */
  readonly attempt: string;
  /** PL/pgSQL with full names, which makes the table for its values; `definition` (jsonb) says what it was. */
  readonly made: string;
  /** A statement that carries all values, in the same transaction; null: that comes later. */
  readonly carries: string | null;
}

/** New rows need not know the column any more. */
export function setAside({ printed, column, aside, cascade, attempt, made, carries }: SettingAside): string {
  const old = quoteIdentifier(column);
  return doBlock(
    [
      pathDeclared,
      `own oid[] := ARRAY[${quoteLiteral(printed)}::regclass::oid]`,
      'num int2',
      'sql text',
      'again text',
      "taken jsonb := '[]'",
      "goes jsonb := '[]'",
      'definition jsonb',
      'm record',
      ...(carries === null ? [] : ['forced boolean']),
    ],
    [
      `LOCK TABLE ${printed} IN ACCESS EXCLUSIVE MODE;`,
      `SELECT attnum INTO num FROM pg_catalog.pg_attribute WHERE attrelid = own[1] AND attname = ${quoteLiteral(column)};
IF num IS NULL THEN
  RAISE EXCEPTION 'column % of relation % does not exist', ${quoteLiteral(quoteIdentifier(column))}, own[1]::regclass
    USING ERRCODE = 'undefined_column';
END IF;`,
      ...(cascade ? [withFullNames(takeDependants)] : []),
      tried(`${attempt};`),
      ...(carries === null ? [allSeen] : []),
      withFullNames(`${parkedSchema}
SELECT jsonb_strip_nulls(jsonb_build_object('type', format_type(a.atttypid, a.atttypmod), 'not null', nullif(a.attnotnull, false),
    'place', a.attnum, 'default', (SELECT pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum),
    'identity', nullif(a.attidentity, ''), 'collation', CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END,
    'statistics', a.attstattarget, 'options', a.attoptions, 'grants', a.attacl::text[], 'comment', col_description(a.attrelid, a.attnum),
    'sequences', (SELECT jsonb_agg(d.objid::regclass) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
        AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i'))))
  INTO definition FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = own[1] AND a.attnum = num;
FOR m IN SELECT x.* FROM (
    SELECT 1 AS turn, format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS sql,
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS again
    FROM pg_constraint c WHERE c.conrelid = own[1] AND c.conparentid = 0 AND c.contype IN ('c', 'f', 'p', 'u', 'x') AND EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = own[1] AND d.refobjsubid = num AND d.deptype = 'a')
    UNION ALL
    SELECT DISTINCT 2, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
    WHERE i.indrelid = own[1] AND d.refclassid = 'pg_class'::regclass AND d.refobjid = own[1] AND d.refobjsubid = num
      AND d.deptype = 'a' AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
      AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
    UNION ALL
    SELECT DISTINCT 3, format('DROP STATISTICS %s.%I', s.stxnamespace::regnamespace, s.stxname), pg_get_statisticsobjdef(s.oid)
    FROM pg_statistic_ext s WHERE s.stxrelid = own[1] AND EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = own[1] AND d.refobjsubid = num AND d.deptype = 'a')
  ) x ORDER BY x.turn, x.sql LOOP
  EXECUTE m.sql;
  goes := goes || to_jsonb(m.again);
END LOOP;
EXECUTE format('ALTER TABLE %s %s', own[1]::regclass, CASE WHEN definition ? 'identity'
  THEN ${quoteLiteral(`ALTER COLUMN ${old} DROP IDENTITY`)} ELSE ${quoteLiteral(`ALTER COLUMN ${old} DROP DEFAULT`)} END);
IF definition ? 'not null' THEN
  EXECUTE format('ALTER TABLE %s %s', own[1]::regclass, ${quoteLiteral(`ALTER COLUMN ${old} DROP NOT NULL`)});
END IF;
definition := definition || jsonb_build_object('goes', goes, 'taken', taken);
${made}`),
      `ALTER TABLE ${printed} RENAME COLUMN ${old} TO ${quoteIdentifier(aside)};`,
      ...(carries === null ? [] : [overAllRows(`${carries};`)]),
    ].join('\n'),
  );
}
