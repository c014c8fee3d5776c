// What is told of a database that Flyway changed, left half-way or took back?
import { expect, test } from 'vitest';
import { historyIn } from '../../../harness/adopter.ts';

// As Flyway makes it on PostgreSQL.
const table = `create table flyway_schema_history (
  installed_rank integer not null constraint flyway_schema_history_pk primary key, version varchar(50), description varchar(200) not null, type varchar(20) not null,
  script varchar(1000) not null, checksum integer, installed_by varchar(100) not null, installed_on timestamp not null default now(), execution_time integer not null, success boolean not null);
  create index flyway_schema_history_s_idx on flyway_schema_history (success);`;

const row = (rank: number, version: string | null, type: string, script: string, success = true) =>
  `insert into flyway_schema_history values (${rank}, ${version ? `'${version}'` : 'null'}, 'd${version ?? ''}', '${type}', '${script}', 1, 'me', '2024-01-01 00:00:0${rank}', 5, ${success});`;

test('versioned migrations in the order of applying, and the schema marker left out', async () => {
  const history = await historyIn(
    `${table} ${row(0, null, 'SCHEMA', '"app"')} ${row(1, '1', 'SQL', 'V1__a.sql')} ${row(2, '10', 'SQL', 'V10__c.sql')} ${row(3, '2', 'SQL', 'V2__b.sql')}`,
  );
  expect(history.applied).toEqual([
    { id: '1 d1', appliedAt: '2024-01-01T00:00:01.000' },
    { id: '10 d10', appliedAt: '2024-01-01T00:00:02.000' },
    { id: '2 d2', appliedAt: '2024-01-01T00:00:03.000' },
  ]);
  expect(history.note).toBe('Flyway applied 3 migrations, the last of them 2 d2.');
});

test('a failed one is named', async () => {
  const history = await historyIn(
    `${table} ${row(1, '1', 'SQL', 'V1__a.sql')} ${row(2, '2', 'SQL', 'V2__b.sql', false)}`,
  );
  expect(history.applied.map(({ id }) => id)).toEqual(['1 d1']);
  expect(history.note).toContain('One failed and is unresolved: 2 d2. Mend the database by hand and run flyway repair');
});

test('undone, deleted, and applied again', async () => {
  const history = await historyIn(
    `${table} ${row(1, '1', 'SQL', 'V1__a.sql')} ${row(2, '2', 'SQL', 'V2__b.sql')} ${row(3, '2', 'UNDO_SQL', 'U2__b.sql')} ${row(4, '3', 'SQL', 'V3__c.sql')} ${row(5, '3', 'DELETE', 'V3__c.sql')} ${row(6, '2', 'SQL', 'V2__b.sql')}`,
  );
  expect(history.applied.map(({ id }) => id)).toEqual(['1 d1', '2 d2']);
});

test('a repeatable migration that ran twice is one', async () => {
  const history = await historyIn(
    `${table} ${row(1, null, 'SQL', 'R__views.sql')} ${row(2, null, 'SQL', 'R__views.sql')}`,
  );
  expect(history.applied).toEqual([{ id: 'R__views.sql', appliedAt: '2024-01-01T00:00:02.000' }]);
});
