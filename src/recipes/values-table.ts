// What is the table called, and how is it made, that keeps values of a column with the key of their rows?
import { createHash } from 'node:crypto';
import type { Name } from '../model/change.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { parkedAt } from './in-do-block.ts';
import { parkedPrefix } from './park-table.ts';

interface OfColumn {
  readonly table: Name;
  readonly column: string;
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
}

/** As SQL names it. From which migration and of what, and one for each column of each statement. */
export function valuesTable({ table: { schema, name }, column, migration, statement }: OfColumn): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([migration, statement, schema, name, column]))
    .digest('hex');
  let words = '';
  for (const character of `${parkedPrefix(migration)}${name}_${column}`) {
    if (new TextEncoder().encode(words + character).length > 54) break;
    words += character;
  }
  return `roadbook_parked.${quoteIdentifier(`${words}_${hash.slice(0, 8)}`)}`;
}

interface Made {
  readonly parked: string;
  /** What it is made from. */
  readonly select: string;
  /** As SQL names them. */
  readonly key: readonly string[];
  /** Not quoted. */
  readonly column: string;
  /** What the comment calls it: `column`, `values of column`. */
  readonly sort: string;
  readonly migration: string;
  /** For jsonb_build_object: what else the comment says. */
  readonly told: string;
}

/** PL/pgSQL, with full names: of the table `own[1]`, with the text variable `sql`. Its owner is the only one who may read it. */
export function valuesTableMade({ parked, select, key, column, sort, migration, told }: Made): string {
  return `CREATE TABLE ${parked} AS ${select};
ALTER TABLE ${parked} ADD PRIMARY KEY (${key.join(', ')});
FOR sql IN SELECT DISTINCT format(${quoteLiteral(`REVOKE ALL ON TABLE ${parked} FROM %s CASCADE`)},
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(${quoteLiteral(parked)}) AND a.grantee <> c.relowner LOOP
  EXECUTE sql;
END LOOP;
EXECUTE format(${quoteLiteral(`COMMENT ON TABLE ${parked} IS %L`)}, jsonb_build_object('roadbook', 'parked',
  'migration', ${quoteLiteral(migration)}::text, 'object', (SELECT format('${sort} %I.%I.%I', n.nspname, c.relname, ${quoteLiteral(column)}::text)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = own[1]),
  ${parkedAt}, ${told}));`;
}

/** PL/pgSQL around what reads all rows of `own[1]`, which is locked: also those that its owner does not see. With the boolean variable `forced`. */
export function overAllRows(body: string): string {
  return `forced := row_security_active(own[1]);
IF forced THEN
  EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', own[1]::regclass);
END IF;
${allSeen}
${body}
IF forced THEN
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', own[1]::regclass);
END IF;`;
}

/** PL/pgSQL. */
export const allSeen = `IF row_security_active(own[1]) THEN
  RAISE EXCEPTION 'row level security hides rows of %', own[1]::regclass
    USING HINT = 'Not all values could be parked. Let a role run it that may see all rows.';
END IF;`;
