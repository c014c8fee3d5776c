import { expect, test } from 'vitest';
import { loadParser, runsOutsideTransaction, transactionControl } from '../../../src/sql/index.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';

const parser = await loadParser();
const outside = (sql: string) => {
  const [statement] = parser.split(sql, 'm.sql').statements;
  if (!statement) throw new Error('no statement');
  return runsOutsideTransaction(statement.node, { isPartitioned: ({ relname }) => /^parted/.test(relname ?? '') });
};

const setUp = `
  create table t (a int primary key); create index i on t (a); alter table t cluster on i;
  create table parted (a int) partition by range (a);
  create table part partition of parted for values from (0) to (9);
  create index parted_i on parted (a);
  create materialized view mv as select a from t; create unique index on mv (a);
  create type e as enum ('a');
  create publication p;
  create subscription s connection 'dbname=postgres' publication p with (connect = false, slot_name = none);`;

/** Each with the oldest version that knows it. */
const refused: readonly (readonly [string, string, number])[] = [
  ['create index concurrently on t (a)', 'CREATE INDEX CONCURRENTLY', 14],
  ['drop index concurrently i', 'DROP INDEX CONCURRENTLY', 14],
  ['reindex index concurrently i', 'REINDEX CONCURRENTLY', 14],
  ['reindex (concurrently, verbose) table t', 'REINDEX CONCURRENTLY', 14],
  ['reindex (concurrently true) table t', 'REINDEX CONCURRENTLY', 14],
  ['reindex schema public', 'REINDEX SCHEMA', 14],
  ['reindex database NAME', 'REINDEX DATABASE', 14],
  ['reindex system NAME', 'REINDEX SYSTEM', 14],
  ['reindex table parted', 'REINDEX TABLE of a partitioned one', 14],
  ['reindex index parted_i', 'REINDEX INDEX of a partitioned one', 14],
  ['vacuum t', 'VACUUM', 14],
  ['vacuum (analyze) t', 'VACUUM', 14],
  ['cluster', 'CLUSTER', 14],
  ['cluster parted using parted_i', 'CLUSTER of a partitioned table', 15],
  ['alter table parted detach partition part concurrently', 'ALTER TABLE … DETACH PARTITION CONCURRENTLY', 14],
  ['create database other', 'CREATE DATABASE', 14],
  ['drop database if exists other', 'DROP DATABASE', 14],
  ['alter database NAME set tablespace pg_default', 'ALTER DATABASE SET TABLESPACE', 14],
  ["create tablespace ts location '/nowhere'", 'CREATE TABLESPACE', 14],
  ['drop tablespace if exists ts', 'DROP TABLESPACE', 14],
  ["alter system set work_mem = '5MB'", 'ALTER SYSTEM', 14],
  ['alter system reset all', 'ALTER SYSTEM', 14],
  ['discard all', 'DISCARD ALL', 14],
  ["create subscription s2 connection 'dbname=none' publication p", 'CREATE SUBSCRIPTION', 14],
  ["create subscription s2 connection 'dbname=none' publication p with (create_slot)", 'CREATE SUBSCRIPTION', 14],
  ["commit prepared 'x'", 'COMMIT PREPARED', 14],
  ["rollback prepared 'x'", 'ROLLBACK PREPARED', 14],
];

/** Refused only where the subscription is enabled and has a slot: the name of what is careful. */
const careful: readonly (readonly [string, string])[] = [
  ['drop subscription s', 'DROP SUBSCRIPTION'],
  ['alter subscription s refresh publication', 'ALTER SUBSCRIPTION … REFRESH PUBLICATION'],
  ['alter subscription s set publication p', 'ALTER SUBSCRIPTION with refresh'],
  ['alter subscription s add publication q with (refresh = true)', 'ALTER SUBSCRIPTION with refresh'],
  ['alter subscription s set (failover = true)', 'ALTER SUBSCRIPTION … SET (failover or two_phase)'],
];

const allowed: readonly (readonly [string, number])[] = [
  ['create index on t (a)', 14],
  ['drop index i', 14],
  ['reindex table t', 14],
  ['reindex index i', 14],
  ['reindex (concurrently false) table t', 14],
  ['reindex (concurrently off) table t', 14],
  ['analyze t', 14],
  ['cluster t', 14],
  ['cluster t using i', 14],
  ['refresh materialized view mv', 14],
  ['refresh materialized view concurrently mv', 14],
  ["alter type e add value 'b'", 14],
  ['alter table parted detach partition part', 14],
  ['alter table t set unlogged', 14],
  ['alter database NAME connection limit 5', 14],
  ["alter database NAME set work_mem = '5MB'", 14],
  ['alter database NAME refresh collation version', 15],
  ['discard plans', 14],
  ['discard temp', 14],
  ['truncate t', 14],
  ["create subscription s2 connection 'dbname=none' publication p with (connect = false)", 14],
  ['alter subscription s set publication q with (refresh = false)', 14],
  ['alter subscription s disable', 14],
  ['alter subscription s set (slot_name = none)', 14],
  ["alter subscription s connection 'dbname=none'", 14],
  ['do $$ begin perform 1; end $$', 14],
  ['lock table t', 14],
  ['checkpoint', 14],
];

test.each(majors)('what PostgreSQL %i refuses in a transaction block', async (major) => {
  await using database = await freshDatabase(major);
  await database.query(setUp);
  const run = async (sql: string): Promise<string> => {
    await database.query('begin');
    try {
      await database.query(sql.replace('NAME', database.name));
      return 'done';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    } finally {
      await database.query('rollback');
    }
  };
  for (const [sql, name, since] of refused) {
    expect(outside(sql), sql).toBe(name);
    if (major >= since)
      expect(await run(sql), sql).toMatch(/cannot (be executed|run) (inside|within|from) a transaction block/);
  }
  for (const [sql, since] of allowed) {
    expect(outside(sql), sql).toBeNull();
    if (major >= since) expect(await run(sql), sql).toBe('done');
  }
  for (const [sql, name] of careful) expect(outside(sql), sql).toBe(name);
  // A subscription that is enabled and has a slot's name; nobody can connect through it, so it stays as it is.
  await database.query("alter subscription s set (slot_name = 'none_such'); alter subscription s enable");
  for (const [sql] of careful.slice(0, 4)) expect(await run(sql), sql).toContain('transaction block');
  if (major >= 17) {
    await database.query('alter subscription s disable');
    expect(await run('alter subscription s set (failover = true)')).toContain('transaction block');
  }
  await database.query(
    'alter subscription s disable; alter subscription s set (slot_name = none); drop subscription s',
  );
});

test.each([
  ['begin', 'begin'],
  ['start transaction isolation level serializable', 'begin'],
  ['commit', 'commit'],
  ['end', 'commit'],
  ['commit and chain', 'commit-and-chain'],
  ['rollback', 'rollback'],
  ['abort', 'rollback'],
  ['savepoint a', 'savepoint'],
  ['release a', 'release'],
  ['rollback to a', 'rollback-to'],
  ["prepare transaction 'a'", 'prepare'],
  ["commit prepared 'a'", 'commit-prepared'],
  ["rollback prepared 'a'", 'rollback-prepared'],
  ['set transaction read only', null],
  ['select 1', null],
])('%s is transaction control: %s', (sql, control) => {
  const [statement] = parser.split(sql, 'm.sql').statements;
  expect(statement && transactionControl(statement.node)).toBe(control);
});
