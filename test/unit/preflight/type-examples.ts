// Which changes of type do the rows allow, and which not?

export interface Example {
  readonly is: string;
  readonly before: string;
  readonly sql: string;
  /** Codes of what the preflight says. */
  readonly told: readonly string[];
  /** Words that stand somewhere in it. */
  readonly says?: readonly string[];
  /** What comes after it is doubted. */
  readonly alone?: boolean;
  /** The first version that knows the statement. */
  readonly since?: number;
}

const words = (list: string) =>
  `CREATE TABLE t (id int PRIMARY KEY, c text); INSERT INTO t SELECT row_number() OVER (), v FROM unnest(ARRAY[${list}]::text[]) v`;
const of = (type: string, list: string) =>
  `CREATE TABLE t (id int PRIMARY KEY, c ${type}); INSERT INTO t SELECT row_number() OVER (), v FROM unnest(ARRAY[${list}]::${type}[]) v`;

export const typeExamples: readonly Example[] = [
  {
    is: 'text that is no number',
    before: words(`'1', 'two', NULL, 'three', ' 4 '`),
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: ['values-refused'],
    says: [
      '2 rows of public.t have values in c that cannot become integer',
      'invalid input syntax for type integer: "two"',
      'id = 2',
      'id = 4',
    ],
  },
  {
    is: 'text that is numbers',
    before: words(`'1', '22', NULL`),
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: [],
  },
  {
    is: 'text with leading zeros',
    before: words(`'01234', '5'`),
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: ['values-changed'],
    says: ['1 row of public.t has a value in c that would not be the same as integer', 'id = 1'],
  },
  {
    is: 'no USING where one is needed',
    before: words(`'1'`),
    sql: 'ALTER TABLE t ALTER c TYPE integer',
    told: ['type-needs-using'],
    says: ['USING c::integer'],
  },
  {
    is: 'a default that stays behind',
    before: `${words(`'1'`)}; ALTER TABLE t ALTER c SET DEFAULT '7'`,
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: ['default-in-the-way'],
    says: ["It is '7'::text"],
  },
  {
    is: 'a default that is dropped in the same statement',
    before: `${words(`'1'`)}; ALTER TABLE t ALTER c SET DEFAULT '7'`,
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer, ALTER c DROP DEFAULT, ALTER c SET DEFAULT 7',
    told: [],
  },
  {
    is: 'a default that is dropped before',
    before: `${words(`'1'`)}; ALTER TABLE t ALTER c SET DEFAULT '7'`,
    sql: 'ALTER TABLE t ALTER c DROP DEFAULT; ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: [],
  },
  {
    is: 'a default that was a number all the time',
    before: `${words(`'1'`)}; ALTER TABLE t ALTER c SET DEFAULT 5`,
    sql: 'ALTER TABLE t ALTER c TYPE integer USING c::integer',
    told: [],
  },
  {
    is: 'a default that a sequence gives',
    before: 'CREATE TABLE t (id serial, n integer DEFAULT 0, b boolean DEFAULT false, m numeric DEFAULT 1.5)',
    sql: 'ALTER TABLE t ALTER id TYPE bigint, ALTER n TYPE numeric(5,1), ALTER m TYPE text, ALTER b TYPE text',
    told: [],
  },
  {
    is: 'a default of a flag that becomes a number',
    before: 'CREATE TABLE t (b boolean DEFAULT false)',
    sql: 'ALTER TABLE t ALTER b TYPE integer USING b::integer',
    told: ['default-in-the-way'],
  },
  {
    is: 'a computed USING that fails',
    before: words(`'1', '0'`),
    sql: 'ALTER TABLE t ALTER c TYPE integer USING (10 / c::integer)',
    told: ['values-refused'],
    says: ['division by zero'],
  },
  {
    is: 'a computed USING that says what becomes of what is no number',
    before: words(`'1', 'x'`),
    sql: `ALTER TABLE t ALTER c TYPE integer USING (CASE WHEN c ~ '^[0-9]+$' THEN c::integer ELSE 0 END)`,
    told: [],
  },
  {
    is: 'rows that are put right before',
    before: words(`'1', 'x'`),
    sql: `UPDATE t SET c = '0' WHERE c = 'x'; ALTER TABLE t ALTER c TYPE integer USING c::integer`,
    told: [],
  },
  {
    is: 'text that is too long',
    before: words(`'ab', 'abcdef', 'abc   '`),
    sql: 'ALTER TABLE t ALTER c TYPE varchar(3)',
    told: ['values-refused'],
    says: ['value too long for type character varying(3)', '1 row of public.t has a value in c'],
  },
  {
    is: 'text that USING cuts',
    before: words(`'ab', 'abcdef', 'abc   '`),
    sql: 'ALTER TABLE t ALTER c TYPE varchar(3) USING c::varchar(3)',
    told: ['values-changed'],
    says: ['1 row of public.t has a value in c that would not be the same as character varying(3)'],
  },
  {
    is: 'text that fits',
    before: words(`'ab', 'abc  '`),
    sql: 'ALTER TABLE t ALTER c TYPE varchar(3)',
    told: [],
  },
  {
    is: 'numbers that are too large',
    before: of('bigint', '1, 3000000000'),
    sql: 'ALTER TABLE t ALTER c TYPE integer',
    told: ['values-refused'],
    says: ['integer out of range'],
  },
  {
    is: 'numbers that are rounded',
    before: of('numeric(10,2)', '1.00, 2.55, 3.10'),
    sql: 'ALTER TABLE t ALTER c TYPE numeric(10,0)',
    told: ['values-changed'],
    says: ['2 rows of public.t'],
  },
  {
    is: 'numbers with too many digits',
    before: of('numeric', '1, 123456'),
    sql: 'ALTER TABLE t ALTER c TYPE numeric(5,0)',
    told: ['values-refused'],
    says: ['numeric field overflow'],
  },
  {
    is: 'fractions that become whole',
    before: of('double precision', '1, 2.5'),
    sql: 'ALTER TABLE t ALTER c TYPE integer',
    told: ['values-changed'],
  },
  {
    is: 'moments that become days',
    before: of('timestamp', `'2024-01-01', '2024-01-01 10:00'`),
    sql: 'ALTER TABLE t ALTER c TYPE date',
    told: ['values-changed'],
    says: ['1 row of public.t', 'The time of day is cut off'],
  },
  {
    is: 'moments with fewer decimals',
    before: of('timestamptz', `'2024-01-01', '2024-01-01 10:00:00.5'`),
    sql: 'ALTER TABLE t ALTER c TYPE timestamptz(0)',
    told: ['values-changed'],
  },
  {
    is: 'arrays with a number that is too large',
    before: `CREATE TABLE t (id int, c bigint[]); INSERT INTO t VALUES (1, '{1,2}'), (2, '{1,3000000000}')`,
    sql: 'ALTER TABLE t ALTER c TYPE integer[]',
    told: ['values-refused'],
    says: ['ctid = (0,2)'],
  },
  {
    is: 'a domain whose CHECK refuses values',
    before: `CREATE DOMAIN positive AS integer CHECK (VALUE > 0); ${of('integer', '1, 0')}`,
    sql: 'ALTER TABLE t ALTER c TYPE positive',
    told: ['values-refused'],
    says: ['value for domain positive violates check constraint'],
  },
  {
    is: 'a domain that takes no NULL',
    before: `CREATE DOMAIN given AS integer NOT NULL; ${of('integer', '1, NULL')}`,
    sql: 'ALTER TABLE t ALTER c TYPE given',
    told: ['values-refused'],
  },
  {
    is: 'a domain that takes all',
    before: `CREATE DOMAIN positive AS integer CHECK (VALUE > 0); ${of('integer', '1, NULL')}`,
    sql: 'ALTER TABLE t ALTER c TYPE positive',
    told: [],
  },
  {
    is: 'days that are read by a setting of the migration',
    before: words(`'31/12/2024'`),
    sql: `SET datestyle = 'ISO, DMY'; SET lock_timeout = '1s'; ALTER TABLE t ALTER c TYPE date USING c::date`,
    told: [],
  },
  {
    is: 'days that are read as they are',
    before: words(`'2024-12-31', '31/12/2024'`),
    sql: `SET lock_timeout = '1s'; ALTER TABLE t ALTER c TYPE date USING c::date`,
    told: ['values-refused'],
    says: ['1 row of public.t'],
  },
  {
    is: 'another collation',
    before: words(`'a'`),
    sql: 'ALTER TABLE t ALTER c TYPE text COLLATE "C"',
    told: [],
  },
  {
    is: 'a function that writes',
    alone: true,
    before: `${words(`'x'`)}; CREATE TABLE log (c text); CREATE FUNCTION noted(text) RETURNS integer LANGUAGE sql AS 'INSERT INTO log VALUES ($1) RETURNING 1'`,
    sql: 'ALTER TABLE t ALTER c TYPE integer USING noted(c)',
    told: [],
  },
  {
    is: 'a column with an odd name',
    before: `CREATE TABLE "T" ("select" int PRIMARY KEY, "a ""b" text); INSERT INTO "T" VALUES (1, 'x')`,
    sql: 'ALTER TABLE "T" ALTER "a ""b" TYPE integer USING "a ""b"::integer',
    told: ['values-refused'],
    says: ['"select" = 1'],
  },
  {
    is: 'anything becomes text',
    before: of('integer', '1'),
    sql: 'ALTER TABLE t ALTER c TYPE text',
    told: [],
  },
];
