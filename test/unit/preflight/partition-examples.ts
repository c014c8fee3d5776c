// Which rows stand in the way of a partition, and which not?
import type { Example } from './type-examples.ts';

const parent = (by: string, columns = 'a int, b int') => `CREATE TABLE p (${columns}) PARTITION BY ${by}`;
const child = (rows: string, columns = 'a int, b int') => `CREATE TABLE c (${columns}); INSERT INTO c VALUES ${rows}`;
const attach = (bound: string) => `ALTER TABLE p ATTACH PARTITION c ${bound}`;

export const partitionExamples: readonly Example[] = [
  {
    is: 'rows outside of a range',
    before: `${parent('RANGE (a)')}; ${child('(1, 0), (9, 0), (10, 0), (NULL, 0)')}`,
    sql: attach('FOR VALUES FROM (1) TO (10)'),
    told: ['rows-outside-partition'],
    says: ['2 rows of public.c are outside of the bounds', 'INSERT INTO public.p (a, b)'],
  },
  {
    is: 'rows within a range',
    before: `${parent('RANGE (a)')}; ${child('(1, 0), (9, 0)')}`,
    sql: attach('FOR VALUES FROM (MINVALUE) TO (10)'),
    told: [],
  },
  {
    is: 'a range of two columns',
    before: `${parent('RANGE (a, b)')}; ${child('(1, 5), (1, 9), (2, 0), (2, 3)')}`,
    sql: attach('FOR VALUES FROM (1, 5) TO (2, 3)'),
    told: ['rows-outside-partition'],
    says: ['1 row of public.c is outside'],
  },
  {
    is: 'a range of two columns that all rows keep',
    before: `${parent('RANGE (a, b)')}; ${child('(1, 5), (1, 9), (2, -7)')}`,
    sql: attach('FOR VALUES FROM (1, 5) TO (2, 3)'),
    told: [],
  },
  {
    is: 'a range that is open within',
    before: `${parent('RANGE (a, b)')}; ${child('(1, -99), (2, 99), (3, 0)')}`,
    sql: attach('FOR VALUES FROM (1, MINVALUE) TO (2, MAXVALUE)'),
    told: ['rows-outside-partition'],
  },
  {
    is: 'rows outside of a list',
    before: `${parent('LIST (a)')}; ${child('(1, 0), (3, 0), (NULL, 0)')}`,
    sql: attach('FOR VALUES IN (1, 2)'),
    told: ['rows-outside-partition'],
    says: ['2 rows of public.c'],
  },
  {
    is: 'a list with NULL',
    before: `${parent('LIST (a)')}; ${child('(1, 0), (NULL, 0)')}`,
    sql: attach('FOR VALUES IN (1, NULL)'),
    told: [],
  },
  {
    is: 'a list of texts',
    before: `${parent('LIST (a)', 'a text, b int')}; ${child(`('x', 0), ('y', 0)`, 'a text, b int')}`,
    sql: attach(`FOR VALUES IN ('x')`),
    told: ['rows-outside-partition'],
  },
  {
    is: 'rows of another hash',
    before: `${parent('HASH (a)', 'a text, b int')}; ${child(`('x', 0), ('y', 0), ('z', 0), ('w', 0), ('v', 0), ('u', 0)`, 'a text, b int')}`,
    sql: attach('FOR VALUES WITH (MODULUS 2, REMAINDER 0)'),
    told: ['rows-outside-partition'],
  },
  {
    is: 'rows of the hash',
    before: `${parent('HASH (a)')}; ${child('(1, 0)')}; DELETE FROM c WHERE NOT satisfies_hash_partition('p'::regclass, 2, 0, a)`,
    sql: attach('FOR VALUES WITH (MODULUS 2, REMAINDER 0)'),
    told: [],
  },
  {
    is: 'rows of the default partition',
    before: `${parent('RANGE (a)')}; CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (5, 0), (50, 0); CREATE TABLE c (a int, b int)`,
    sql: attach('FOR VALUES FROM (1) TO (10)'),
    told: ['rows-for-new-partition'],
    says: ['1 row of the default partition public.d belongs to the new partition public.c'],
  },
  {
    is: 'rows of the default partition that stay',
    before: `${parent('RANGE (a)')}; CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (NULL, 0), (50, 0); CREATE TABLE c (a int, b int)`,
    sql: attach('FOR VALUES FROM (1) TO (10)'),
    told: [],
  },
  {
    is: 'a partition that is made beside a default one',
    before: `${parent('LIST (a)')}; CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (NULL, 0), (5, 0)`,
    sql: 'CREATE TABLE n PARTITION OF p FOR VALUES IN (1); CREATE TABLE o PARTITION OF p FOR VALUES IN (NULL)',
    told: ['rows-for-new-partition'],
  },
  {
    is: 'a default partition with rows of another one',
    before: `${parent('RANGE (a)')}; CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (10); ${child('(5, 0), (50, 0)')}`,
    sql: attach('DEFAULT'),
    told: ['rows-outside-partition'],
  },
  {
    is: 'bounds of a table above',
    before: `${parent('RANGE (a)')}; CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (10) PARTITION BY LIST (b); ${child('(5, 1), (50, 1)')}`,
    sql: 'ALTER TABLE q ATTACH PARTITION c FOR VALUES IN (1)',
    told: ['rows-outside-partition'],
  },
  {
    is: 'days, and bounds below zero',
    before: `CREATE TABLE p (a date, b int) PARTITION BY RANGE (a, b); CREATE TABLE c (a date, b int); INSERT INTO c VALUES ('2024-01-01', -5), ('2024-01-31', 7)`,
    sql: attach(`FOR VALUES FROM ('2024-01-01', -5) TO ('2024-02-01', MINVALUE)`),
    told: [],
  },
  {
    is: 'days outside',
    before: `CREATE TABLE p (a timestamptz, b int) PARTITION BY RANGE (a); CREATE TABLE c (a timestamptz, b int); INSERT INTO c VALUES ('2024-01-01', -5), ('2024-02-01', 7)`,
    sql: attach(`FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')`),
    told: ['rows-outside-partition'],
    says: ['1 row of public.c'],
  },
  {
    is: 'an enum as key',
    before: `CREATE TYPE mood AS ENUM ('happy', 'sad'); ${parent('LIST (a)', 'a mood, b int')}; ${child(`('sad', 0), ('happy', 0)`, 'a mood, b int')}`,
    sql: attach(`FOR VALUES IN ('sad')`),
    told: ['rows-outside-partition'],
  },
  {
    is: 'a key that is computed',
    before: `${parent('RANGE ((a + b))')}; ${child('(5, 0)')}`,
    sql: attach('FOR VALUES FROM (1) TO (10)'),
    told: [],
  },
  {
    is: 'rows that are moved before',
    before: `${parent('RANGE (a)')}; ${child('(50, 0)')}`,
    sql: `DELETE FROM c WHERE a = 50; ${attach('FOR VALUES FROM (1) TO (10)')}`,
    told: [],
  },
];
