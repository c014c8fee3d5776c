// Are the histories of other tools found, read rightly, and never taken for something else?
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopters } from '../../../src/history/adopters/index.ts';
import { historiesOfOtherTools, otherHistoryNote } from '../../../src/history/other-tools.ts';
import { freshDatabase, majors, serverUrl, type TestDatabase } from '../../harness/servers.ts';

/** A connection as the adopters need it: SQL in, rows out. */
const through = (query: (sql: string) => Promise<pg.QueryResult>) => ({
  query: async <Row extends object>(sql: string) => {
    const { rows, rowCount } = await query(sql);
    return { rows: rows as Row[], rowCount: rowCount ?? 0 };
  },
});

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const histories = () => historiesOfOtherTools(through((sql) => database.query(sql)));

test.each(majors)('an empty database of PostgreSQL %i has none', async (major) => {
  await using empty = await freshDatabase(major);
  expect(await historiesOfOtherTools(through((sql) => empty.query(sql)))).toEqual([]);
});

describe('tables of the same name that are another tool’s', () => {
  test.each([
    ['Rails', 'create table schema_migrations (version character varying not null primary key)'],
    [
      'Rails before 5',
      'create table schema_migrations (version varchar(255) not null); create unique index on schema_migrations (version)',
    ],
    ['Ecto', 'create table schema_migrations (version bigint primary key, inserted_at timestamp(0))'],
    ['golang-migrate', 'create table schema_migrations (version bigint not null primary key, dirty boolean not null)'],
    ['a view', 'create view alembic_version as select 1::text as version_num'],
    ['an application’s own', 'create table flyway_schema_history (id int, version text)'],
  ])('%s', async (_, sql) => {
    await using other = await freshDatabase(undefined, sql);
    expect(await historiesOfOtherTools(through((text) => other.query(text)))).toEqual([]);
  });
});

test('a schema whose name needs quotes, and two histories at once', async () => {
  await using both = await freshDatabase(
    undefined,
    `create schema "My ""App"; create table "My ""App".alembic_version (version_num varchar(32) not null primary key); insert into "My ""App".alembic_version values ('ae1');
     create table schema_migrations (version varchar(128) primary key); insert into schema_migrations values ('20240101000000')`,
  );
  const found = await historiesOfOtherTools(through((text) => both.query(text)));
  expect(found.map(({ tool, relation, applied }) => ({ tool, relation, applied }))).toEqual([
    { tool: 'alembic', relation: '"My ""App".alembic_version', applied: [{ id: 'ae1' }] },
    { tool: 'dbmate', relation: 'public.schema_migrations', applied: [{ id: '20240101000000' }] },
  ]);
});

test('a table that the role may not read is told of, and nothing fails', async () => {
  await using closed = await freshDatabase(
    undefined,
    'create table alembic_version (version_num varchar(32) not null primary key)',
  );
  const role = `reader_${closed.name}`;
  await closed.query(`create role ${role} login`);
  const url = new URL(closed.url);
  url.username = role;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const [history] = await historiesOfOtherTools(through((sql) => client.query(sql)));
    expect(history).toMatchObject({
      tool: 'alembic',
      applied: [],
      note: 'This role may not read public.alembic_version, so what Alembic applied is not known.',
    });
  } finally {
    await client.end();
    await closed.query(`drop role ${role}`);
  }
});

test('the note for status names the tool, its table and what to do', async () => {
  await database.query(
    "create schema noted; create table noted.schema_migrations (version varchar(255) primary key); insert into noted.schema_migrations values ('1'), ('2')",
  );
  const [history] = await histories();
  expect(history && otherHistoryNote(history)).toMatchObject({
    code: 'history-of-another-tool',
    severity: 'note',
    message: 'dbmate keeps its history in this database',
    detail:
      'dbmate applied 2 migrations, the last of them 2. It records no times. Its table is noted.schema_migrations.',
    hint: expect.stringContaining('Let only one of the two change this database'),
  });
  await database.query('drop schema noted cascade');
});

test('detecting reads the catalog only, and changes nothing', async () => {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query('begin read only');
    for (const { detect } of adopters) await client.query(detect);
    const { rows } = await client.query(
      "select relation::regclass::text from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and relation >= 16384",
    );
    expect(rows).toEqual([]);
  } finally {
    await client.end();
  }
});
