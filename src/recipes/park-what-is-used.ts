// How is a type, function or schema dropped that parked tables still use: what they use moves to roadbook_parked with them?
import { quoteLiteral } from '../sql/quote.ts';
import type { Draft, DraftStep } from './draft.ts';
import { doBlock, pathDeclared, tried, withFullNames } from './in-do-block.ts';
import { parkedPrefix } from './park-table.ts';

export interface Used {
  readonly migration: string;
  /** The user's own statement. */
  readonly statement: string;
  readonly does: string;
}

/** The schema in which a dependant stands: of a default and a constraint that of its table. */
const spaceOfDependant = `CASE d.classid
        WHEN 'pg_class'::regclass THEN (SELECT c.relnamespace FROM pg_class c WHERE c.oid = d.objid)
        WHEN 'pg_type'::regclass THEN (SELECT y.typnamespace FROM pg_type y WHERE y.oid = d.objid)
        WHEN 'pg_proc'::regclass THEN (SELECT p.pronamespace FROM pg_proc p WHERE p.oid = d.objid)
        WHEN 'pg_constraint'::regclass THEN (SELECT c.connamespace FROM pg_constraint c WHERE c.oid = d.objid)
        WHEN 'pg_attrdef'::regclass THEN (SELECT c.relnamespace FROM pg_attrdef f JOIN pg_class c ON c.oid = f.adrelid WHERE f.oid = d.objid)
        ELSE 0 END`;

/** `which`: a condition on x (sort, oid, space); with `within` nobody but what is there or is parked may use it. */
function moveUsed(migration: string, which: string, within: string): string {
  return `LOOP
  SELECT x.* INTO m FROM (
      SELECT CASE y.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END AS sort, y.oid, y.typname AS name, y.typnamespace AS space,
        format('%I.%I', n.nspname, y.typname) AS whole, ARRAY[y.oid, y.typarray] AS oids, 'pg_type'::regclass::oid AS class
      FROM pg_type y JOIN pg_namespace n ON n.oid = y.typnamespace LEFT JOIN pg_class c ON c.oid = y.typrelid
      WHERE y.typtype IN ('e', 'd', 'c', 'r') AND (y.typtype <> 'c' OR c.relkind = 'c')
      UNION ALL
      SELECT 'ROUTINE', p.oid, p.proname, p.pronamespace, p.oid::regprocedure::text, ARRAY[p.oid], 'pg_proc'::regclass::oid
      FROM pg_proc p WHERE p.prokind IN ('f', 'p')
    ) x WHERE x.space <> to_regnamespace('roadbook_parked')::oid AND ${which}
    AND EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = x.class AND d.refobjid = ANY (x.oids) AND d.deptype <> 'i'
      AND ${spaceOfDependant} = to_regnamespace('roadbook_parked')::oid)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = x.class AND d.refobjid = ANY (x.oids) AND d.deptype <> 'i'
      AND NOT (${spaceOfDependant} IN (to_regnamespace('roadbook_parked')::oid${within}))) LIMIT 1;
  EXIT WHEN NOT FOUND;
  -- A range has its multirange, and functions that make values of both.
  FOR sql IN SELECT format('ALTER TYPE %s SET SCHEMA roadbook_parked', g.rngmultitypid::regtype)
    FROM pg_range g WHERE g.rngtypid = m.oid AND m.class = 'pg_type'::regclass
    UNION ALL SELECT format('ALTER FUNCTION %s SET SCHEMA roadbook_parked', d.objid::regprocedure)
    FROM pg_range g JOIN pg_depend d ON d.refobjid IN (g.rngtypid, g.rngmultitypid)
    WHERE g.rngtypid = m.oid AND m.class = 'pg_type'::regclass AND d.refclassid = 'pg_type'::regclass
      AND d.classid = 'pg_proc'::regclass AND d.deptype = 'i' LOOP
    EXECUTE sql;
  END LOOP;
  SELECT (${quoteLiteral(parkedPrefix(migration))} || m.name || '_' || m.oid)::name INTO named;
  EXECUTE format('ALTER %s %s RENAME TO %I', m.sort, m.whole, named);
  EXECUTE format('ALTER %s %s SET SCHEMA roadbook_parked', m.sort, CASE m.sort WHEN 'ROUTINE' THEN m.oid::regprocedure::text
    ELSE m.oid::regtype::text END);
  EXECUTE format('COMMENT ON %s %s IS %L', m.sort, CASE m.sort WHEN 'ROUTINE' THEN m.oid::regprocedure::text
    ELSE m.oid::regtype::text END, jsonb_build_object('roadbook', 'used', 'migration', ${quoteLiteral(migration)}::text,
    'object', lower(m.sort) || ' ' || m.whole));
END LOOP;`;
}

/** `objects`: `'public.mood'::regtype`, or the like, each an oid or NULL. Without CASCADE. */
export function dropOrMove({ migration, statement, does }: Used, objects: readonly string[], drop: string): Draft {
  const gone = `DROP SCHEMA IF EXISTS roadbook_parked CASCADE;`;
  const quiet = `PERFORM pg_catalog.set_config('client_min_messages', 'warning', true);`;
  const sql = doBlock(
    [pathDeclared, 'listed oid[]', 'm record', 'named text', 'sql text'],
    `BEGIN
  ${statement};
EXCEPTION WHEN dependent_objects_still_exist THEN
  IF to_regnamespace('roadbook_parked') IS NULL THEN RAISE; END IF;
${tried(`${quiet}\n${gone}\n${statement};`)}
  listed := array_remove(ARRAY[${objects.map((one) => `${one}::oid`).join(', ')}], NULL);
${withFullNames(`${moveUsed(migration, 'x.oid = ANY (listed)', ', x.space')}
FOR sql IN SELECT format('DROP ${drop} %s', one) FROM (
    SELECT y.oid::regtype::text AS one FROM pg_type y WHERE y.oid = ANY (listed) AND y.typnamespace <> to_regnamespace('roadbook_parked')::oid
    UNION ALL
    SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.oid = ANY (listed) AND p.pronamespace <> to_regnamespace('roadbook_parked')::oid
  ) x LOOP
  EXECUTE sql;
END LOOP;`)}
END;`,
  );
  return { stage: 'transaction', steps: [{ sql, does, judgedAs: statement }], anyway: true };
}

/** What is parked, as far as a CASCADE could take something from it. */
const countParked = `(SELECT count(*) FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = to_regnamespace('roadbook_parked')::oid)`;

/** With CASCADE: what is parked must not go with it. From `schemas` moves what only parked tables use from outside. */
export function dropButKeepParked({ migration, statement, does }: Used, schemas: readonly string[]): DraftStep {
  const listed = schemas.map((schema) => `to_regnamespace(${quoteLiteral(schema)})::oid`).join(', ');
  const moved = moveUsed(migration, `x.space IN (${listed})`, `, ${listed}`);
  const sql = doBlock(
    [pathDeclared, 'm record', 'named text', 'sql text', 'parked bigint'],
    `${schemas.length === 0 ? '' : `IF to_regnamespace('roadbook_parked') IS NOT NULL THEN\n${withFullNames(moved)}\nEND IF;\n`}parked := ${countParked};
${statement};
IF parked <> ${countParked} THEN
  RAISE EXCEPTION 'CASCADE would take rows that are parked' USING ERRCODE = 'dependent_objects_still_exist',
    DETAIL = 'What is to be dropped is used in the schema roadbook_parked.',
    HINT = 'Leave CASCADE out and drop by name what uses it, or drop what is parked first.';
END IF;`,
  );
  return { sql, does, judgedAs: statement };
}
