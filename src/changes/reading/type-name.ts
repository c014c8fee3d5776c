// How does PostgreSQL print the type that a statement names?
import type { DomainFacts, Facts } from '../../model/facts.ts';
import { qualifiedName } from '../../model/facts.ts';
import type { SyntaxNode, TypeName } from '../../sql/syntax.ts';
import { nameOfParts, partsOf, printName } from '../name.ts';

export interface TypeReading {
  /** As format_type() prints it with an empty search path: `character varying(20)`, `public.mood[]`. */
  readonly text: string;
  /** `smallserial`, `serial` and `bigserial` stand for an integer, a sequence, NOT NULL and a default. */
  readonly serial: boolean;
  readonly domain: DomainFacts | null;
}

const printed: ReadonlyMap<string, string> = new Map(
  Object.entries({
    int2: 'smallint',
    int4: 'integer',
    int8: 'bigint',
    float4: 'real',
    float8: 'double precision',
    bool: 'boolean',
    varchar: 'character varying',
    varbit: 'bit varying',
    time: 'time without time zone',
    timetz: 'time with time zone',
    timestamp: 'timestamp without time zone',
    timestamptz: 'timestamp with time zone',
    char: '"char"',
  }),
);

const serials: ReadonlyMap<string, string> = new Map(
  Object.entries({
    smallserial: 'smallint',
    serial2: 'smallint',
    serial: 'integer',
    serial4: 'integer',
    bigserial: 'bigint',
    serial8: 'bigint',
  }),
);

/** Other types of pg_catalog that a column can have, 14 to 18. */
const ownTypes: ReadonlySet<string> = new Set(
  `
  aclitem bit box bpchar bytea cid cidr circle date datemultirange daterange inet int4multirange int4range int8multirange int8range interval json
  jsonb jsonpath line lseg macaddr macaddr8 money name numeric nummultirange numrange oid path pg_lsn pg_snapshot point polygon refcursor regclass
  regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype text tid tsmultirange tsquery tsrange
  tstzmultirange tstzrange tsvector txid_snapshot uuid xid xid8 xml
`
    .trim()
    .split(/\s+/),
);

/** Types of pg_catalog that only functions can have, 14 to 18. */
const functionTypes: ReadonlySet<string> = new Set(
  `
  any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange
  anynonarray anyrange cstring event_trigger fdw_handler index_am_handler internal language_handler record table_am_handler trigger tsm_handler void
`
    .trim()
    .split(/\s+/),
);

export function readType(type: TypeName | undefined, facts: Facts): TypeReading {
  const [text, domain, serial] = elementType(type, facts);
  return {
    text: `${text}${(type?.arrayBounds ?? []).length > 0 ? '[]' : ''}`,
    serial,
    domain: isArray(type) ? null : domain,
  };
}

/** A type that a list of words names, as in ALTER TYPE: nothing is known of it but its name. */
export function isOwnType(name: string): boolean {
  return printed.has(name) || ownTypes.has(name) || functionTypes.has(name);
}

function isArray(type: TypeName | undefined): boolean {
  return (type?.arrayBounds ?? []).length > 0;
}

function elementType(type: TypeName | undefined, facts: Facts): readonly [string, DomainFacts | null, boolean] {
  const words = partsOf(type?.names);
  const word = words.at(-1) ?? '';
  const serial = words.length === 1 ? serials.get(word) : undefined;
  if (serial !== undefined) return [serial, null, true];
  const schema = words.at(-2);
  if (schema === 'pg_catalog' || (schema === undefined && isOwnType(word))) {
    return [withModifiers(word, modifiersOf(type)), null, false];
  }
  const name = nameOfParts(type?.names, facts);
  const modifiers = modifiersOf(type);
  const text = `${printName(name)}${modifiers.length === 0 ? '' : `(${modifiers.join(',')})`}`;
  return [text, facts.domains?.[qualifiedName(name)] ?? null, false];
}

function modifiersOf(type: TypeName | undefined): readonly string[] {
  return (type?.typmods ?? []).map(modifier);
}

function modifier(node: SyntaxNode): string {
  if ('ColumnRef' in node) return partsOf(node.ColumnRef.fields).join('.');
  if (!('A_Const' in node)) return '';
  const { ival, fval, sval } = node.A_Const;
  // The parser leaves a zero out.
  return sval?.sval ?? fval?.fval ?? String(ival?.ival ?? 0);
}

function withModifiers(word: string, modifiers: readonly string[]): string {
  const name = printed.get(word) ?? word;
  const [first] = modifiers;
  if (word === 'interval') return interval(modifiers);
  if (first === undefined) return name;
  if (word === 'numeric') return `numeric(${first},${modifiers[1] ?? '0'})`;
  // Without a length it is bpchar, with one it is character(n): two ways of one type.
  if (word === 'bpchar') return `character(${first})`;
  const [head = '', ...tail] = name.split(/ (?=with)/);
  return [`${head}(${modifiers.join(',')})`, ...tail].join(' ');
}

/** The bits by which the parser says which fields an interval keeps. */
const intervalFields: ReadonlyMap<string, string> = new Map(
  Object.entries({
    4: 'year',
    2: 'month',
    8: 'day',
    1024: 'hour',
    2048: 'minute',
    4096: 'second',
    6: 'year to month',
    1032: 'day to hour',
    3080: 'day to minute',
    7176: 'day to second',
    3072: 'hour to minute',
    7168: 'hour to second',
    6144: 'minute to second',
  }),
);

function interval([mask, precision]: readonly string[]): string {
  const fields = intervalFields.get(mask ?? '');
  return (
    ['interval', ...(fields === undefined ? [] : [fields])].join(' ') +
    (precision === undefined ? '' : `(${precision})`)
  );
}
