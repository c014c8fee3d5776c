// Which functions does a type need that need the type themselves, and how does it go together with them?
import { quoteLiteral } from '../sql/quote.ts';
import { type CatalogObject, keyOf, textOf } from './define.ts';
import { routineHeader } from './routine-header.ts';

interface TypeFunction {
  readonly key: string;
  readonly name: string;
  readonly definition: string;
}

/** `properties` hold their names. */
export function functionsAround(type: CatalogObject, properties: readonly string[]): readonly TypeFunction[] {
  const names = new Set(properties.flatMap((property) => textOf(type.properties, property) ?? []));
  return [...names].flatMap((name): readonly TypeFunction[] => {
    const definition = textOf(type.catalog.objects.function?.[name] ?? {}, 'definition');
    if (definition === undefined || !routineHeader(definition).header.includes(type.name)) return [];
    return [{ key: keyOf('function', name), name, definition }];
  });
}

/**
 * PostgreSQL has no other way to drop a type and functions that need each other than CASCADE. It is refused where it would
 * take anything else.
 */
export function dropWithFunctions({ name }: CatalogObject, functions: readonly TypeFunction[]): readonly string[] {
  if (functions.length === 0) return [`DROP TYPE ${name}`];
  const own = functions.map((one) => `${quoteLiteral(one.name)}::pg_catalog.regprocedure`).join(', ');
  const body = `
DECLARE types oid[];
BEGIN
  SELECT pg_catalog.array_agg(t.oid) INTO types FROM pg_catalog.pg_type AS t
  LEFT JOIN pg_catalog.pg_range AS r ON r.rngmultitypid IN (t.oid, t.typelem) AND t.typtype IN ('m', 'b')
  WHERE ${quoteLiteral(name)}::pg_catalog.regtype IN (t.oid, t.typelem, r.rngtypid);
  IF EXISTS (SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = ANY (types)
    AND NOT (d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = ANY (types))
    AND NOT (d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid IN (${own}))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS i WHERE i.classid = d.classid AND i.objid = d.objid
      AND i.deptype = 'i' AND i.refclassid = d.refclassid AND i.refobjid = ANY (types)))
  THEN RAISE EXCEPTION ${quoteLiteral(`type ${name} is still in use`)} USING ERRCODE = 'dependent_objects_still_exist';
  END IF;
  DROP TYPE ${name} CASCADE;
END`;
  return [`DO ${quoteLiteral(body)}`];
}
