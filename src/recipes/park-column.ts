// How is a column dropped without losing its values: set aside, carried with its key to the schema roadbook_parked, then dropped?
import { createHash } from 'node:crypto';
import type { Name } from '../model/change.ts';
import { rangeMark } from '../model/plan.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { backfillInBatches } from './backfill-in-batches.ts';
import type { Draft } from './draft.ts';
import { doBlock, parkedAt, parkedSchema, pathDeclared, tried, withFullNames } from './in-do-block.ts';
import type { Key } from './key-of.ts';
import { parkedPrefix } from './park-table.ts';
import { takeDependants } from './take-dependants.ts';

export interface ColumnParking {
  readonly table: Name;
  /** As SQL names it. */
  readonly printed: string;
  readonly column: string;
  /** A name that no column of the table has. */
  readonly aside: string;
  /** Without the column; at least one. */
  readonly key: Key;
  readonly cascade: boolean;
  /** The DROP, and what is dropped with it in one statement, without CASCADE: tried before anything is done. */
  readonly attempt: string;
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
  readonly resolves: readonly string[];
}

/** Null where the rows cannot be counted off. */
export function parkColumn(parking: ColumnParking): readonly Draft[] | null {
  const { table, printed, column, aside, key, resolves: first } = parking;
  // What else is dangerous about it is over once the column is set aside.
  const resolves = [...first, 'drop-column-takes-keys', 'cascade-takes-more'];
  const parked = `roadbook_parked.${quoteIdentifier(parkedName(parking))}`;
  const old = quoteIdentifier(column);
  const away = quoteIdentifier(aside);
  const columns = key.map(({ name }) => name);
  const what = `${printed}.${old}`;
  const alias = key.some(({ name }) => name === 'r') ? 'roadbook_r' : 'r';
  const select = (where: string) =>
    `INSERT INTO ${parked} (${[...columns, old].join(', ')})
SELECT ${[...columns, away].map((name) => `${alias}.${name}`).join(', ')}
FROM ${printed} AS ${alias}
WHERE ${alias}.${away} IS NOT NULL AND ${where}
ON CONFLICT DO NOTHING`;
  const backfill = backfillInBatches({
    table,
    alias,
    key,
    sql: select(rangeMark),
    does: `carry the values of ${what} to ${parked}`,
    repeatable: true,
    resolves,
  });
  if (backfill === null) return null;
  const same = columns.map((name) => `p.${name} = ${alias}.${name}`).join(' AND ');
  return [
    {
      stage: 'transaction',
      steps: [
        {
          sql: setAside(parking, parked),
          does: `see that ${what} may be dropped, set it aside as ${away}, and make ${parked} for its values`,
          judgedAs: `ALTER TABLE ${printed} DROP COLUMN ${old}${parking.cascade ? ' CASCADE' : ''}; ALTER TABLE ${printed} ADD COLUMN ${away} text`,
        },
      ],
      commits: true,
      resolves: first,
    },
    ...backfill,
    {
      stage: 'transaction',
      steps: [
        {
          sql: select(`NOT EXISTS (SELECT FROM ${parked} AS p WHERE ${same})`),
          does: 'carry what was given another key meanwhile',
        },
      ],
      alone: true,
      remains: true,
      resolves,
    },
    {
      stage: 'transaction',
      steps: [{ sql: `ALTER TABLE ${printed} DROP COLUMN ${away}`, does: `drop ${what}`, undo: 'parked' }],
      resolves,
    },
  ];
}

/** From which migration and of what, and one for each column of each statement. */
function parkedName({ table: { schema, name }, column, migration, statement }: ColumnParking): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([migration, statement, schema, name, column]))
    .digest('hex');
  let words = '';
  for (const character of `${parkedPrefix(migration)}${name}_${column}`) {
    if (new TextEncoder().encode(words + character).length > 54) break;
    words += character;
  }
  return `${words}_${hash.slice(0, 8)}`;
}

/** New rows need not know the column any more, and nothing but values is left of it. */
function setAside({ printed, column, aside, key, cascade, attempt, migration }: ColumnParking, parked: string): string {
  const columns = key.map(({ name }) => name);
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
      `IF row_security_active(own[1]) THEN
  RAISE EXCEPTION 'row level security hides rows of %', own[1]::regclass
    USING HINT = 'Not all values could be parked. Let a role run it that may see all rows.';
END IF;`,
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
CREATE TABLE ${parked} AS SELECT ${[...columns, old].join(', ')} FROM ${printed} WITH NO DATA;
ALTER TABLE ${parked} ADD PRIMARY KEY (${columns.join(', ')});
FOR sql IN SELECT DISTINCT format(${quoteLiteral(`REVOKE ALL ON TABLE ${parked} FROM %s CASCADE`)},
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(${quoteLiteral(parked)}) AND a.grantee <> c.relowner LOOP
  EXECUTE sql;
END LOOP;
EXECUTE format(${quoteLiteral(`COMMENT ON TABLE ${parked} IS %L`)}, jsonb_build_object('roadbook', 'parked',
  'migration', ${quoteLiteral(migration)}::text, 'object', (SELECT format('column %I.%I.%I', n.nspname, c.relname, ${quoteLiteral(column)}::text)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = own[1]),
  ${parkedAt}, 'key', ${quoteLiteral(JSON.stringify(columns))}::jsonb,
  'definition', definition || jsonb_build_object('goes', goes, 'taken', taken)));`),
      `ALTER TABLE ${printed} RENAME COLUMN ${old} TO ${quoteIdentifier(aside)};`,
    ].join('\n'),
  );
}
