// Does the live catalog say the same of a database as the text that made it?
import { describe, expect, test } from 'vitest';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { readLiveFacts } from './agreement.ts';
import { disagreementsOn } from './agrees.ts';
import { textsFor } from './case-texts.ts';

// All of them, on all versions, in live-facts.full.ts.
const texts = textsFor(newest).filter((_, index) => index % 8 === 0);

test.concurrent.each(texts)('both agree on what $path begins with', async ({ before }) => {
  expect(await disagreementsOn(newest, before)).toEqual([]);
});

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('names with dots, quotes and spaces come through', async () => {
    await using database = await freshDatabase(
      major,
      `CREATE SCHEMA "my.own";
       CREATE TABLE "my.own"."a.""b"" c" ("x.y" text NOT NULL, "__proto__" integer, CONSTRAINT "c.d ""e" UNIQUE ("x.y", "__proto__"));
       CREATE INDEX "i.j" ON "my.own"."a.""b"" c" ("__proto__") INCLUDE ("x.y");
       CREATE FUNCTION "my.own"."f(,"("p" text, VARIADIC q "my.own"."a.""b"" c"[]) RETURNS text STABLE LANGUAGE sql AS 'select $1';`,
    );
    const { relations, functions } = await readLiveFacts(database.url);
    const table = relations['my.own.a."b" c'];
    expect(Object.keys(table?.columns ?? {})).toEqual(['x.y', '__proto__']);
    expect(table?.constraints['c.d "e']).toEqual({ kind: 'unique', columns: ['x.y', '__proto__'], validated: true });
    expect(table?.indexed.toSorted()).toEqual(['__proto__', 'x.y,__proto__']);
    expect(relations['my.own.i.j']).toMatchObject({ kind: 'index', table: 'my.own.a."b" c', indexed: ['__proto__'] });
    expect(functions?.['my.own.f(,']).toEqual({ 'text, "my.own"."a.""b"" c"[]': 'stable' });
  });

  test('sizes are counted, guessed where nobody counted, and summed over partitions', async () => {
    await using database = await freshDatabase(
      major,
      `CREATE TABLE counted AS SELECT g AS id FROM generate_series(1, 5000) g; ANALYZE counted;
       CREATE TABLE uncounted WITH (autovacuum_enabled = false) AS SELECT g AS id, repeat('x', 30) FROM generate_series(1, 5000) g;
       CREATE TABLE nothing (id bigint);
       CREATE TABLE grown AS SELECT g AS id FROM generate_series(1, 1000) g; ANALYZE grown;
       INSERT INTO grown SELECT g FROM generate_series(1, 9000) g;
       CREATE TABLE parted (id bigint) PARTITION BY RANGE (id);
       CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (3000);
       CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (3000) TO (9000);
       INSERT INTO parted SELECT g FROM generate_series(1, 5000) g; ANALYZE parted_1, parted_2;
       CREATE VIEW seen AS SELECT 1 AS one;`,
    );
    const { relations } = await readLiveFacts(database.url);
    const rows = (name: string) => relations[`public.${name}`]?.rows ?? Number.NaN;
    expect(rows('counted')).toBe(5000);
    expect(relations['public.counted']?.bytes).toBeGreaterThan(5000 * 28);
    expect(rows('uncounted')).toBeGreaterThan(2500);
    expect(relations['public.nothing']).toMatchObject({ rows: 0, bytes: 0 });
    // From 16 on a table grows by several pages at once, which were empty when it was counted.
    expect(rows('grown')).toBeGreaterThan(5000);
    expect(rows('grown')).toBeLessThan(11000);
    expect(rows('parted')).toBe(5000);
    expect(relations['public.seen']).toMatchObject({ kind: 'view', rows: null, bytes: null });
  });
});

test('what is not validated, not valid or filtered proves nothing and serves nobody', async () => {
  await using database = await freshDatabase(
    newest,
    `CREATE TABLE t (id bigint, a text, b text, c text);
     ALTER TABLE t ADD CONSTRAINT a_there CHECK (a IS NOT NULL AND b IS NOT NULL) NOT VALID;
     ALTER TABLE t ADD CONSTRAINT c_there NOT NULL c NOT VALID;
     ALTER TABLE t ADD CONSTRAINT not_enforced CHECK (b > 'a') NOT ENFORCED;
     CREATE INDEX whole ON t (a); CREATE INDEX part ON t (b) WHERE id > 1; CREATE INDEX computed ON t (lower(a), b);
     ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY "p.q" ON t AS RESTRICTIVE USING (true);
     ALTER TABLE t REPLICA IDENTITY FULL;
     UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'whole'::regclass;`,
  );
  const { relations } = await readLiveFacts(database.url);
  expect(relations['public.t']).toMatchObject({
    columns: { a: { notNull: false }, c: { notNull: false } },
    indexed: [],
    constraints: {
      a_there: { kind: 'check', validated: false, proves: ['a', 'b'] },
      c_there: { kind: 'not-null', validated: false, columns: ['c'] },
      not_enforced: { kind: 'check', validated: false },
    },
    rowSecurity: true,
    policies: { 'p.q': 'restrictive' },
    replicaIdentity: true,
  });
});
