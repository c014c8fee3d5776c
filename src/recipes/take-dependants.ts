// How does what depends on a table or a column go before it, as CASCADE takes it?

/**
 * PL/pgSQL over `own` (oids of tables), `num` (a column's number, or NULL for whole tables), `taken` (jsonb, what would make
 * it again) and the text variables `sql` and `again`. What it does not know stays, and then the DROP without CASCADE that is
 * tried after it is refused.
 */
export const takeDependants = `LOOP
  SELECT x.sql, x.again INTO sql, again FROM (
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS sql,
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS again
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.confrelid = ANY (own) AND c.conparentid = 0
      AND CASE WHEN num IS NULL THEN c.conrelid <> ALL (own) ELSE num = ANY (c.confkey) END
    UNION ALL
    SELECT CASE WHEN c.relkind = 'v' THEN format('DROP VIEW %s CASCADE', c.oid::regclass)
        WHEN c.relkind = 'm' THEN format('DROP MATERIALIZED VIEW %s CASCADE', c.oid::regclass)
        ELSE format('DROP RULE %I ON %s', w.rulename, c.oid::regclass) END,
      CASE WHEN c.relkind = 'v' THEN format('CREATE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid))
        WHEN c.relkind = 'm' THEN format('CREATE MATERIALIZED VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid))
        ELSE pg_get_ruledef(w.oid) END
    FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class c ON c.oid = w.ev_class
    WHERE d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n' AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = ANY (own) AND (num IS NULL AND c.oid <> ALL (own) OR d.refobjsubid = num)
    UNION ALL
    SELECT format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass), NULL
    FROM pg_depend d JOIN pg_policy p ON p.oid = d.objid
    WHERE d.classid = 'pg_policy'::regclass AND d.deptype = 'n' AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = ANY (own) AND (num IS NULL AND p.polrelid <> ALL (own) OR d.refobjsubid = num)
    UNION ALL
    SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass), pg_get_triggerdef(t.oid)
    FROM pg_depend d JOIN pg_trigger t ON t.oid = d.objid
    WHERE d.classid = 'pg_trigger'::regclass AND d.deptype = 'n' AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = ANY (own) AND d.refobjsubid = num AND NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT format('DROP ROUTINE %s CASCADE', p.oid::regprocedure), pg_get_functiondef(p.oid)
    FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid
    WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'n' AND p.prokind IN ('f', 'p')
      AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (own) AND (num IS NULL OR d.refobjsubid = num)
        OR num IS NULL AND d.refclassid = 'pg_type'::regclass AND d.refobjid IN (
          SELECT unnest(ARRAY[y.oid, y.typarray]) FROM pg_type y WHERE y.typrelid = ANY (own)))
    UNION ALL
    SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname),
      format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', a.attrelid::regclass, a.attname, pg_get_expr(f.adbin, f.adrelid))
    FROM pg_depend o JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = o.objid
      JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
      JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
    WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = ANY (own)
      AND o.deptype IN ('a', 'i') AND (num IS NULL AND f.adrelid <> ALL (own)
        OR o.refobjsubid = num AND (f.adrelid <> ALL (own) OR f.adnum <> num))
  ) x LIMIT 1;
  EXIT WHEN NOT FOUND;
  EXECUTE sql;
  taken := taken || to_jsonb(again);
END LOOP;`;
