// What becomes of what an attempt has kept, and of its triggers, when the migration begins anew?
import type { Connection } from '../../database/connection.ts';
import { serverError } from '../../database/server-error.ts';
import { problemFromServerError } from '../../database/server-problem.ts';
import { Failure } from '../../model/failure.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/**
 * The triggers go: the file may not have their statement any more. Rows that were kept stay under another name, as another
 * statement may keep other columns; an undo brings them back after all that was done since, so they count as done before it.
 */
export async function setAttemptAside(connection: Connection, id: string): Promise<void> {
  try {
    await connection.run(asideSql(id));
  } catch (error) {
    const said = serverError(error);
    if (said === null) throw error;
    throw new Failure(problemFromServerError(said), 'migration', { cause: error });
  }
}

function asideSql(id: string): string {
  const body = `DECLARE
  f record;
  s text;
  filled boolean;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true), pg_catalog.set_config('lock_timeout', '5s', true);
  FOR f IN SELECT c.oid, c.oid::regclass AS name, c.relname, d.told, d.told ->> 'mark' AS mark
    FROM pg_class c CROSS JOIN LATERAL (SELECT obj_description(c.oid, 'pg_class')::jsonb AS told) d
    WHERE c.relnamespace = to_regnamespace('roadbook_parked') AND c.relkind = 'r'
      AND obj_description(c.oid, 'pg_class') LIKE '{%"kept": "rows"%' AND d.told ->> 'migration' = ${quoteLiteral(id)}
      AND NOT d.told ? 'restored' LOOP
    IF f.mark IS NOT NULL THEN
      FOR s IN SELECT format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass) FROM pg_trigger g
        WHERE starts_with(g.tgname::text, f.mark) AND NOT g.tgisinternal AND g.tgparentid = 0 LOOP
        EXECUTE s;
      END LOOP;
      FOR s IN SELECT format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
        WHERE p.pronamespace = to_regnamespace('roadbook_parked') AND starts_with(p.proname::text, f.mark) LOOP
        EXECUTE s;
      END LOOP;
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', f.name) INTO filled;
      IF NOT filled THEN
        EXECUTE format('DROP TABLE %s', f.name);
        CONTINUE;
      END IF;
      EXECUTE format('ALTER TABLE %s RENAME TO %I', f.name, left(f.relname, 13) || '_' || left(md5(f.relname || clock_timestamp()), 8));
    END IF;
    EXECUTE format('COMMENT ON TABLE %s IS %L', f.oid::regclass,
      (f.told - 'mark') || jsonb_build_object('statement', coalesce((f.told ->> 'statement')::int, 0) - 1000));
  END LOOP;
END`;
  return `DO ${quoteLiteral(body)}`;
}
