// Is the journal created once, upgraded once, and refused clearly where it cannot be?
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ensureJournal, readJournal, upgrades } from '../../../src/journal/index.ts';
import { freshDatabase, majors } from '../../harness/servers.ts';
import { failureOf, journalDatabase, open } from './open.ts';

const version = '0.1.0';
const next = {
  number: upgrades.length + 1,
  sql: "alter table roadbook.run add column note text; comment on column roadbook.run.note is 'x';",
};

test('the embedded SQL is what the files say', () => {
  execFileSync(process.execPath, ['scripts/generate-journal-schema.mjs', '--check'], { stdio: 'pipe' });
});

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('every table, view, column, index and function is explained, and nobody else has rights', async () => {
    await using database = await journalDatabase(major);
    const bare = await database.query(`
      select c.relname, a.attname from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where c.relnamespace = 'roadbook'::regnamespace and c.relkind in ('r', 'v')
         and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)
      union all select proname, null from pg_proc p where pronamespace = 'roadbook'::regnamespace and obj_description(p.oid, 'pg_proc') is null
      union all select nspname, null from pg_namespace n where nspname = 'roadbook' and obj_description(n.oid, 'pg_namespace') is null`);
    expect(bare.rows).toEqual([]);
    const open = await database.query(`
      select relname from pg_class, aclexplode(relacl) x where relnamespace = 'roadbook'::regnamespace and x.grantee = 0
      union all select proname from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) x where pronamespace = 'roadbook'::regnamespace and x.grantee = 0
      union all select nspname from pg_namespace, aclexplode(nspacl) x where nspname = 'roadbook' and x.grantee = 0`);
    expect(open.rows).toEqual([]);
  });

  test('ten who create and upgrade it at once all get the same one', async () => {
    await using database = await journalDatabase(major, { journal: false });
    const connections = await Promise.all(Array.from({ length: 10 }, () => database.open()));
    expect(await Promise.all(connections.map((each) => ensureJournal(each, version)))).toEqual(
      Array(10).fill(upgrades.length),
    );
    const all = [...upgrades, next];
    expect(await Promise.all(connections.map((each) => ensureJournal(each, version, all)))).toEqual(
      Array(10).fill(next.number),
    );
    const rows = await database.query('select number, roadbook_version from roadbook.upgrade order by number');
    expect(rows.rows).toEqual(all.map(({ number }) => ({ number, roadbook_version: version })));
  });
});

test('an upgrade that fails leaves nothing behind', async () => {
  await using database = await journalDatabase();
  const broken = [...upgrades, { ...next, sql: `${next.sql} select 1 / 0;` }];
  await expect(ensureJournal(database.connection, version, broken)).rejects.toMatchObject({ sqlstate: '22012' });
  expect((await readJournal(database.connection))?.upgrade).toBe(upgrades.length);
  expect(
    (await database.query("select from pg_attribute where attrelid = 'roadbook.run'::regclass and attname = 'note'"))
      .rowCount,
  ).toBe(0);
});

test('a journal of a newer Roadbook is left alone', async () => {
  await using database = await journalDatabase();
  await ensureJournal(database.connection, version, [...upgrades, next]);
  for (const attempt of [ensureJournal, readJournal]) {
    expect(await failureOf(attempt(database.connection, version))).toMatchObject({
      problem: { code: 'journal-newer' },
      reason: 'usage',
    });
  }
  await database.query('alter table roadbook.migration drop column verdict cascade');
  expect(await failureOf(readJournal(database.connection))).toMatchObject({ problem: { code: 'journal-newer' } });
});

test("another tool's schema of that name is left alone, and what is in it is named", async () => {
  await using database = await journalDatabase(undefined, { journal: false });
  await database.query('create schema roadbook; create table roadbook.trips (id int)');
  for (const attempt of [ensureJournal, readJournal]) {
    const failure = await failureOf(attempt(database.connection, version));
    expect(failure).toMatchObject({ problem: { code: 'journal-foreign' } });
    expect(failure).toHaveProperty('problem.detail', expect.stringContaining('the table trips'));
  }
});

test('reading where there is no journal is null and changes nothing', async () => {
  await using database = await journalDatabase(undefined, { journal: false });
  expect(await readJournal(database.connection)).toBeNull();
  expect((await database.query("select from pg_namespace where nspname = 'roadbook'")).rowCount).toBe(0);
  await database.query('create schema roadbook');
  expect(await readJournal(database.connection)).toBeNull();
});

test('a role without rights is told the exact GRANT, and with it all goes well', async () => {
  await using database = await freshDatabase();
  const role = `r_${database.name}`;
  await database.query(`create role "${role}" login`);
  try {
    const url = new URL(database.url);
    url.username = role;
    await using connection = await open(url.href);
    const failure = await failureOf(ensureJournal(connection, version));
    expect(failure).toMatchObject({ problem: { code: 'journal-rights' }, reason: 'connection' });
    const grant = `GRANT CREATE ON DATABASE ${database.name} TO ${role};`;
    expect(failure).toHaveProperty('problem.hint', expect.stringContaining(grant));

    await database.query(`create schema roadbook`);
    expect(await failureOf(ensureJournal(connection, version))).toHaveProperty(
      'problem.hint',
      expect.stringContaining('GRANT postgres TO'),
    );
    await database.query(`drop schema roadbook; create schema roadbook authorization ${role}`);
    await ensureJournal(connection, version);
    await database.query(`drop schema roadbook cascade; ${grant}`);
    await ensureJournal(connection, version);

    await database.query(`reassign owned by ${role} to postgres`);
    const unreadable = await failureOf(readJournal(connection));
    expect(unreadable).toMatchObject({ problem: { code: 'journal-unreadable' }, reason: 'connection' });
    const hint = `GRANT USAGE ON SCHEMA roadbook TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA roadbook TO ${role};`;
    expect(unreadable).toHaveProperty('problem.hint', expect.stringContaining(hint));
    expect(await failureOf(ensureJournal(connection, version))).toMatchObject({
      problem: { code: 'journal-unreadable' },
    });
    await database.query(hint);
    expect((await readJournal(connection))?.applied).toEqual([]);
  } finally {
    await database.query(`reassign owned by ${role} to postgres; drop owned by ${role}; drop role ${role}`);
  }
});
