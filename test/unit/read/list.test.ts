import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../src/model/failure.ts';
import { listMigrations } from '../../../src/read/index.ts';
import { digestOf } from '../../../src/read/list.ts';
import { timestampOf } from '../../../src/read/migration-name.ts';
import { failing, folder, told } from './folder.ts';

test('migrations in the order of their ids; what cannot be one is passed over', () => {
  const directory = folder({
    '20260102000000_b.sql': 'select 2',
    '20260101000000_a_1.sql': '\ufeffselect 1',
    '20260103000000_c.ts': 'export default 1',
    '20260104000000_d.js': '',
    '20260105000000_e.mjs': '',
    'README.md': '',
    '.hidden.sql': '',
    '_batch.ts': '',
    'env.d.ts': '',
    '20260101000000_a_1.sql.orig': '',
    'sub/': '',
    '20260101000000_folder.sql/': '',
  });
  symlinkSync(join(directory, 'README.md'), join(directory, '20260106000000_link.sql'));
  const files = listMigrations(directory);
  expect(files.map(({ id, format }) => [id, format])).toEqual([
    ['20260101000000_a_1', 'sql'],
    ['20260102000000_b', 'sql'],
    ['20260103000000_c', 'typescript'],
    ['20260104000000_d', 'typescript'],
    ['20260105000000_e', 'typescript'],
    ['20260106000000_link', 'sql'],
  ]);
  expect(files[0]).toMatchObject({
    text: '\ufeffselect 1',
    path: join(directory, '20260101000000_a_1.sql'),
    digest: digestOf('select 1'),
  });
});

test('the digest does not see a byte order mark and line endings, but all else', () => {
  const plain = digestOf('a\nb\n\nc');
  expect(digestOf('\ufeffa\r\nb\r\rc')).toBe(plain);
  expect(digestOf('a\nb\n\nc ')).not.toBe(plain);
});

test('no folder', async () => {
  const directory = join(folder(), 'migrations');
  const [problem] = await failing(() => listMigrations(directory));
  expect(problem && told(problem, directory)).toBe(
    'migrations-missing: there is no migrations folder DIR\nWrite the first migration with `roadbook new NAME`, or name the folder with --migrations.',
  );
  expect(() => listMigrations(directory)).toThrow(expect.objectContaining({ exitCode: exitCodes.usage }));
});

test('a file instead of a folder', async () => {
  const directory = folder({ x: '' });
  const [problem] = await failing(() => listMigrations(join(directory, 'x')));
  expect(problem && told(problem, directory)).toBe(
    'migrations-unreadable: the migrations folder DIR/x cannot be read DIR/x:1:1\nIt is a file, not a folder.\nName the folder with --migrations, or see to its rights.',
  );
});

test.each([
  ['1_x.sql', '20260304050607_x.sql'],
  ['Foo.sql', '20260304050607_foo.sql'],
  ['V2__Add Users.SQL', '20260304050607_add_users.sql'],
  ['20260101_add.sql', '20260101000000_add.sql'],
  ['202601011213_add.sql', '20260101121300_add.sql'],
  ['1767225600000_AddUsers.ts', '20260101000000_add_users.ts'],
  ['1767225600_x.js', '20260101000000_x.js'],
  ['20260101000000_Add-Status.sql', '20260101000000_add_status.sql'],
  ['20260101000000_a__b.sql', '20260101000000_a_b.sql'],
  ['20260101000000.sql', '20260101000000_migration.sql'],
  ['20260101000000_a.cts', '20260101000000_a.ts'],
  ['20260101000000_a.up.sql', '20260101000000_a.sql'],
])('%s would be called %s', async (name, better) => {
  const directory = folder({ [name]: '' });
  utimesSync(join(directory, name), 0, Date.UTC(2026, 2, 4, 5, 6, 7) / 1000);
  const [problem] = await failing(() => listMigrations(directory));
  expect(
    problem && told(problem, directory),
  ).toBe(`migration-name: ${name} is not named like a migration DIR/${name}:1:1
A migration is called <YYYYMMDDHHMMSS>_<name>.sql, or .ts, .js, .mjs; the name has lower-case letters, digits and single underscores.
Rename it to ${better}; a file that is no migration goes to another folder or gets a name that starts with an underscore.`);
});

test('a file that takes back belongs into its migration', async () => {
  const [problem] = await failing(() => listMigrations(folder({ '20260101000000_a.down.sql': '' })));
  expect(problem?.hint).toBe(
    'Move its statements behind a line `-- roadbook:undo` in the migration that it takes back, and delete it.',
  );
});

test.each(['20261301000000', '20260230000000', '20260101240000', '20260101006000', '00000000000000'])(
  '%s is no date',
  async (timestamp) => {
    const directory = folder({ [`${timestamp}_a.sql`]: '' });
    const [problem] = await failing(() => listMigrations(directory));
    expect(
      problem && told(problem, directory),
    ).toMatch(`migration-name: ${timestamp}_a.sql does not begin with a date and time DIR/${timestamp}_a.sql:1:1
${timestamp} is read as year, month, day, hour, minute, second (UTC).
Rename it, for example to 20`);
  },
);

test('all that is unclear is told at once', async () => {
  const directory = folder({
    '20260101000000_a.sql': '',
    '20260101000000_a.ts': '',
    '20260102000000_b.sql': '',
    '20260102000000_c.sql': '',
    '20260103000000_d.sql': Buffer.from([0x27, 0xe9]),
    'x.sql': '',
  });
  const problems = await failing(() => listMigrations(directory));
  expect(problems.map((problem) => told(problem, directory)).slice(1)).toEqual([
    `migration-duplicate: 20260101000000_a.sql and 20260101000000_a.ts are the same migration DIR/20260101000000_a.ts:1:1
The id is the name without its ending.
Keep one of them, or give the other a name of its own.`,
    `migration-order-unclear: 20260102000000_b.sql and 20260102000000_c.sql have the same date and time DIR/20260102000000_c.sql:1:1
Migrations run in the order of their date and time.
Rename the one that has to come later to one second later.`,
    `not-utf8: the file is not UTF-8 DIR/20260103000000_d.sql:1:2
1 | '\ufffd
  |  ^
A byte in it is not part of any UTF-8 character.
Save it as UTF-8.`,
  ]);
  expect(problems[0]?.code).toBe('migration-name');
});

test('1,000 files are listed, read and digested at once', () => {
  const directory = folder();
  const text =
    '-- Adds a table.\ncreate table a (b int primary key, c text not null, d timestamptz default now());\n'.repeat(3);
  for (let n = 0; n < 1000; n += 1)
    writeFileSync(join(directory, `${timestampOf(new Date(1.8e12 + n * 1000))}_n${n}.sql`), text);
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = process.cpuUsage();
    expect(listMigrations(directory)).toHaveLength(1000);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  // 10 to 20 ms of processor time when the machine is idle; the limit leaves room for a busy one.
  expect(Math.min(...times)).toBeLessThan(60);
});
