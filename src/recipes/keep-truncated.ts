// How are rows kept that TRUNCATE removes?
import type { Lock } from '../model/change.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Draft } from './draft.ts';
import { doBlock, mayPark, parkedAt, parkedSchema, pathDeclared, withFullNames } from './in-do-block.ts';
import { keepingMark, mayNotPark, notKept, rowsTableName } from './keep-rows-names.ts';

export interface Truncating {
  /** As SQL names them; `only`: without the tables that inherit from it. */
  readonly tables: readonly { readonly table: string; readonly only: boolean }[];
  readonly cascade: boolean;
  readonly restartIdentity: boolean;
  readonly migration: string;
  readonly statement: number;
  /** The user's own statement. */
  readonly sql: string;
  readonly what: string;
  /** Of TRUNCATE. */
  readonly locks: readonly Lock[];
  readonly resolves: readonly string[];
  /** Whole sentence: why it keeps others waiting. */
  readonly blocks: string | null;
}

/**
 * Under the lock that TRUNCATE takes anyway. Rows of partitions are copied from their table; each table that inherits, or refers
 * to one and goes with it by CASCADE, by itself.
 */
export function keepTruncated(truncating: Truncating): Draft {
  const { tables, sql, what, locks, resolves, blocks } = truncating;
  const listed = tables.map(({ table, only }) => `(${quoteLiteral(table)}, ${only})`).join(', ');
  const block = doBlock(
    [pathDeclared, 'own oid[]', 't record', 'sql text', 'parked text', 'filled boolean'],
    [
      `LOCK TABLE ${tables.map(({ table, only }) => `${only ? 'ONLY ' : ''}${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE;`,
      `SELECT pg_catalog.array_agg(DISTINCT c.oid) INTO own FROM (VALUES ${listed}) x(name, single) CROSS JOIN LATERAL (
  WITH RECURSIVE below (oid) AS (
    SELECT pg_catalog.to_regclass(x.name)::oid
    UNION
    SELECT h.inhrelid FROM below b JOIN pg_catalog.pg_inherits h ON h.inhparent = b.oid AND NOT x.single
  ) SELECT oid FROM below) c;`,
      withFullNames(`${truncating.cascade ? `${reached}\n` : ''}${eachTable(truncating)}`),
    ].join('\n'),
  );
  return {
    stage: 'transaction',
    steps: [
      { sql: block, does: `keep ${what}`, judgedAs: '', alsoLocks: locks },
      { sql, does: `empty ${what.replace(/^rows of /, '')}`, undo: 'parked' },
    ],
    anyway: true,
    whole: true,
    alone: true,
    resolves,
    ...(blocks === null ? {} : { blocks }),
  };
}

function eachTable({ migration, statement, restartIdentity }: Truncating): string {
  const mark = quoteLiteral(keepingMark(migration, statement));
  const sequences = restartIdentity
    ? `(SELECT jsonb_agg(jsonb_build_object('name', format('%I.%I', s.schemaname, s.sequencename), 'last', s.last_value))
    FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_sequences s
      ON s.schemaname = (SELECT nspname FROM pg_namespace WHERE oid = c.relnamespace) AND s.sequencename = c.relname
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.deptype IN ('a', 'i'))`
    : 'NULL';
  return `FOR t IN SELECT c.oid, c.oid::regclass AS name, c.relkind, n.nspname, c.relname,
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = '' ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = ANY (own) AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT (c.relispartition AND EXISTS (
  SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid AND h.inhparent = ANY (own)))
ORDER BY c.oid LOOP
IF NOT has_table_privilege(t.oid, 'SELECT') THEN
  ${notKept('the role may not read them')}
  CONTINUE;
END IF;
IF row_security_active(t.oid) THEN
  ${notKept('row level security hides some of them from the role')}
  CONTINUE;
END IF;
EXECUTE format('SELECT EXISTS (SELECT FROM %s %s)', CASE t.relkind WHEN 'r' THEN 'ONLY' ELSE '' END, t.name) INTO filled;
CONTINUE WHEN NOT filled;
IF NOT ${mayPark} THEN
  ${notKept(mayNotPark)}
  CONTINUE;
END IF;
${parkedSchema}
parked := ${rowsTableName(migration, statement, "'truncate'")};
EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s %s', parked,
  (SELECT string_agg(format('%I', k), ', ') FROM unnest(t.columns) k), CASE t.relkind WHEN 'r' THEN 'ONLY' ELSE '' END, t.name);
FOR sql IN SELECT DISTINCT format('REVOKE ALL ON TABLE %s FROM %s CASCADE', parked,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(parked) AND a.grantee <> c.relowner LOOP
  EXECUTE sql;
END LOOP;
EXECUTE format('COMMENT ON TABLE %s IS %L', parked, jsonb_build_object('roadbook', 'parked', 'kept', 'rows',
  'migration', ${quoteLiteral(migration)}::text, 'object', format('rows of table %I.%I', t.nspname, t.relname), ${parkedAt},
  'statement', ${statement}, 'mark', ${mark}::text, 'sort', 'emptied', 'identity', format('%s:%s', 'pg_class'::regclass::oid, t.oid),
  'again', false, 'key', '[]'::jsonb, 'sequences', ${sequences},
  'columns', (SELECT jsonb_agg(jsonb_build_object('name', k, 'number', a.attnum, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY n)
    FROM unnest(t.columns) WITH ORDINALITY w(k, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = k)));
END LOOP;`;
}

/** CASCADE goes to whole tables that refer to one, with their partitions and children. */
const reached = `WITH RECURSIVE goes (oid) AS (
  SELECT unnest(own)
  UNION
  SELECT x.oid FROM goes g CROSS JOIN LATERAL (
    SELECT k.conrelid AS oid FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = g.oid
    UNION SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = g.oid AND g.oid <> ALL (own)) x
) SELECT array_agg(oid) INTO own FROM goes;`;
