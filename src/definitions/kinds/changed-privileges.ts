// How are privileges changed on what came with PostgreSQL or with an extension?
import { partsOfName } from '../../database/catalog/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import type { CatalogObject, ObjectDefinition } from '../define.ts';

/** As they came is known to the server alone, which has to look what there is to revoke, and what to grant again. */
export const privileges: ObjectDefinition = {
  make: (object) => ({ statements: [run([revokingAll(placeOf(object))])] }),
  take: (object) => [run([revokingAll(placeOf(object)), grantingAsItCame(placeOf(object))])],
  alter: () => ({ statements: [] }),
  address: (object) => ({ comment: null, owner: null, grant: placeOf(object).on }),
};

interface Place {
  /** As an address has it. */
  readonly on: string;
  /** Its row in a system catalog, called o. */
  readonly row: string;
  readonly acl: string;
  /** What an absent list stands for. */
  readonly otherwise: string;
  /** Which row of pg_init_privs, called i, is about it. */
  readonly first: string;
}

interface Sort {
  readonly catalog: string;
  /** Of the names of its columns. */
  readonly prefix: string;
  /** Of acldefault(). */
  readonly letter: string;
  readonly word: string;
  /** Null: found by its name. */
  readonly cast: string | null;
}

const relation: Sort = { catalog: 'pg_class', prefix: 'rel', letter: 'r', word: 'TABLE', cast: 'regclass' };
const routine: Sort = { catalog: 'pg_proc', prefix: 'pro', letter: 'f', word: 'ROUTINE', cast: 'regprocedure' };

const sorts: Readonly<Record<string, Sort>> = {
  sequence: { ...relation, letter: 's', word: 'SEQUENCE' },
  function: routine,
  procedure: routine,
  aggregate: routine,
  type: { catalog: 'pg_type', prefix: 'typ', letter: 'T', word: 'TYPE', cast: 'regtype' },
  schema: { catalog: 'pg_namespace', prefix: 'nsp', letter: 'n', word: 'SCHEMA', cast: null },
  language: { catalog: 'pg_language', prefix: 'lan', letter: 'l', word: 'LANGUAGE', cast: null },
  'foreign-data wrapper': {
    catalog: 'pg_foreign_data_wrapper',
    prefix: 'fdw',
    letter: 'F',
    word: 'FOREIGN DATA WRAPPER',
    cast: null,
  },
  server: { catalog: 'pg_foreign_server', prefix: 'srv', letter: 'S', word: 'FOREIGN SERVER', cast: null },
};

/** `table column pg_catalog.pg_authid.rolname`, as pg_identify_object has it. */
function placeOf({ name }: CatalogObject): Place {
  const [, sort = '', identity = ''] =
    /^(foreign-data wrapper|(?:(?:foreign|materialized) )?[a-z]+(?: column)?) (.*)$/s.exec(name) ?? [];
  if (sort.endsWith(' column')) return columnAt(identity);
  const { catalog, prefix, letter, word, cast } = sorts[sort] ?? relation;
  const text = quoteLiteral(identity);
  const where =
    cast === null ? `pg_catalog.quote_ident(o.${prefix}name) = ${text}` : `o.oid = ${text}::pg_catalog.${cast}`;
  return {
    on: ` ON ${word} ${sort === 'type' ? typeName(identity) : identity}`,
    row: `pg_catalog.${catalog} AS o WHERE ${where}`,
    acl: `o.${prefix}acl`,
    otherwise: `pg_catalog.acldefault('${letter}', o.${prefix}owner)`,
    first: 'i.classoid = o.tableoid AND i.objoid = o.oid AND i.objsubid = 0',
  };
}

function columnAt(identity: string): Place {
  const parts = partsOfName(identity).map(quoteIdentifier);
  const table = parts.slice(0, -1).join('.');
  const column = parts.at(-1) ?? '';
  const where = `o.attrelid = ${quoteLiteral(table)}::pg_catalog.regclass AND pg_catalog.quote_ident(o.attname) = ${quoteLiteral(column)}`;
  return {
    on: ` (${column}) ON TABLE ${table}`,
    row: `pg_catalog.pg_attribute AS o WHERE ${where}`,
    acl: 'o.attacl',
    otherwise: `pg_catalog.acldefault('c', 10)`,
    first: `i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objoid = o.attrelid AND i.objsubid = o.attnum`,
  };
}

/** Words of SQL are no names of types to GRANT: `integer` is pg_catalog.int4. */
function typeName(printed: string): string {
  const names: Readonly<Record<string, string>> = {
    bigint: 'int8',
    'bit varying': 'varbit',
    boolean: 'bool',
    character: 'bpchar',
    'character varying': 'varchar',
    'double precision': 'float8',
    integer: 'int4',
    real: 'float4',
    smallint: 'int2',
    'time with time zone': 'timetz',
    'time without time zone': 'time',
    'timestamp with time zone': 'timestamptz',
    'timestamp without time zone': 'timestamp',
  };
  return printed.includes('.') ? printed : `pg_catalog.${names[printed] ?? printed}`;
}

const role = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END`;

/** What others granted on is revoked with what they had: it is granted again where it is wanted. */
function revokingAll({ on, row, acl, otherwise }: Place): string {
  const [columns, place] = apart(on);
  const from = row.replace(' AS o WHERE ', ` AS o, pg_catalog.aclexplode(coalesce(${acl}, ${otherwise})) AS a WHERE `);
  return each(
    `SELECT DISTINCT ${role} AS grantee FROM ${from}`,
    `pg_catalog.concat(${quoteLiteral(`REVOKE ALL${columns}${place} FROM `)}, one.grantee, ' CASCADE')`,
  );
}

function grantingAsItCame({ on, row, otherwise, first }: Place): string {
  const [columns, place] = apart(on);
  const came = `coalesce((SELECT i.initprivs FROM pg_catalog.pg_init_privs AS i WHERE ${first}), ${otherwise})`;
  const from = row.replace(' AS o WHERE ', ` AS o, pg_catalog.aclexplode(${came}) AS a WHERE `);
  const option = `CASE WHEN one.option THEN ' WITH GRANT OPTION' END`;
  return each(
    `SELECT ${role} AS grantee, a.privilege_type AS word, a.is_grantable AS option FROM ${from}`,
    `pg_catalog.concat('GRANT ', one.word, ${quoteLiteral(`${columns}${place} TO `)}, one.grantee, ${option})`,
  );
}

function apart(on: string): readonly [string, string] {
  const at = on.lastIndexOf(' ON ');
  return [on.slice(0, at), on.slice(at)];
}

function each(query: string, statement: string): string {
  return `FOR one IN ${query} LOOP EXECUTE ${statement}; END LOOP;`;
}

function run(loops: readonly string[]): string {
  return `DO ${quoteLiteral(`DECLARE one record; BEGIN ${loops.join(' ')} END`)}`;
}
