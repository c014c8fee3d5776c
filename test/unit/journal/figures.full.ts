// What does the journal cost: writing one migration down, reading a thousand, keeping a large catalog?
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Connection } from '../../../src/database/connection.ts';
import {
  acquireLease,
  latestCatalog,
  readJournal,
  recordCatalog,
  recordSql,
  startRun,
} from '../../../src/journal/index.ts';
import { entry, holder, journalDatabase } from './open.ts';

const count = 2000;

/** Milliseconds for each of many pipelined messages. */
async function each(connection: Connection, message: (index: number) => string): Promise<number> {
  const messages = Array.from({ length: count }, (_, index) => message(index));
  const started = performance.now();
  await Promise.all(messages.map((sql) => connection.run(sql)));
  return (performance.now() - started) / count;
}

test('the figures', async () => {
  await using database = await journalDatabase();
  const { connection } = database;
  await using lease = await acquireLease(connection, { holder, waitMs: 0 });
  const runId = await startRun(connection, lease, holder);
  const work = 'create temporary table if not exists x (id int); insert into x values (1)';
  await each(connection, () => `begin; ${work}; commit`);
  const plain = await each(connection, () => `begin; ${work}; commit`);
  const recorded = await each(
    connection,
    (index) => `begin; ${work}; ${recordSql(lease, entry(runId, `2026_${index}`))}; commit`,
  );
  await database.query('delete from roadbook.migration where number > 1000; analyze roadbook.migration');

  const readings: number[] = [];
  for (let round = 0; round < 20; round++) {
    const started = performance.now();
    expect((await readJournal(connection))?.applied).toHaveLength(1000);
    readings.push(performance.now() - started);
  }
  const catalog = JSON.stringify(
    Array.from({ length: 12_000 }, (_, index) => ({
      kind: 'constraint',
      object: `public.table_${index % 1000}.c${index}`,
      definition: `CHECK ((amount_${index} > 0))`,
      owner: 'postgres',
      comment: randomBytes(40).toString('hex'),
    })),
  );
  let started = performance.now();
  await recordCatalog(connection, lease, { fingerprint: 'f', catalog, afterId: 'x', runId });
  const kept = performance.now() - started;
  started = performance.now();
  expect((await latestCatalog(connection))?.catalog).toBe(catalog);
  const read = performance.now() - started;
  const { rows } = await database.query('select octet_length(content) as bytes from roadbook.catalog');
  readings.sort((a, b) => a - b);
  console.log({
    recordMs: recorded - plain,
    plainMs: plain,
    readMedianMs: readings[10],
    readFirstMs: Math.max(...readings),
    catalogMegabytes: catalog.length / 1e6,
    keptMegabytes: rows[0].bytes / 1e6,
    keepMs: kept,
    fetchMs: read,
  });
  expect(recorded - plain).toBeLessThan(1);
  expect(readings[10]).toBeLessThan(50);
});
