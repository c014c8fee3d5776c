// Is it said of what could not be asked, or not of all rows, why that is so?
import { describe, expect, test } from 'vitest';
import type { RelationSize } from '../../../src/database/catalog/index.ts';
import type { Connection } from '../../../src/database/connection.ts';
import type { Problem } from '../../../src/model/problem.ts';
import type { AskedQuestion } from '../../../src/model/question.ts';
import { askRows } from '../../../src/preflight/rows.ts';
import { freshDatabase } from '../../harness/servers.ts';
import { session } from '../apply/project.ts';
import { open } from '../journal/open-connection.ts';
import { project } from '../plan/project.ts';
import { ofRows, saying } from './told.ts';

const table = `CREATE TABLE t (id int PRIMARY KEY, s text); INSERT INTO t SELECT g, nullif(g, 3)::text FROM generate_series(1, 9) g;`;
const notNull = 'ALTER TABLE t ALTER s SET NOT NULL;';

test('a table that somebody has locked is not waited for', async () => {
  await using home = await project({ '1_a': notNull }, { before: table });
  await using other = await session(home.database.url);
  await using connection = await open(home.database.url);
  await other.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
  const started = performance.now();
  const [found] = await asked(connection, {});
  expect(found).toMatchObject({ code: 'rows-not-asked', severity: 'note', detail: expect.stringContaining('locked') });
  expect(performance.now() - started).toBeLessThan(1_500);
  await other.query('ROLLBACK');
  expect(saying(await asked(connection, {}))).toEqual(['nulls-in-the-way: 1 row of public.t has NULL in s']);
});

test('a role that may not read, or sees some rows only', async () => {
  const role = `r_${Math.random().toString(36).slice(2)}`;
  await using database = await freshDatabase(undefined, `${table} CREATE ROLE ${role} LOGIN PASSWORD 'x';`);
  try {
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'x'];
    await using connection = await open(url.href);
    const rights = { code: 'rows-not-asked', severity: 'note', detail: expect.stringContaining('may not read') };
    expect(await asked(connection, {})).toMatchObject([rights]);
    await database.query(
      `GRANT SELECT ON t TO ${role}; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id > 5)`,
    );
    expect(await asked(connection, {})).toMatchObject([rights]);
    await database.query('ALTER TABLE t DISABLE ROW LEVEL SECURITY');
    expect(saying(await asked(connection, {}))).toEqual(['nulls-in-the-way: 1 row of public.t has NULL in s']);
  } finally {
    await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

test('what names a view, a table that is not there, or computes an error', async () => {
  await using home = await project(
    {
      '1_view': 'ALTER TABLE v ALTER s SET NOT NULL;',
      '2_none': 'ALTER TABLE nobody ALTER s SET NOT NULL;',
      '3_column': 'ALTER TABLE t ALTER none SET NOT NULL;',
      '4_raises': 'ALTER TABLE t ADD CHECK (10 / (id - 3) > -99);',
      '5_type': `ALTER TABLE t ADD CHECK (s::mood <> 'x');`,
    },
    { before: `${table} CREATE VIEW v AS SELECT * FROM t` },
  );
  const { migrations } = await home.plan();
  const codes = migrations.map(({ problems }) => saying(ofRows(problems)));
  expect(codes).toEqual([
    [],
    [],
    [],
    ['rows-not-asked: it is not known whether rows of public.t do not pass CHECK t_id_check'],
    [],
  ]);
});

describe('a huge table', async () => {
  // As if: a sample is some 20 pages of the first, and hardly one of the other.
  const huge: RelationSize = { rows: 2_000_000, bytes: 1_000_000_000 };
  const vast: RelationSize = { rows: 50_000_000, bytes: 10_000_000_000 };
  const sql = `CREATE TABLE t (id int PRIMARY KEY, s text, k int);
    INSERT INTO t SELECT g, CASE WHEN g % 10 > 0 THEN 'x' END, nullif(g, 7) FROM generate_series(1, 400000) g; ANALYZE t`;
  const database = await freshDatabase(undefined, sql);
  const connection = await open(database.url);
  const more = (column: string) => ({ seeks: { is: 'rows', where: `r.${column} IS NULL` } as const });

  test('what is frequent is reckoned from a sample', async () => {
    const [found] = await asked(connection, { ...more('s'), size: huge });
    expect(found?.message).toMatch(/^about [\d,]+ rows of public.t have NULL in s$/);
    expect(found?.detail).toMatch(/reckoned from a sample of [\d,]+ rows\.$/);
    expect(found?.rows).toMatchObject({ exact: false });
    expect(found?.rows?.samples).toHaveLength(5);
    const count = found?.rows?.count ?? 0;
    expect(count).toBeGreaterThan(150_000);
    expect(count).toBeLessThan(250_000);
  });

  test('what is rare is looked for as long as time allows', async () => {
    expect(saying(await asked(connection, { ...more('k'), size: vast }))).toEqual([
      'nulls-in-the-way: 1 row of public.t has NULL in s',
    ]);
  });

  test('what nobody knows is said to be not known, and found by looking at all rows', async () => {
    const slow = { seeks: { is: 'rows', where: 'r.k IS NULL AND pg_catalog.pg_sleep(2.5) IS NOT NULL' } as const };
    expect(await asked(connection, { ...slow, size: huge })).toMatchObject([
      { code: 'rows-not-asked', detail: expect.stringContaining('too many rows to look at all of them') },
    ]);
    const events: unknown[] = [];
    const exact = await asked(connection, { ...slow, size: huge, exact: true, onEvent: (event) => events.push(event) });
    expect(exact.map(({ rows }) => rows)).toEqual([{ count: 1, exact: true, samples: ['id = 7'] }]);
    expect(events).toEqual([{ type: 'verifying', what: expect.stringContaining('row by row') }]);
  });

  test('duplicates are found in a sample, or else as long as time allows', async () => {
    const duplicates = (of: string) => ({
      seeks: { is: 'duplicates', of: [of], where: null, nullsAlike: false } as const,
    });
    const [frequent] = await asked(connection, { ...duplicates('r.s'), size: huge });
    expect(frequent?.message).toMatch(/^at least [\d,]+ rows /);
    expect(await asked(connection, { ...duplicates('r.id'), size: huge })).toEqual([]);
  });

  test.each([false, true])('many rows are counted up to a bound, unless all are wanted: %s', async (exact) => {
    const [found] = await asked(connection, { ...more('s'), exact });
    expect(found?.rows).toMatchObject(exact ? { count: 40_000, exact: true } : { count: 10_000, exact: false });
    expect(found?.rows?.samples).toEqual(['id = 10', 'id = 20', 'id = 30', 'id = 40', 'id = 50']);
  });
});

interface Asking extends Partial<Pick<AskedQuestion, 'seeks'>> {
  readonly size?: RelationSize;
  readonly exact?: boolean;
  readonly onEvent?: (event: unknown) => void;
}

async function asked(
  connection: Connection,
  { seeks = { is: 'rows', where: 'r.s IS NULL' }, size, exact = false, onEvent }: Asking,
): Promise<readonly Problem[]> {
  const statement = {
    text: notNull,
    comments: [],
    start: 0,
    end: notNull.length,
    line: 1,
    column: 1,
    kind: 'x',
    node: { List: {} },
  };
  const migration = {
    id: 'm',
    path: 'm.sql',
    format: 'sql',
    text: notNull,
    digest: '',
    description: '',
    options: {},
    statements: [statement],
    verify: [],
    undo: null,
    ignores: [],
    checksum: '',
    problems: [],
  } as const;
  const question: AskedQuestion = {
    code: 'nulls-in-the-way',
    severity: 'error',
    table: 'public.t',
    seeks,
    one: 'row of public.t has NULL in s',
    many: 'rows of public.t have NULL in s',
    hint: 'Give it one.',
    repair: [],
    migration: 'm',
    statement: 0,
    searchPath: ['public'],
    timeZone: null,
  };
  const found = await askRows({
    connection,
    migrations: [migration],
    plans: [],
    questions: [question],
    catalog: { format: 1, server: { major: 18, version: '18', encoding: '', locale: '' }, objects: {}, unread: [] },
    sizes: size === undefined ? {} : { 'public.t': size },
    exact,
    label: ({ path }) => path,
    onEvent,
  });
  return found.map(({ problem }) => problem);
}
