// Which TypeScript types does the front end need, as the database's catalog has the tables?
import { pathToFileURL } from 'node:url';
import pg from 'pg';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly refers: boolean;
}

const columns = `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required,
    EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey = ARRAY[a.attnum]
        AND f.confrelid = '"User"'::regclass) AS refers
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid IN ('"User"'::regclass, '"Lead"'::regclass)
ORDER BY c.relname DESC, a.attnum`;

const inJson: Readonly<Record<string, string>> = {
  integer: 'number',
  text: 'string',
  'timestamp without time zone': 'string',
};

/** A column that refers to a user becomes that user: `ownerId` → `owner`. */
function property({ name, type, required, refers }: Column): string {
  if (refers) return `  ${name.replace(/Id$/, '')}?: Person | null;`;
  return `  ${name}${required ? '' : '?'}: ${inJson[type] ?? 'unknown'}${required ? '' : ' | null'};`;
}

export async function models(client: { query(sql: string): Promise<{ rows: Column[] }> }): Promise<string> {
  const { rows } = await client.query(columns);
  const tables = [...new Set(rows.map(({ table }) => table))].map(
    (table) =>
      `export interface ${table} {\n${rows
        .filter((row) => row.table === table)
        .map(property)
        .join('\n')}\n}`,
  );
  return [
    '// What does the front end know of users and leads? Written by generate-models.ts from the catalog.',
    "export type Person = Pick<User, 'id' | 'name' | 'email'>;",
    ...tables,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  console.log((await models(client)).trimEnd());
  await client.end();
}
