// Is what others do at the server told where it stands in the way of the plan, and only there?
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OwnServer, startServer } from '../../harness/own-server.ts';
import { majors, newest } from '../../harness/servers.ts';
import { type Looking, looking, said } from './look.ts';

const GB = 1024 ** 3;
const alter = 'ALTER TABLE users ADD COLUMN a int';
const index = 'CREATE INDEX users_name ON users (name)';
const rewrite = 'ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()';

describe.each(process.env.ROADBOOK_FULL === '1' ? majors : [newest])('PostgreSQL %i', (major) => {
  let server: OwnServer;
  let admin: pg.Client;
  let small: Looking;
  let large: Looking;
  const clients: pg.Client[] = [];

  const client = async (options: pg.ClientConfig = {}) => {
    const made = new pg.Client({ connectionString: server.url, ...options });
    made.on('error', () => {});
    await made.connect();
    clients.push(made);
    return made;
  };

  const end = async (one: pg.Client) => {
    clients.splice(clients.indexOf(one), 1);
    await one.end();
  };

  beforeAll(async () => {
    server = await startServer({
      major,
      settings: {
        wal_level: 'logical',
        max_prepared_transactions: '5',
        max_connections: '20',
        max_locks_per_transaction: '10',
        max_slot_wal_keep_size: '40MB',
        autovacuum_naptime: '1s',
        application_name: 'server',
      },
    });
    admin = await client();
    await admin.query(`CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT g, 'u' FROM generate_series(1, 100) g;
      CREATE TABLE tags (id int PRIMARY KEY); ANALYZE`);
    small = await looking(server.url);
    const size = { rows: 20_000_000, bytes: 4 * GB };
    large = await looking(server.url, { 'public.users': size, 'public.tags': size });
    for (let turn = 0; turn < 5; turn += 1) await admin.query('SELECT pg_switch_wal(); UPDATE users SET name = name');
  });

  afterAll(async () => {
    await Promise.all([small, large].map(({ connection }) => connection.close()));
    await Promise.all(clients.map((one) => one.end().catch(() => {})));
    await server.stop();
  });

  afterEach(async () => {
    await Promise.all(clients.splice(1).map((one) => one.end().catch(() => {})));
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('report', 'sleeper', 'builder', 'dump', 'shop')",
    );
    await admin.query("ROLLBACK PREPARED 'it''s'").catch(() => {});
  });

  test('a healthy server says nothing', async () => {
    await admin.query('CREATE PUBLICATION everything FOR ALL TABLES');
    const busy = await client();
    await busy.query('BEGIN; SELECT FROM users; INSERT INTO tags VALUES (1)');
    expect(said(await small.look(alter, index, rewrite, 'DROP TABLE tags', 'UPDATE users SET name = id'))).toEqual([]);
    expect(said(await large.look(index))).toEqual([]);
    await busy.query('ROLLBACK');
    await end(busy);
    await admin.query('DROP PUBLICATION everything');
  });

  test('who holds locks, or snapshots, is named', async () => {
    const reader = await client({ application_name: 'report' });
    const writer = await client({ application_name: 'shop' });
    const snapshot = await client({ application_name: 'dump' });
    const asleep = await client({ application_name: 'sleeper' });
    await reader.query("BEGIN; SELECT FROM users WHERE name = 'secret'");
    await writer.query('BEGIN; LOCK TABLE tags IN ROW EXCLUSIVE MODE');
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const sleeping = asleep
      .query("SELECT count(pg_sleep(600)), 'secret' FROM (SELECT FROM users LIMIT 1) u")
      .catch(() => {});
    await admin.query("BEGIN; LOCK TABLE users IN SHARE MODE; PREPARE TRANSACTION 'it''s'");
    const building = await client({ application_name: 'builder' });
    const built = building.query('CREATE INDEX CONCURRENTLY tags_id ON tags (id)').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5_200));

    const found = await small.look(alter);
    expect(
      said(found)
        .map((line) => line.replace(/\d+ s/, 'N s'))
        .sort(),
    ).toEqual([
      'idle-in-transaction: a transaction of N s that does nothing is in the way on public.users',
      'long-transaction: a transaction of N s is in the way on public.users',
      "prepared-transaction: the prepared transaction it's is in the way on public.users",
    ]);
    expect(found.every(({ problem: { severity } }) => severity === 'warning')).toBe(true);
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(JSON.stringify(found)).toMatch(
      /report, postgres: idle in transaction for \d+ s, holds AccessShareLock on users: BEGIN; SELECT FROM users WHERE name = \$1/,
    );
    const hints = found.map(({ problem }) => problem.hint).join(' ');
    expect(hints).toContain("ROLLBACK PREPARED 'it''s';");
    expect(hints).toMatch(/SELECT pg_terminate_backend\(\d+\);/);

    // Who reads a table does not keep it from being indexed, but who writes it does, and each snapshot.
    const waits = async (text: string) => {
      const problems = (await large.look(text)).map(({ problem }) => problem.detail ?? '');
      const who = problems.map((detail) => /(report|shop|dump|sleeper|builder)/.exec(detail)?.[0] ?? 'prepared');
      return who.filter((one) => one !== 'builder').sort();
    };
    expect(await waits(index)).toEqual(['dump', 'prepared', 'sleeper']);
    expect((await waits('CREATE INDEX ON tags (id)')).filter((who) => who !== 'prepared')).toEqual([
      'dump',
      'shop',
      'sleeper',
    ]);
    // The triggers that keep its rows are made and dropped; by itself it waits for nobody.
    const insert = 'INSERT INTO tags VALUES (2)';
    expect(said(await small.look(insert)).map((line) => line.replace(/\d+ s/, 'N s'))).toEqual([
      'idle-in-transaction: a transaction of N s that does nothing is in the way on public.tags',
      'maintenance-at-work: somebody works on the table in the way on public.tags',
    ]);
    expect(said(await small.look(`-- roadbook:option park=none\n${insert}`))).toEqual([]);

    await expect
      .poll(async () => said(await small.look('DROP TABLE tags')).join(), { timeout: 12_000 })
      .toContain('maintenance-at-work: somebody works on the table in the way on public.tags');

    await admin.query("ROLLBACK PREPARED 'it''s'");
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('sleeper', 'builder')`,
    );
    await Promise.all([sleeping, built]);
    for (const one of [reader, writer, snapshot]) await end(one);
    await admin.query('DROP INDEX IF EXISTS tags_id');
    expect(said(await small.look(alter, 'DROP TABLE tags'))).toEqual([]);
  });

  test('replication: who is behind, and who is not told of columns', async () => {
    await admin.query('CREATE PUBLICATION shop FOR TABLE users');
    expect(said(await small.look(alter))).toEqual([]);
    await admin.query("SELECT pg_create_logical_replication_slot('nobody', 'pgoutput')");
    const published = await small.look(alter, 'CREATE INDEX ON users (name)', 'ALTER TABLE tags ADD COLUMN a int');
    expect(said(published)).toEqual(['table-published: users is sent to subscribers by shop']);
    expect(published[0]).toMatchObject({ migration: '20260101000001_a', problem: { severity: 'note' } });

    const [slot] = (await large.look(rewrite)).filter(({ problem }) => problem.code === 'replication-slot-behind');
    expect(slot?.problem).toMatchObject({
      message: 'the replication slot nobody is read by nobody',
      hint: expect.stringContaining("SELECT pg_drop_replication_slot('nobody');"),
    });

    const subscriber = await client({ replication: 'database', application_name: 'away' } as pg.ClientConfig);
    void subscriber
      .query("START_REPLICATION SLOT nobody LOGICAL 0/0 (proto_version '1', publication_names 'shop')")
      .catch(() => {});
    const state = "SELECT state FROM pg_stat_replication WHERE application_name = 'away'";
    await expect.poll(async () => (await admin.query(state)).rows[0]?.state).toBe('streaming');
    expect(said(await large.look(rewrite)).filter((line) => /replic/.test(line))).toEqual([]);
    subscriber.connection.stream.write(standbyStatus(1n));
    await expect
      .poll(async () => said(await large.look(rewrite)).join())
      .toMatch(/replica-behind: the replica away is \d+ MB behind/);
    expect(said(await small.look(rewrite)).filter((line) => /replica/.test(line))).toEqual([]);
    subscriber.connection.stream.destroy();

    await expect.poll(async () => (await admin.query(state)).rows).toEqual([]);
    for (let turn = 0; turn < 6; turn += 1) await admin.query('SELECT pg_switch_wal(); UPDATE users SET name = name');
    await admin.query('CHECKPOINT');
    expect(said(await large.look(rewrite)).filter((line) => /replic/.test(line))).toEqual([
      'replication-slot-lost: the replication slot nobody has lost what its reader needs',
    ]);
    await admin.query("SELECT pg_drop_replication_slot('nobody')");
    await admin.query('DROP PUBLICATION shop');
  });

  test('more partitions than the server has places for locks', async () => {
    await admin.query('CREATE TABLE parts (id int) PARTITION BY LIST (id)');
    await admin.query(`DO $$ BEGIN FOR i IN 1..500 LOOP
      EXECUTE format('CREATE TABLE parts_%s PARTITION OF parts FOR VALUES IN (%s)', i, i); COMMIT; END LOOP; END $$`);
    const [found] = (await small.look('ALTER TABLE parts ADD COLUMN a int')).filter(
      ({ problem }) => problem.code === 'lock-table-too-small',
    );
    expect(found?.problem.message).toMatch(
      /^stage 1 of 1 locks 501 relations at once, and the server has room for \d{3} locks$/,
    );
    await admin.query('BEGIN; ALTER TABLE parts ADD COLUMN a int');
    const held =
      "SELECT count(*)::int AS n FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text LIKE 'parts%'";
    expect((await admin.query(held)).rows).toEqual([{ n: 501 }]);
    await admin.query('ROLLBACK');
    expect(
      said(await small.look('ALTER TABLE parts_1 ADD COLUMN a int')).filter((line) => /lock-table/.test(line)),
    ).toEqual([]);
  });
});

/** A replica’s word that it has all up to there: CopyData with an `r`. */
function standbyStatus(lsn: bigint): Buffer {
  const message = Buffer.alloc(1 + 4 + 1 + 8 * 4 + 1);
  message.write('d', 0);
  message.writeUInt32BE(message.length - 1, 1);
  message.write('r', 5);
  for (const place of [6, 14, 22]) message.writeBigUInt64BE(lsn, place);
  return message;
}
