// What is told of a database that Prisma Migrate changed, left half-way or took back?
import { expect, test } from 'vitest';
import { historyIn } from '../../../harness/adopter.ts';

// As Prisma's schema engine makes it.
const table = `create table _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
  logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0);`;

const row = (name: string, started: string, finished: string | null, rolledBack: string | null = null) =>
  `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, rolled_back_at, applied_steps_count)
   values (gen_random_uuid()::text, 'c', '${name}', '${started}', ${finished ? `'${finished}'` : 'null'}, ${rolledBack ? `'${rolledBack}'` : 'null'}, ${finished ? 1 : 0});`;

test('finished migrations, with the moment in UTC', async () => {
  const history = await historyIn(
    `${table} ${row('20240102_b', '2024-01-02 12:00:00+02', '2024-01-02 12:00:01.5+02')} ${row('20240101_a', '2024-01-01 00:00:00Z', '2024-01-01 00:00:01Z')}`,
  );
  expect(history.applied).toEqual([
    { id: '20240101_a', appliedAt: '2024-01-01T00:00:01.000Z' },
    { id: '20240102_b', appliedAt: '2024-01-02T10:00:01.500Z' },
  ]);
  expect(history.note).toBe('Prisma Migrate applied 2 migrations, the last of them 20240102_b.');
});

test('a failed one does not count as applied, and is named', async () => {
  const history = await historyIn(
    `${table} ${row('20240101_a', '2024-01-01', '2024-01-01')} ${row('20240102_b', '2024-01-02', null)}`,
  );
  expect(history.applied.map(({ id }) => id)).toEqual(['20240101_a']);
  expect(history.note).toContain('One failed and is unresolved: 20240102_b. Settle it with prisma migrate resolve');
});

test('rolled back and tried again: the second row counts, the first is no failure', async () => {
  const history = await historyIn(
    `${table} ${row('20240101_a', '2024-01-01', null, '2024-01-01 01:00')} ${row('20240101_a', '2024-01-01 02:00Z', '2024-01-01 02:00:01Z')}`,
  );
  expect(history.applied).toEqual([{ id: '20240101_a', appliedAt: '2024-01-01T02:00:01.000Z' }]);
  expect(history.note).toBe('Prisma Migrate applied one migration, 20240101_a.');
});
