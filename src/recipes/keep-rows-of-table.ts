// What is made for each table whose rows a statement changes: a table of rows, a function that fills it, a trigger that calls it?
import { quoteLiteral } from '../sql/quote.ts';
import { mayPark, parkedAt, parkedSchema } from './in-do-block.ts';
import { keepingMark, mayNotPark, notKept, rowsTableName } from './keep-rows-names.ts';

/** The rows of these belong to nobody's migration. */
const spared = "'pg_catalog', 'information_schema', 'roadbook', 'roadbook_parked'";

const namesOf = (places: string, relation: string) =>
  `(SELECT array_agg(a.attname::text COLLATE "default") FROM pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = ANY (${places}))`;

/** Whether a foreign key `k` does something to the rows that refer, by its action. */
const acts = (action: string) => `k.${action} IN ('c', 'n', 'd')`;

/**
 * The head of a FOR over every table that is touched: those of the statement (`does`), what views show and rules write, and
 * what foreign keys change with the rows they refer to, and so on from there. Before 15 the UPDATE of a partitioned table that
 * moves a row deletes what refers to it.
 */
export const tablesTouched = `FOR t IN
  WITH RECURSIVE touched (oid, event, columns, constants) AS (
    SELECT (d ->> 'oid')::oid, v, CASE WHEN v = 'update' AND jsonb_typeof(d -> 'columns') = 'array'
      THEN ARRAY(SELECT jsonb_array_elements_text(d -> 'columns')) END, d -> 'constants'
    FROM jsonb_array_elements(does) d, jsonb_array_elements_text(d -> 'events') v WHERE d ->> 'oid' IS NOT NULL
    UNION
    SELECT n.* FROM touched o CROSS JOIN LATERAL (
      SELECT r.oid, v, NULL::text[], '{}'::jsonb
      FROM pg_rewrite w JOIN pg_depend p ON p.classid = 'pg_rewrite'::regclass AND p.objid = w.oid
        AND p.refclassid = 'pg_class'::regclass AND p.refobjid <> w.ev_class
      JOIN pg_class r ON r.oid = p.refobjid AND r.relkind IN ('r', 'p', 'v')
      CROSS JOIN unnest(CASE WHEN w.rulename = '_RETURN' THEN ARRAY[o.event] ELSE ARRAY['insert', 'update', 'delete'] END) v
      WHERE w.ev_class = o.oid
      UNION
      SELECT k.conrelid, v, CASE WHEN v = 'update' THEN ${namesOf('k.conkey', 'k.conrelid')} END, '{}'
      FROM pg_constraint k LEFT JOIN pg_constraint u ON u.oid = k.conparentid
      CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_partition_tree(o.oid)) AS parted) q
      CROSS JOIN unnest(ARRAY['update', 'delete']) v
      WHERE k.contype = 'f' AND (k.confrelid = o.oid OR k.confrelid IN (SELECT relid FROM pg_partition_tree(o.oid)))
        AND (u.oid IS NULL OR u.conrelid = k.conrelid)
        AND CASE WHEN v = 'delete' THEN k.confdeltype = 'c' AND (o.event = 'delete' OR o.event = 'update' AND q.parted)
          ELSE k.confdeltype IN ('n', 'd') AND (o.event = 'delete' OR o.event = 'update' AND q.parted)
            OR ${acts('confupdtype')} AND o.event = 'update'
              AND (o.columns IS NULL OR o.columns && ${namesOf('k.confkey', 'k.confrelid')}) END
    ) n
  )
  SELECT c.oid, c.oid::regclass AS name, n.nspname, c.relname, array_agg(DISTINCT x.event) AS events,
    bool_or(x.event = 'update' AND x.columns IS NULL) AS every, count(*) FILTER (WHERE x.event = 'update') AS updates,
    ARRAY(SELECT DISTINCT s FROM touched y, unnest(y.columns) s WHERE y.oid = c.oid) AS sets,
    (array_agg(x.constants) FILTER (WHERE x.event = 'update'))[1] AS constants,
    EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid AND c.relkind = 'r') AS parent,
    ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' ORDER BY a.attnum) AS own,
    coalesce((SELECT ARRAY(SELECT a.attname::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY p(num, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.num ORDER BY p.place)
      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM unnest(i.indkey[0:i.indnkeyatts - 1]) p(num) JOIN pg_attribute a
          ON a.attrelid = c.oid AND a.attnum = p.num WHERE NOT a.attnotnull OR EXISTS (SELECT FROM pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey)))
      ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1), '{}') AS key,
    EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid IN (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid))
      AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 19 = 19) AS changing,
    EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid IN (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid))
      AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 67 = 1) AS following
  FROM touched x JOIN pg_class c ON c.oid = x.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN (${spared})
    AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = c.oid AND p.deptype = 'e')
  GROUP BY c.oid, n.nspname ORDER BY c.oid`;

/** Another column than all of the user's: a value that the statement gave. */
const after = (name: string) => `format('%I', left('roadbook_' || ${name}, 54) || '_' || left(md5(${name}), 8))`;

/**
 * PL/pgSQL for one `t`. What the role may not keep is not kept: the statement itself needs less. Old and new rows are
 * in the transition tables in one order. A key that the statement sets is kept as it was and as it is.
 */
export function eachTouched(migration: string, statement: number): string {
  const mark = keepingMark(migration, statement);
  return `IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = t.oid), 'USAGE') THEN
  ${notKept('only the owner of the table may make a trigger on it')}
  CONTINUE;
END IF;
IF NOT ${mayPark} THEN
  ${notKept(mayNotPark)}
  CONTINUE;
END IF;
${parkedSchema}
FOR e IN SELECT v AS sort FROM unnest(t.events) v WHERE NOT (t.parent AND v = 'delete') ORDER BY v LOOP
  parked := ${rowsTableName(migration, statement, 'e.sort')};
  IF t.parent THEN t.key := '{}'; END IF;
  IF to_regclass(parked) IS NOT NULL THEN
    -- Of an attempt that did not come to its rows.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', parked) INTO filled;
    IF NOT filled THEN EXECUTE format('DROP TABLE %s', parked); END IF;
  END IF;
  given := '{}';
  IF e.sort = 'delete' THEN columns := t.own;
  ELSIF t.key = '{}' THEN columns := t.own;
  ELSIF e.sort = 'insert' THEN columns := '{}';
  ELSE
    columns := ARRAY(SELECT o FROM unnest(t.own) WITH ORDINALITY w(o, n) WHERE t.every OR t.changing OR o = ANY (t.sets) ORDER BY n);
    IF t.updates = 1 AND NOT t.changing THEN
      ${constants}
    END IF;
  END IF;
  SELECT format('CREATE TABLE IF NOT EXISTS %s AS SELECT %s FROM %s WITH NO DATA', parked, string_agg(w.s, ', ' ORDER BY w.n), t.name)
    INTO sql FROM (
      SELECT n, format('%I', k) AS s FROM unnest(t.key) WITH ORDINALITY y(k, n) WHERE k <> ALL (columns)
      UNION ALL SELECT 100 + n, format('%I', k) FROM unnest(columns) WITH ORDINALITY y(k, n)
      UNION ALL SELECT 2000 + n, format('%I AS %s', k, ${after('k')}) FROM unnest(columns) WITH ORDINALITY y(k, n)
        WHERE e.sort = 'update' AND NOT given ? k
      UNION ALL SELECT 4000, 'NULL::smallint AS roadbook_depth' WHERE e.sort = 'update' AND (t.following OR t.updates > 1)) w;
  EXECUTE sql;
  FOR sql IN SELECT DISTINCT format('REVOKE ALL ON TABLE %s FROM %s CASCADE', parked,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(parked) AND a.grantee <> c.relowner LOOP
    EXECUTE sql;
  END LOOP;
  EXECUTE format('COMMENT ON TABLE %s IS %L', parked, jsonb_build_object('roadbook', 'parked', 'kept', 'rows',
    'migration', ${quoteLiteral(migration)}::text, 'object', format('rows of table %I.%I', t.nspname, t.relname), ${parkedAt},
    'statement', ${statement}, 'mark', ${quoteLiteral(mark)}::text, 'sort', e.sort,
    'identity', format('%s:%s', 'pg_class'::regclass::oid, t.oid), 'again', t.following OR t.updates > 1,
    'key', ${described('t.key', "e.sort = 'update' AND name = ANY (columns)")},
    'columns', ${described('columns', "e.sort = 'update'")}));
  body := ${filling};
  EXECUTE format('CREATE OR REPLACE FUNCTION roadbook_parked.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
    ${quoteLiteral(mark)} || '_' || t.oid || '_' || e.sort, format(E'BEGIN\\n  %s;\\n  RETURN NULL;\\nEND', body));
  EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT WHEN (pg_catalog.current_setting(''roadbook.keeping'', true) = ''on'') EXECUTE FUNCTION roadbook_parked.%I()',
    ${quoteLiteral(mark)} || '_' || e.sort, e.sort, t.name,
    CASE WHEN e.sort <> 'insert' THEN 'OLD TABLE AS roadbook_old ' ELSE '' END
      || CASE WHEN e.sort <> 'delete' AND strpos(body, 'roadbook_new') > 0 THEN 'NEW TABLE AS roadbook_new' ELSE '' END,
    ${quoteLiteral(mark)} || '_' || t.oid || '_' || e.sort);
  BEGIN
    EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER %I', t.name, ${quoteLiteral(mark)} || '_' || e.sort);
  EXCEPTION WHEN object_in_use THEN
    -- Rows of it wait for a deferred constraint.
    NULL;
  END;
END LOOP;`;
}

/** A value that stands for every row is kept once, where its text says all of it. */
const constants = `FOR sql, body IN SELECT k, format('SELECT (%s)::%s::text', c, format_type(a.atttypid, a.atttypmod))
        FROM jsonb_each_text(t.constants) x(k, c) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = k
        WHERE k = ANY (columns) AND k <> ALL (t.key) AND (c = 'NULL' OR a.atttypid IN ('bool'::regtype, 'int2'::regtype,
          'int4'::regtype, 'int8'::regtype, 'text'::regtype, 'varchar'::regtype, 'numeric'::regtype, 'uuid'::regtype)
          OR EXISTS (SELECT FROM pg_type y WHERE y.oid = a.atttypid AND y.typtype = 'e')) LOOP
        BEGIN
          EXECUTE body INTO body;
          given := given || jsonb_build_object(sql, body);
        EXCEPTION WHEN data_exception OR cannot_coerce OR syntax_error_or_access_rule_violation THEN
          -- The statement will say so itself.
          NULL;
        END;
      END LOOP;`;

/** JSON: name, number and type of each, where the value is that the statement gave, or that value. */
function described(names: string, hasAfter: string): string {
  return `coalesce((SELECT jsonb_agg(jsonb_build_object('name', name, 'number', a.attnum, 'type', format_type(a.atttypid, a.atttypmod))
      || CASE WHEN NOT (${hasAfter}) THEN '{}' WHEN given ? name THEN jsonb_build_object('given', given -> name)
        ELSE jsonb_build_object('after', ${after('name')}) END ORDER BY n)
    FROM unnest(${names}) WITH ORDINALITY w(name, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = name), '[]')`;
}

/** The statement in the function: rows that stay as they are are left out. */
const filling = `(SELECT CASE e.sort
      WHEN 'delete' THEN format('INSERT INTO %s (%s) SELECT %s FROM roadbook_old o', parked, list, olds)
      WHEN 'insert' THEN format('INSERT INTO %s (%s) SELECT %s FROM roadbook_new o', parked, list, olds)
      ELSE format('INSERT INTO %s (%s%s) SELECT %s%s FROM %s WHERE NOT (ROW(%s)::record OPERATOR(pg_catalog.*=) ROW(%s)::record)', parked,
        concat_ws(', ', list, afters), CASE WHEN t.following OR t.updates > 1 THEN ', roadbook_depth' ELSE '' END,
        concat_ws(', ', olds, news), CASE WHEN t.following OR t.updates > 1 THEN ', pg_catalog.pg_trigger_depth()' ELSE '' END,
        CASE WHEN news IS NULL THEN 'roadbook_old o' ELSE '(SELECT pg_catalog.row_number() OVER () AS roadbook_n, x.* FROM roadbook_old x) o '
          'JOIN (SELECT pg_catalog.row_number() OVER () AS roadbook_n, x.* FROM roadbook_new x) n ON n.roadbook_n = o.roadbook_n' END,
        was, is_now) END
    FROM (SELECT
      string_agg(format('%I', k), ', ' ORDER BY p, n) AS list, string_agg(format('o.%I', k), ', ' ORDER BY p, n) AS olds,
      string_agg(${after('k')}, ', ' ORDER BY n) FILTER (WHERE p = 2 AND NOT given ? k) AS afters,
      string_agg(format('n.%I', k), ', ' ORDER BY n) FILTER (WHERE p = 2 AND NOT given ? k) AS news,
      string_agg(format('o.%I', k), ', ' ORDER BY n) FILTER (WHERE p = 2) AS was,
      string_agg(CASE WHEN given ? k THEN format('CAST(%L AS %s)', given ->> k, format_type(a.atttypid, a.atttypmod)) ELSE format('n.%I', k) END,
        ', ' ORDER BY n) FILTER (WHERE p = 2) AS is_now
      FROM (SELECT 1 AS p, n, k FROM unnest(t.key) WITH ORDINALITY y(k, n) WHERE k <> ALL (columns)
        UNION ALL SELECT 2, n, k FROM unnest(columns) WITH ORDINALITY y(k, n)) z
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = k) q)`;
