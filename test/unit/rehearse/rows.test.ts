// Do generated rows respect what tables want, and do they hold what migrations stumble over?
import { expect, test } from 'vitest';
import { generateRows, refill } from '../../../src/rehearse/rows.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';

const schema = `
CREATE SCHEMA "odd schema";
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE DOMAIN strict AS int NOT NULL CHECK (VALUE BETWEEN 10 AND 20);
CREATE TABLE "odd schema"."Parent" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "Mail Address" email UNIQUE NOT NULL, mood mood NOT NULL, level strict);
CREATE TABLE child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent uuid NOT NULL REFERENCES "odd schema"."Parent", boss int REFERENCES child,
  status text CHECK (status IN ('new', 'done')), name varchar(12), code char(3) NOT NULL, price numeric(6,2) CHECK (price > 0), tags text[],
  data jsonb, at timestamptz NOT NULL, day date, big bigint, doubled int GENERATED ALWAYS AS (1 + 1) STORED, raw bytea, ok boolean, span int4range, ip inet);
CREATE TABLE pair (a int REFERENCES child, b mood, PRIMARY KEY (a, b));
CREATE TABLE events (at date NOT NULL, name text) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE alone (id serial PRIMARY KEY, name text);
`;

test.each([majors[0] ?? newest, newest])('on PostgreSQL %i', async (major) => {
  await using database = await freshDatabase(major, schema);
  await using connection = await open(database.url);
  const number = async (sql: string) => Number(Object.values((await database.query(`select ${sql}`)).rows[0] ?? {})[0]);
  const touched = { relations: new Set(['public.pair', 'public.events_2024']), words: new Set<string>() };
  const count = await generateRows(connection, touched, 'wild');
  expect(count).toBe(
    await number(
      `(select count(*) from "odd schema"."Parent") + (select count(*) from child) + (select count(*) from pair) + (select count(*) from events)`,
    ),
  );
  expect(await number('count(*) from alone')).toBe(0);
  expect(await number('count(*) from "odd schema"."Parent"')).toBeGreaterThan(10);
  expect(await number('count(*) from child')).toBeGreaterThan(30);
  expect(await number('count(*) from pair')).toBeGreaterThan(10);
  expect(await number('count(*) from events')).toBeGreaterThan(3);
  // Many children of one parent, some parents without one, NULLs, empty strings, what is not ASCII, extremes.
  expect(await number('max(n) from (select count(*) n from child group by parent) t')).toBeGreaterThan(5);
  expect(
    await number('count(*) from "odd schema"."Parent" p where not exists (select from child where parent = p.id)'),
  ).toBeGreaterThan(0);
  expect(await number('count(*) from child where name is null')).toBeGreaterThan(0);
  expect(await number(`count(*) from child where name = ''`)).toBeGreaterThan(0);
  expect(await number(`count(*) from child where name ~ '[^ -~]'`)).toBeGreaterThan(0);
  expect(await number('count(*) from child where big in (9223372036854775807, -9223372036854775808)')).toBeGreaterThan(
    0,
  );
  expect(await number(`count(distinct status) from child`)).toBe(2);
  // The same again, down to each value.
  const sum = `md5(string_agg(c::text, ',' order by c.id)) from child c`;
  const before = (await database.query(`select ${sum}`)).rows;
  await refill(connection, touched, 'wild');
  expect((await database.query(`select ${sum}`)).rows).toEqual(before);
  // The next one that the application makes is not in their way.
  await database.query(`insert into child (parent, code, at) select parent, 'abc', now() from child limit 1`);
  await refill(connection, touched, 'tame');
  expect(await number('count(*) from child where name is null or big is null or day is null')).toBe(0);
  expect(await number('count(*) from child')).toBeGreaterThan(30);
  await refill(connection, touched, 'none');
  expect(await number('count(*) from child')).toBe(0);
});
