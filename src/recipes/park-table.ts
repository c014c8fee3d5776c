// How is a table dropped without losing its rows: moved to the schema roadbook_parked, free of all that would go on having effect?
import type { Lock } from '../model/change.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Draft } from './draft.ts';
import { doBlock, parkedAt, parkedSchema, pathDeclared, tried, withFullNames } from './in-do-block.ts';
import { takeDependants } from './take-dependants.ts';

export interface Parking {
  /** As SQL names them, those that are there. */
  readonly tables: readonly string[];
  readonly cascade: boolean;
  /** The migration's id. */
  readonly migration: string;
  /** The user's own statement. */
  readonly statement: string;
  readonly does: string;
  readonly resolves: readonly string[];
  /** Of the tables that a partition's foreign keys refer to: DROP leaves them alone. */
  readonly locks: readonly Lock[];
}

/** What a parked object's name begins with: it says from which migration it is. */
export function parkedPrefix(migration: string): string {
  const undone = /^undo (?:\d+ )?of (.*)$/s.exec(migration)?.[1];
  if (undone !== undefined) return `undo_${parkedPrefix(undone)}`;
  return `${/^\d{4,14}/.exec(migration)?.[0] ?? migration.slice(0, 16)}_`;
}

/**
 * In one transaction: everything is looked up when it runs, since statements before it may have changed the table. The DROP
 * is tried first, so that what PostgreSQL refuses is refused before anything is moved.
 */
export function parkTables({ tables, cascade, migration, statement, does, resolves, locks }: Parking): Draft {
  const listed = tables.map((table) => `${quoteLiteral(table)}::regclass::oid`).join(', ');
  const sql = doBlock(
    [
      pathDeclared,
      `listed oid[] := ARRAY[${listed}]`,
      'own oid[]',
      'num int2',
      'sql text',
      'again text',
      "taken jsonb := '[]'",
      'r record',
      'm record',
      'named text',
      'names jsonb',
      'definition jsonb',
    ],
    [
      `LOCK TABLE ${tables.map((table) => `ONLY ${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE;`,
      withFullNames(
        [
          ownTables(cascade),
          ...(cascade ? [takeDependants] : []),
          tried("EXECUTE (SELECT 'DROP TABLE ' || string_agg(t::regclass::text, ', ') FROM unnest(own) t);"),
          parkedSchema,
          eachTable(migration),
        ].join('\n'),
      ),
    ].join('\n'),
  );
  return {
    stage: 'transaction',
    steps: [{ sql, does, undo: 'parked', judgedAs: statement, alsoLocks: locks }],
    anyway: true,
    resolves,
  };
}

/** Partitions go with their table, and with CASCADE children do, too. */
function ownTables(cascade: boolean): string {
  const also = cascade ? '' : ` JOIN pg_class p ON p.oid = h.inhparent AND p.relkind = 'p'`;
  return `own := listed || ARRAY(
  WITH RECURSIVE below AS (
    SELECT unnest(listed) AS t
    UNION
    SELECT h.inhrelid FROM below JOIN pg_inherits h ON h.inhparent = below.t${also}
  ) SELECT t FROM below WHERE t <> ALL (listed));`;
}

const revokes = (
  sort: string,
  acls: string,
) => `FOR sql IN SELECT DISTINCT format('REVOKE ALL ON ${sort} %s FROM %s CASCADE', r.t,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
  FROM (${acls}) g(acl), aclexplode(g.acl) a WHERE a.grantee <> r.relowner LOOP
  EXECUTE sql;
END LOOP;`;

/** What there is of each sort is written into the comment before it is dropped. */
function taken(name: string, { query, drop, again }: { query: string; drop: string; again: string }): string {
  return `FOR m IN SELECT ${drop} AS sql, ${again} AS again ${query} LOOP
  EXECUTE m.sql;
  definition := jsonb_set(definition, '{${name}}', coalesce(definition -> '${name}', '[]') || to_jsonb(m.again));
END LOOP;`;
}

function eachTable(migration: string): string {
  return `FOR r IN SELECT c.oid, c.oid::regclass AS t, c.relname, c.relkind, c.relispartition, c.relowner, c.relacl, c.relpartbound,
    n.nspname, c.relnamespace
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (own)
  ORDER BY array_position(own, c.oid) LOOP
  definition := jsonb_strip_nulls(jsonb_build_object('comment', obj_description(r.oid, 'pg_class'),
    'grants', r.relacl::text[], 'taken', CASE WHEN r.oid = own[1] THEN nullif(taken, '[]') END,
    'column grants', (SELECT jsonb_object_agg(a.attname, a.attacl::text[]) FROM pg_attribute a
      WHERE a.attrelid = r.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped)));
  names := '{}';
  ${taken('parents', {
    query: 'FROM pg_inherits h WHERE h.inhrelid = r.oid AND h.inhparent <> ALL (own)',
    drop: `CASE WHEN r.relispartition THEN format('ALTER TABLE %s DETACH PARTITION %s', h.inhparent::regclass, r.t)
      ELSE format('ALTER TABLE %s NO INHERIT %s', r.t, h.inhparent::regclass) END`,
    again: `CASE WHEN r.relispartition THEN format('ALTER TABLE %s ATTACH PARTITION %s %s', h.inhparent::regclass, r.t,
        pg_get_expr(r.relpartbound, r.oid))
      ELSE format('ALTER TABLE %s INHERIT %s', r.t, h.inhparent::regclass) END`,
  })}
  ${taken('foreign keys', {
    query: "FROM pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'f' AND c.conparentid = 0",
    drop: "format('ALTER TABLE %s DROP CONSTRAINT %I', r.t, c.conname)",
    again: "format('ALTER TABLE %s ADD CONSTRAINT %I %s', r.t, c.conname, pg_get_constraintdef(c.oid))",
  })}
  ${taken('triggers', {
    query: 'FROM pg_trigger g WHERE g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0',
    drop: "format('DROP TRIGGER %I ON %s', g.tgname, r.t)",
    again: `pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE format('; ALTER TABLE %s %s TRIGGER %I', r.t,
      CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END`,
  })}
  ${taken('rules', {
    query: 'FROM pg_rewrite w WHERE w.ev_class = r.oid',
    drop: "format('DROP RULE %I ON %s', w.rulename, r.t)",
    again: 'pg_get_ruledef(w.oid)',
  })}
  ${taken('policies', {
    query: 'FROM pg_policy p WHERE p.polrelid = r.oid',
    drop: "format('DROP POLICY %I ON %s', p.polname, r.t)",
    again: `format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, r.t,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ') FROM unnest(p.polroles) o))
      || coalesce(format(' USING (%s)', pg_get_expr(p.polqual, p.polrelid)), '')
      || coalesce(format(' WITH CHECK (%s)', pg_get_expr(p.polwithcheck, p.polrelid)), '')`,
  })}
  ${taken('publications', {
    query: 'FROM pg_publication_rel l JOIN pg_publication p ON p.oid = l.prpubid WHERE l.prrelid = r.oid',
    drop: "format('ALTER PUBLICATION %I DROP TABLE ONLY %s', p.pubname, r.t)",
    again: "format('ALTER PUBLICATION %I ADD TABLE %s', p.pubname, r.t)",
  })}
  ${taken('defaults', {
    query: `FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
      WHERE f.adrelid = r.oid AND a.attgenerated = '' AND EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.deptype = 'n'
          AND (d.refclassid = 'pg_proc'::regclass OR d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.oid
            AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = d.refobjid
              AND o.refclassid = 'pg_class'::regclass AND o.refobjid = ANY (own) AND o.deptype IN ('a', 'i'))))`,
    drop: "format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', r.t, a.attname)",
    again: `format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT %s', r.t, a.attname, pg_get_expr(f.adbin, f.adrelid))`,
  })}
  ${revokes('TABLE', 'SELECT r.relacl UNION ALL SELECT a.attacl FROM pg_attribute a WHERE a.attrelid = r.oid')}
  FOR m IN SELECT x.*, n.nspname FROM (
      SELECT 1 AS turn, 'INDEX' AS sort, i.indexrelid AS oid, c.relname AS name, c.relnamespace AS space, c.relacl AS acl
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = r.oid
      UNION ALL
      SELECT 2, 'SEQUENCE', c.oid, c.relname, c.relnamespace, c.relacl FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
      WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid = r.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      UNION ALL
      SELECT 3, 'STATISTICS', s.oid, s.stxname, s.stxnamespace, NULL FROM pg_statistic_ext s WHERE s.stxrelid = r.oid
      UNION ALL
      SELECT 4, 'TABLE', r.oid, r.relname, r.relnamespace, NULL
    ) x JOIN pg_namespace n ON n.oid = x.space ORDER BY x.turn, x.name LOOP
    IF m.sort = 'SEQUENCE' THEN
      FOR sql IN SELECT DISTINCT format('REVOKE ALL ON SEQUENCE %s FROM %s CASCADE', m.oid::regclass,
          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
        FROM aclexplode(m.acl) a WHERE a.grantee <> r.relowner LOOP
        EXECUTE sql;
      END LOOP;
    END IF;
    SELECT f.name INTO named FROM (
        SELECT i, (${quoteLiteral(parkedPrefix(migration))} || CASE i WHEN 0 THEN '' ELSE i || '_' END || m.name)::name AS name
        FROM generate_series(0, 9999) i
      ) f
      WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = f.name
          AND c.relnamespace IN (m.space, to_regnamespace('roadbook_parked')::oid))
        AND NOT EXISTS (SELECT FROM pg_type y WHERE y.typname = f.name
          AND y.typnamespace IN (m.space, to_regnamespace('roadbook_parked')::oid))
        AND NOT EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxname = f.name
          AND s.stxnamespace IN (m.space, to_regnamespace('roadbook_parked')::oid))
      ORDER BY f.i LIMIT 1;
    EXECUTE format('ALTER %s %I.%I RENAME TO %I', m.sort, m.nspname, m.name, named);
    IF m.sort IN ('TABLE', 'STATISTICS') THEN
      EXECUTE format('ALTER %s %I.%I SET SCHEMA roadbook_parked', m.sort, m.nspname, named);
    END IF;
    IF m.sort <> 'TABLE' THEN
      names := names || jsonb_build_object(named, format('%s %I.%I', lower(m.sort), m.nspname, m.name));
    END IF;
  END LOOP;
  EXECUTE format('COMMENT ON TABLE roadbook_parked.%I IS %L', named, jsonb_build_object('roadbook', 'parked',
    'migration', ${quoteLiteral(migration)}::text, 'object', format('table %I.%I', r.nspname, r.relname),
    ${parkedAt}, 'part', r.oid <> ALL (listed), 'definition', definition || jsonb_build_object('names', names)));
END LOOP;`;
}
