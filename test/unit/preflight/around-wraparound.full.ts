// Is a VACUUM that prevents wraparound, and so gives way to nobody, told before a table is altered?
import pg from 'pg';
import { expect, test } from 'vitest';
import { startServer } from '../../harness/own-server.ts';
import { majors } from '../../harness/servers.ts';
import { looking, said } from './look.ts';

test.each(majors)('PostgreSQL %i', { timeout: 120_000 }, async (major) => {
  await using server = await startServer({ major, settings: { autovacuum_naptime: '1s' } });
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  await client.query(`CREATE TABLE old (id int, pad text) WITH (autovacuum_freeze_max_age = 100000,
    autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
    INSERT INTO old SELECT g, repeat('x', 500) FROM generate_series(1, 20000) g; CREATE TABLE used (id int)`);
  await client.query('VACUUM (FREEZE) pg_class');
  await using around = await looking(server.url);
  expect(said(await around.look('ALTER TABLE old ADD COLUMN a int'))).toEqual([]);
  // Each block with an exception has a transaction number of its own.
  await client.query(
    'DO $$ BEGIN FOR i IN 1..110000 LOOP BEGIN INSERT INTO used VALUES (1); EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$',
  );
  await expect
    .poll(async () => said(await around.look('ALTER TABLE old ADD COLUMN a int')), { timeout: 60_000, interval: 500 })
    .toEqual(['wraparound-vacuum: a VACUUM that prevents wraparound is in the way on public.old']);
  expect(said(await around.look('INSERT INTO old VALUES (1)'))).toEqual([]);
  await client.end();
});
