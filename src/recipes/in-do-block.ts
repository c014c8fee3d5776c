// How does a step look at the live catalog while it runs, and try first what PostgreSQL may refuse?
import { dollarQuoted } from '../sql/dollar-quote.ts';

/** SQLSTATE of the exception that takes back what was only tried; no class of PostgreSQL's begins so (14 to 18). */
const onlyTried = 'RB0TR';

/** A DO block in PL/pgSQL, in dollar quotes that its text does not hold. */
export function doBlock(declared: readonly string[], body: string): string {
  // A column of the user's may be called as a variable is.
  const text = `#variable_conflict use_column\nDECLARE\n${declared.map((one) => `  ${one};`).join('\n')}\nBEGIN\n${indented(body)}\nEND`;
  return `DO ${dollarQuoted(`\n${text}\n`, 'roadbook')}`;
}

/**
 * PL/pgSQL that runs statements and takes them back: whatever PostgreSQL refuses is refused here, in its own words, before
 * anything is done. Dropping takes no longer than a catalog update, and files are removed at the commit only.
 */
export function tried(statements: string): string {
  return `BEGIN
${indented(statements)}
  RAISE SQLSTATE '${onlyTried}';
EXCEPTION WHEN SQLSTATE '${onlyTried}' THEN NULL;
END;`;
}

/** Runs PL/pgSQL with a search path under which PostgreSQL prints every name in full. */
export function withFullNames(body: string): string {
  return `PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);\n${body}\nPERFORM pg_catalog.set_config('search_path', path, true);`;
}

/** Declares what `withFullNames` needs. */
export const pathDeclared = "path text := pg_catalog.current_setting('search_path')";

/** For jsonb_build_object: when, by the server's clock, as ISO 8601. */
export const parkedAt = `'parkedAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL, with full names: whether the role may make the schema for what is parked, or put something into the one that is there. */
export const mayPark = `coalesce((SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'roadbook_parked'), has_database_privilege(current_database(), 'CREATE'))`;

const parkedSchemaMade = 'CREATE SCHEMA roadbook_parked;';

/** Whether a block fails where the role may not park. Others look first, and pass over what they may not keep. */
export function mustPark(block: string): boolean {
  return block.includes(parkedSchemaMade) && !block.includes(mayPark);
}

/** PL/pgSQL: the schema for what is parked, which nobody else looks into. */
export const parkedSchema = `IF to_regnamespace('roadbook_parked') IS NULL THEN
  ${parkedSchemaMade}
  COMMENT ON SCHEMA roadbook_parked IS 'What migrations took out of sight, kept by Roadbook';
  FOR sql IN SELECT DISTINCT format('REVOKE ALL ON SCHEMA roadbook_parked FROM %s CASCADE',
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
    FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'roadbook_parked' AND a.grantee <> n.nspowner LOOP
    EXECUTE sql;
  END LOOP;
END IF;`;

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
