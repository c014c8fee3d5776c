// Which definitions does the generated SQL have?
import { name, qualified, type } from './expressions.ts';
import { list, maybe, oneOf, pick, sql, type Text, type Tie } from './template.ts';

const when = pick('', '', ' DEFERRABLE', ' DEFERRABLE INITIALLY DEFERRED', ' NOT DEFERRABLE', ' INITIALLY IMMEDIATE');
const valid = pick('', '', ' NOT VALID');
const behaviour = pick('', '', ' CASCADE', ' RESTRICT');
const names = list(name, 2);
const parameters = pick(
  '',
  '',
  ' WITH (fillfactor = 70)',
  ' WITH (autovacuum_enabled = false, toast.autovacuum_enabled = off)',
  ' WITH (autovacuum_vacuum_scale_factor = 0.2)',
);
const references = sql`${qualified}${maybe(sql`(${names})`)}${pick('', ' MATCH FULL', ' MATCH SIMPLE')}${pick('', ' ON DELETE CASCADE', ' ON DELETE SET NULL (a)', ' ON DELETE SET DEFAULT')}${pick('', ' ON UPDATE RESTRICT', ' ON UPDATE CASCADE', ' ON UPDATE NO ACTION')}`;
const sequence = pick(
  '',
  '',
  ' (START WITH 10 INCREMENT BY 2)',
  ' (SEQUENCE NAME s.q)',
  ' (MINVALUE 1 MAXVALUE 100 CYCLE CACHE 5)',
  ' (NO MAXVALUE NO CYCLE)',
);
const including = pick('', ' INCLUDE (z)', ' INCLUDE (y, "Z")');
const indexParameters = pick('', '', ' WITH (fillfactor = 70)', ' WITH (fastupdate = off, buffering = auto)');
const indexTail = sql`${indexParameters}${pick('', '', ' USING INDEX TABLESPACE ts')}`;

export function definitions(tie: Tie): Record<string, Text> {
  const e = tie('expression');
  const p = sql`(${e})`;
  const constraintName = maybe(sql`CONSTRAINT ${name}`, '').map((given) => (given === '' ? '' : `${given} `));
  const columnConstraint = oneOf(
    pick('NOT NULL', 'NULL', 'UNIQUE', 'PRIMARY KEY', 'UNIQUE NULLS NOT DISTINCT', 'NOT NULL NO INHERIT'),
    sql`DEFAULT ${p}`,
    sql`DEFAULT ${tie('call')}`,
    sql`DEFAULT ${pick('1', "'x'", 'now()', 'NULL', '-1', "'{}'::jsonb", 'current_timestamp', 'ARRAY[]::int[]', '1 + 2')}`,
    sql`CHECK (${e})${pick('', ' NO INHERIT', ' NOT ENFORCED')}`,
    sql`REFERENCES ${references}${when}`,
    sql`GENERATED ALWAYS AS (${e}) ${pick('STORED', 'VIRTUAL')}`,
    sql`GENERATED ${pick('ALWAYS', 'BY DEFAULT')} AS IDENTITY${sequence}`,
    sql`UNIQUE${indexTail}${when}`,
  );
  const indexElement = sql`${oneOf(name, p, sql`lower(${name})`)}${pick('', '', ' COLLATE "C"')}${pick('', '', ' text_pattern_ops', ' s.ops (siglen = 32)')}${pick('', ' ASC', ' DESC')}${pick('', ' NULLS FIRST', ' NULLS LAST')}`;
  const partition = pick(
    'FOR VALUES IN (1, NULL)',
    'FOR VALUES FROM (1, MINVALUE) TO (2, MAXVALUE)',
    'FOR VALUES WITH (MODULUS 4, REMAINDER 1)',
    'DEFAULT',
    "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  );
  const element = oneOf(
    tie('column'),
    tie('constraint'),
    pick(
      'LIKE t',
      'LIKE t INCLUDING ALL',
      'LIKE s.t INCLUDING DEFAULTS INCLUDING INDEXES',
      'LIKE t INCLUDING CONSTRAINTS EXCLUDING COMMENTS',
    ),
  );
  const command = oneOf(
    sql`ADD COLUMN ${pick('', 'IF NOT EXISTS ')}${tie('column')}`,
    sql`ADD ${tie('constraint')}`,
    sql`ALTER COLUMN ${name} ${pick('SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT', 'DROP IDENTITY IF EXISTS', 'DROP EXPRESSION', 'SET STATISTICS 100', 'SET STATISTICS -1', 'SET STORAGE EXTERNAL', 'SET STORAGE DEFAULT', 'SET COMPRESSION lz4', 'SET (n_distinct = 5)', 'RESET (n_distinct)', 'SET GENERATED ALWAYS', 'SET START WITH 5 RESTART', 'ADD GENERATED ALWAYS AS IDENTITY')}`,
    sql`ALTER ${name} SET DEFAULT ${e}`,
    sql`ALTER ${name} TYPE ${type}${pick('', ' COLLATE "C"')}${maybe(sql`USING ${e}`)}`,
    sql`ALTER ${name} SET EXPRESSION AS (${e})`,
    sql`DROP COLUMN ${pick('', 'IF EXISTS ')}${name}${behaviour}`,
    sql`DROP CONSTRAINT ${pick('', 'IF EXISTS ')}${name}${behaviour}`,
    sql`VALIDATE CONSTRAINT ${name}`,
    sql`ALTER CONSTRAINT ${name}${pick(' DEFERRABLE', ' NOT DEFERRABLE', ' DEFERRABLE INITIALLY DEFERRED', ' NOT ENFORCED', ' NO INHERIT')}`,
    pick(
      'ENABLE ROW LEVEL SECURITY',
      'FORCE ROW LEVEL SECURITY',
      'NO FORCE ROW LEVEL SECURITY',
      'SET LOGGED',
      'SET UNLOGGED',
      'SET WITHOUT CLUSTER',
      'CLUSTER ON i',
      'SET TABLESPACE ts',
      'SET ACCESS METHOD heap',
      'SET ACCESS METHOD DEFAULT',
    ),
    pick(
      'ENABLE TRIGGER ALL',
      'DISABLE TRIGGER USER',
      'ENABLE ALWAYS TRIGGER g',
      'ENABLE REPLICA RULE r',
      'DISABLE RULE r',
      'OWNER TO CURRENT_USER',
      'OWNER TO "My Role"',
      'REPLICA IDENTITY FULL',
      'REPLICA IDENTITY USING INDEX i',
      'INHERIT s.p',
      'NO INHERIT p',
      'OF s.ty',
      'NOT OF',
      'SET (fillfactor = 50, toast.autovacuum_enabled = false)',
      'RESET (fillfactor)',
    ),
  );
  return {
    column: sql`${name} ${type}${pick('', '', ' STORAGE EXTENDED', ' COMPRESSION pglz')}${pick('', '', '', ' COLLATE "C"')}${maybe(list(sql`${constraintName}${columnConstraint}`, 2, ' '))}`,
    constraint: sql`${constraintName}${oneOf(
      sql`CHECK (${e})${pick('', ' NO INHERIT')}${valid}`,
      sql`PRIMARY KEY (${names})${including}${indexTail}${when}`,
      sql`PRIMARY KEY (id, valid_at WITHOUT OVERLAPS)`,
      sql`UNIQUE ${pick('', 'NULLS NOT DISTINCT ', 'NULLS DISTINCT ')}(${names})${including}${indexTail}${when}`,
      sql`FOREIGN KEY (${names}) REFERENCES ${references}${when}${valid}`,
      sql`FOREIGN KEY (id, PERIOD valid_at) REFERENCES t (id, PERIOD valid_at)`,
      sql`EXCLUDE ${pick('', 'USING gist ')}(${list(sql`${indexElement} WITH ${pick('=', '&&', 'OPERATOR(s.&&)')}`, 2)})${including}${indexTail}${maybe(sql`WHERE (${e})`)}${when}`,
      sql`NOT NULL ${name}${pick('', ' NO INHERIT')}`,
    )}`,
    index_element: indexElement,
    definition: oneOf(
      sql`CREATE ${pick('', '', 'TEMPORARY ', 'UNLOGGED ')}TABLE ${pick('', 'IF NOT EXISTS ')}${qualified} (${list(element, 4)})${maybe(sql`INHERITS (${list(qualified, 2)})`)}${parameters}${pick('', ' TABLESPACE ts')}`,
      sql`CREATE TABLE ${qualified} (${list(tie('column'))}) PARTITION BY ${pick('RANGE (a)', 'LIST (lower(b) COLLATE "C")', 'HASH (a int4_ops, (b + 1))')}${pick('', ' USING heap')}`,
      sql`CREATE TABLE ${qualified} PARTITION OF ${qualified} ${partition}${pick('', ' PARTITION BY RANGE (b)')}`,
      sql`CREATE TEMP TABLE ${name} ON COMMIT ${pick('DROP', 'DELETE ROWS', 'PRESERVE ROWS')} AS ${tie('subquery')}${pick('', ' WITH NO DATA')}`,
      sql`CREATE TABLE ${qualified} OF s.ty${maybe(sql`(${name} WITH OPTIONS ${columnConstraint})`)}`,
      sql`ALTER TABLE ${pick('', 'IF EXISTS ')}${pick('', 'ONLY ')}${qualified} ${list(command, 3)}`,
      sql`ALTER TABLE ${qualified} ${pick('ATTACH PARTITION p ', 'ATTACH PARTITION s.p ')}${partition}`,
      sql`ALTER TABLE ${qualified} DETACH PARTITION ${name}${pick('', ' CONCURRENTLY', ' FINALIZE')}`,
      sql`ALTER TABLE ${qualified} RENAME ${oneOf(sql`COLUMN ${name} TO ${name}`, sql`CONSTRAINT ${name} TO ${name}`, sql`TO ${name}`)}`,
      sql`CREATE ${pick('', 'UNIQUE ')}INDEX ${pick('', 'CONCURRENTLY ')}${pick('', 'IF NOT EXISTS i ', '"I" ')}ON ${pick('', 'ONLY ')}${qualified}${pick('', ' USING gin')} (${list(indexElement)})${including}${pick('', ' NULLS NOT DISTINCT')}${indexParameters}${pick('', ' TABLESPACE ts')}${maybe(sql`WHERE ${e}`)}`,
      sql`CREATE ${pick('', 'OR REPLACE ')}${pick('', 'RECURSIVE ')}VIEW ${qualified} (${names}) AS ${tie('select')}`,
      sql`CREATE VIEW ${qualified}${pick('', ' WITH (security_barrier)', ' WITH (security_invoker = true)')} AS ${tie('subquery')}${pick('', ' WITH CHECK OPTION', ' WITH LOCAL CHECK OPTION')}`,
      sql`CREATE MATERIALIZED VIEW ${pick('', 'IF NOT EXISTS ')}${qualified} AS ${tie('subquery')}${pick('', ' WITH NO DATA')}`,
      sql`CREATE POLICY ${name} ON ${qualified}${pick('', ' AS RESTRICTIVE')}${pick('', ' FOR SELECT', ' FOR UPDATE')}${pick('', ' TO PUBLIC', ' TO a, CURRENT_USER')}${maybe(sql`USING (${e})`)}${maybe(sql`WITH CHECK (${e})`)}`,
      sql`CREATE DOMAIN ${qualified} AS ${type}${pick('', ' COLLATE "C"')}${maybe(sql`DEFAULT ${p}`)}${maybe(sql`${constraintName}CHECK (${e})`)}${pick('', ' NOT NULL')}`,
      sql`CREATE TRIGGER ${name} ${pick('BEFORE', 'AFTER')} ${pick('INSERT', 'UPDATE OF a, b', 'DELETE OR UPDATE', 'TRUNCATE')} ON ${qualified}${pick('', ' FOR EACH ROW', ' FOR EACH STATEMENT', ' REFERENCING NEW TABLE AS n FOR EACH STATEMENT')}${maybe(sql`WHEN (${e})`)} EXECUTE FUNCTION ${qualified}(${pick('', "'a', 1")})`,
      sql`CREATE ${pick('', 'OR REPLACE ')}FUNCTION ${qualified}(${pick('', 'a ', 'INOUT b ', 'VARIADIC c ')}${type}${maybe(sql`DEFAULT ${p}`)}) RETURNS ${pick('', 'SETOF ')}${type} LANGUAGE sql ${pick('', 'STABLE ', 'STRICT SECURITY DEFINER ', 'PARALLEL SAFE COST 10 ', "SET search_path = ''")} RETURN ${p}`,
      sql`CREATE STATISTICS ${name} (ndistinct, mcv) ON ${name}, (${e}) FROM ${qualified}`,
      sql`COMMENT ON ${pick('TABLE', 'VIEW', 'TYPE', 'INDEX', 'SEQUENCE')} ${qualified} IS ${pick("'it''s'", 'NULL', "E'\\\\n'")}`,
      sql`CREATE SEQUENCE ${pick('', 'IF NOT EXISTS ')}${qualified}${pick('', ' AS bigint', ' START 10 INCREMENT BY -1', ' OWNED BY t.a', ' MINVALUE 0 NO CYCLE', ' OWNED BY NONE CACHE 5')}`,
      sql`CREATE TYPE ${qualified} AS ${oneOf(pick("ENUM ('a', 'it''s')", 'ENUM ()', 'RANGE (subtype = int4)'), sql`(${name} ${type}, b ${type} COLLATE "C")`)}`,
      sql`DROP ${pick('TABLE', 'VIEW', 'INDEX', 'SEQUENCE', 'TYPE', 'DOMAIN', 'SCHEMA', 'MATERIALIZED VIEW')} ${pick('', 'IF EXISTS ')}${list(name, 2)}${behaviour}`,
      sql`GRANT ${pick('SELECT', 'ALL', 'INSERT (a, b), UPDATE', 'USAGE')} ON ${qualified} TO ${pick('PUBLIC', '"My Role", b', 'CURRENT_USER')}${pick('', ' WITH GRANT OPTION')}`,
      sql`CREATE RULE ${name} AS ON ${pick('INSERT', 'UPDATE', 'DELETE')} TO ${qualified}${maybe(sql`WHERE ${e}`)} DO ${pick('ALSO', 'INSTEAD')} ${oneOf(pick('NOTHING'), tie('plain_change'), sql`(${tie('plain_change')}; ${tie('plain_change')})`)}`,
    ),
  };
}
