import { expect, test } from 'vitest';
import { readMigration } from '../../../src/read/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { failing, sqlFile, told } from './folder.ts';

const parser = await loadParser();
const read = (text: string) => readMigration(sqlFile(text), parser, 'm.sql');
const refusals = async (text: string) => (await failing(() => read(text))).map((problem) => told(problem));
const notes = async (text: string) => (await read(text)).problems.map((problem) => told(problem));

test('a migration with all that it can have', async () => {
  const text = `\ufeff-- Adds the status.
-- Old orders are done.
-- roadbook:option online=never lock-timeout=1.5s

-- roadbook:option batch=500
-- the column
-- roadbook:ignore set-not-null because the table is empty
alter table orders add status text not null; -- done
create index on orders (status);

-- roadbook:verify
-- every order has one
select id from orders where status is null;
table broken;

-- roadbook:undo
drop index orders_status_idx;
`;
  const migration = await read(text);
  expect(migration).toMatchObject({
    id: '20260101000000_a',
    format: 'sql',
    description: 'Adds the status.\nOld orders are done.',
    options: { online: 'never', lockTimeout: 1500, batch: 500 },
    ignores: [{ code: 'set-not-null', reason: 'the table is empty', statement: 0, line: 7 }],
    problems: [],
  });
  const texts = (statements: readonly { text: string }[] | null) => statements?.map(({ text: sql }) => sql);
  expect(texts(migration.statements)).toEqual([
    'alter table orders add status text not null',
    'create index on orders (status)',
  ]);
  expect(texts(migration.verify)).toEqual(['select id from orders where status is null', 'table broken']);
  expect(texts(migration.undo)).toEqual(['drop index orders_status_idx']);
  expect(migration.verify[0]?.comments.map((comment) => comment.text)).toContain('-- every order has one');
  for (const { start, end, text: sql } of migration.statements) expect(migration.text.slice(start, end)).toBe(sql);
});

test('the checksum is over what the migration does: not its comments, options, verify and undo', async () => {
  const sum = async (text: string) => (await read(text)).checksum;
  const plain = await sum('create table a (b int);');
  expect(
    await sum(
      '-- x\n-- roadbook:option batch=5\nBEGIN;\r\nCREATE TABLE a(b INT);\r\nEND;\n-- roadbook:verify\nselect 1 where false;\n-- roadbook:undo\ndrop table a',
    ),
  ).toBe(plain);
  expect(await sum('create table a (c int);')).not.toBe(plain);
});

test.each([
  ['-- a\n-- b\n\n-- c\nselect 1', 'a\nb'],
  ['\n\n--a\n--   indented\nselect 1', 'a\n  indented'],
  ['/*\n * One.\n *\n * Two.\n */\nselect 1', 'One.\n\nTwo.'],
  ['-- roadbook:option batch=1\n-- a\nselect 1', 'a'],
  ['-- roadbook:option batch=1\n\n-- a\nselect 1', 'a'],
  ['select 1', ''],
  ['-- only a comment', 'only a comment'],
])('the description of %j', async (text, expected) => {
  expect((await read(text)).description).toBe(expected);
});

test.each([
  ['online=auto', { online: 'auto' }],
  ['park=in-place backup=full', { park: 'in-place', backup: 'full' }],
  ['lock-timeout=500ms', { lockTimeout: 500 }],
  ['lock-timeout=1s', { lockTimeout: 1000 }],
  ['lock-timeout=2min', { lockTimeout: 120_000 }],
])('the option %s', async (option, expected) => {
  expect((await read(`-- roadbook:option ${option}\nselect 1`)).options).toEqual(expected);
});

test.each([
  [
    'onlin=auto',
    'option-unknown: there is no option "onlin" m.sql:1:1',
    'Did you mean online? There are online, park, backup, lock-timeout, batch.',
  ],
  [
    'constructor=x',
    'option-unknown: there is no option "constructor"',
    'There are online, park, backup, lock-timeout, batch.',
  ],
  ['online=yes', 'option-value: the option online does not take "yes"', 'Give it auto, always or never.'],
  [
    'lock-timeout=1',
    'option-value: the option lock-timeout does not take "1"',
    'Give it a time such as 500ms, 1s or 2min.',
  ],
  ['lock-timeout=0ms', 'option-value: the option lock-timeout does not take "0ms"', 'Give it a time'],
  ['batch=0', 'option-value: the option batch does not take "0"', 'Give it a number of rows, 1 or more.'],
  ['batch', 'option-value: "batch" is not an option with a value', 'Write key=value without spaces around the sign'],
  ['', 'option-value: the line names no option', 'Write key=value'],
  ['batch=1 batch=2', 'option-twice: the option batch is given twice', 'Keep one of them.'],
])('the option %j is refused', async (option, message, hint) => {
  const [text] = await refusals(`-- roadbook:option ${option}\nselect 1`);
  expect(text).toContain(message);
  expect(text).toContain(hint);
});

test('an option below the first statement', async () => {
  expect(await refusals('select 1;\n-- roadbook:option batch=1\nselect 2')).toEqual([
    `option-misplaced: an option stands below the first statement m.sql:2:1
1 | select 1;
2 | -- roadbook:option batch=1
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
Put it at the top of the file: it is for all of the migration.`,
  ]);
});

test.each([
  [
    '-- roadbook:verfy',
    'Roadbook knows no line "roadbook:verfy"',
    'Did you mean `-- roadbook:verify`? There are roadbook:option, roadbook:verify, roadbook:undo, roadbook:ignore.',
  ],
  ['-- roadbook:down', 'Roadbook knows no line "roadbook:down"', 'There are roadbook:option'],
  [
    '-- Roadbook: undo',
    'this comment looks like a line for Roadbook, but is not read as one',
    'Write it as `-- roadbook:undo …`',
  ],
  ['/* roadbook:verify */', 'this comment looks like a line for Roadbook', 'Write it as `-- roadbook:verify …`'],
])('%s', async (line, message, hint) => {
  const [text] = await refusals(`select 1;\n${line}\nselect 2`);
  expect(text).toContain(`directive-unknown: ${message}`);
  expect(text).toContain(hint);
});

test.each([
  'select 1 -- see roadbook:verify\n;',
  "select '\n-- roadbook:undo\n', $$\n-- roadbook:nonsense\n$$",
  '-- Roadbook: our tool\nselect 1',
  '/*\n-- roadbook:undo\n*/ select 1',
])('no line for Roadbook in %j', async (text) => {
  const migration = await read(text);
  expect(migration.undo).toBeNull();
  expect(migration.problems).toEqual([]);
});

test('lines for Roadbook stand on their own, between statements', async () => {
  expect(await refusals('select 1; -- roadbook:undo\nselect 2')).toEqual([
    `directive-misplaced: a line for Roadbook stands behind something else m.sql:1:11
1 | select 1; -- roadbook:undo
  |           ^^^^^^^^^^^^^^^^
Put it on a line of its own.`,
  ]);
  expect((await refusals('select 1\n-- roadbook:undo\n, 2'))[0]).toContain(
    'directive-misplaced: a line for Roadbook stands inside a statement m.sql:2:1',
  );
  expect((await refusals('select 1;\n-- roadbook:undo select 2\nselect 3'))[0]).toContain(
    'directive-misplaced: roadbook:undo stands alone on its line m.sql:2:1',
  );
});

test('a section twice, and an empty one', async () => {
  expect(await refusals('select 1;\n-- roadbook:undo\nselect 2;\n-- roadbook:undo\nselect 3')).toEqual([
    `section-twice: there are two sections roadbook:undo m.sql:4:1
3 | select 2;
4 | -- roadbook:undo
  | ^^^^^^^^^^^^^^^^
The first one is in line 2.
Make one of them.`,
  ]);
  const migration = await read('select 1;\n-- roadbook:undo\n-- roadbook:verify\n');
  expect(migration.undo).toEqual([]);
  expect(migration.problems.map(({ code, severity, message, detail }) => [code, severity, message, detail])).toEqual([
    ['section-empty', 'warning', 'the section roadbook:undo is empty', 'So undoing this migration does nothing.'],
    ['section-empty', 'warning', 'the section roadbook:verify is empty', 'So it verifies nothing.'],
  ]);
});

test.each([
  'select 1',
  'with a as (select 1) select * from a',
  'values (1)',
  'table a',
  'select 1 union select 2 order by 1',
  '(select 1)',
])('%s may verify', async (sql) => {
  expect((await read(`select 1;\n-- roadbook:verify\n${sql};`)).verify).toHaveLength(1);
});

test.each([
  ['delete from a', 'DELETE is no SELECT'],
  ['explain select 1', 'EXPLAIN is no SELECT'],
  ['do $$ begin end $$', 'DO is no SELECT'],
  ['with x as (delete from a returning *) select * from x', 'the SELECT has DELETE in it'],
  ['select * from (with x as (insert into a values (1) returning *) select * from x) y', 'the SELECT has INSERT in it'],
  ['select * from a for update', 'the SELECT has FOR UPDATE or FOR SHARE in it'],
  ['select 1 into b', 'the SELECT has SELECT … INTO in it'],
])('%s may not', async (sql, message) => {
  const [text] = await refusals(`select 1;\n-- roadbook:verify\n${sql};`);
  expect(text).toContain(`verify-not-select: in the verify section ${message} m.sql:3:1`);
  expect(text).toContain('Write a SELECT that returns the rows which should not be there.');
});

test('a hazard is ignored with a reason, above a statement', async () => {
  const { ignores, problems } = await read(
    'begin;\n-- roadbook:ignore a because x\n-- roadbook:ignore b because y z \nselect 1;\n\n-- roadbook:ignore c because w\n\n-- more\nselect 2; commit',
  );
  expect(ignores).toEqual([
    { code: 'a', reason: 'x', statement: 0, line: 2 },
    { code: 'b', reason: 'y z', statement: 0, line: 3 },
    { code: 'c', reason: 'w', statement: 1, line: 6 },
  ]);
  expect(problems.map(({ code }) => code)).toEqual(['transaction-needless']);
  expect((await read('-- roadbook:ignore a because x\nbegin; select 1; commit')).ignores).toMatchObject([
    { statement: 0 },
  ]);
});

test.each([
  '-- roadbook:ignore set-not-null',
  '-- roadbook:ignore set-not-null because',
  '-- roadbook:ignore set-not-null it is small',
])('%s', async (line) => {
  expect(await refusals(`${line}\nselect 1`)).toEqual([
    `ignore-without-reason: a hazard is ignored without a reason m.sql:1:1
1 | ${line}
  | ${'^'.repeat(Math.min(40, line.length))}
Whoever reads the migration later has to know why the hazard does not matter here.
Write \`-- roadbook:ignore set-not-null because …\`.`,
  ]);
});

test.each([
  'select 1;\n-- roadbook:ignore a because b',
  'select 1;\n-- roadbook:ignore a because b\n-- roadbook:verify\nselect 2',
  'select 1;\n-- roadbook:verify\n-- roadbook:ignore a because b\nselect 2',
])('above no statement: %j', async (text) => {
  const [first] = await refusals(text);
  expect(first).toContain('ignore-without-statement: a line roadbook:ignore does not stand above a statement m.sql:');
  expect(first).toContain('Move it to the line above the statement, or delete it.');
});

test.each([
  'begin; create table a (); commit;',
  'start transaction; create table a (); end',
  'begin work; create table a (); commit work;\n-- roadbook:undo\nselect 2',
])('%s', async (text) => {
  const migration = await read(text);
  expect(migration.statements.map(({ kind }) => kind)).toEqual(['CreateStmt']);
  expect(await notes(text)).toEqual([
    `transaction-needless: BEGIN and COMMIT are not needed m.sql:1:1
1 | ${text.split('\n')[0]}
  | ${'^'.repeat(text.indexOf(';'))}
Roadbook runs a migration in a transaction of its own and leaves these two out.
Delete them.`,
  ]);
  expect(migration.problems[0]?.severity).toBe('note');
});

test.each([
  ['select 1; rollback', 'ROLLBACK inside a migration'],
  ['begin; select 1;', 'BEGIN inside a migration'],
  ['select 1; commit; select 2', 'COMMIT inside a migration'],
  ['begin; select 1; commit; begin; select 2; commit', 'COMMIT inside a migration'],
  ["select 1; prepare transaction 'x'", 'PREPARE TRANSACTION inside a migration'],
  ["commit prepared 'x'", 'COMMIT PREPARED inside a migration'],
  ['begin; select 1; commit and chain', 'BEGIN inside a migration'],
  ['select 1;\n-- roadbook:undo\ncommit', 'COMMIT inside a migration'],
  [
    'begin isolation level serializable; select 1; commit',
    'the migration asks for a transaction with modes of its own',
  ],
])('%s', async (text, message) => {
  const [first] = await refusals(text);
  expect(first).toContain(`transaction-in-migration: ${message} m.sql:`);
  expect(first).toMatch(/Leave (it|BEGIN and COMMIT) out/);
});

test('savepoints are the user’s own', async () => {
  expect((await read('savepoint a; select 1; rollback to a; release a')).problems).toEqual([]);
});

test.each(['', '-- nothing yet\n', 'begin; commit;', '-- roadbook:verify\nselect 1 where false'])(
  'an empty migration: %j',
  async (text) => {
    const found = (await read(text)).problems.find(({ code }) => code === 'migration-empty');
    expect(found).toMatchObject({
      severity: 'note',
      message: 'the migration has no statement',
      detail: 'Applying it changes nothing and is recorded as done.',
    });
  },
);

test('all mistakes are told at once, in the order of the file', async () => {
  const problems = await failing(() =>
    read(
      '-- roadbook:option x=1\nselect 1; commit;\n-- roadbook:ignore a\nselect 2;\n-- roadbook:verify\ndelete from a;\n-- roadbook:verify\n',
    ),
  );
  expect(problems.map(({ code }) => code)).toEqual([
    'option-unknown',
    'transaction-in-migration',
    'ignore-without-reason',
    'verify-not-select',
    'section-twice',
  ]);
});

test('a syntax error names the file as the user knows it', async () => {
  expect((await refusals('selec 1'))[0]).toContain('syntax-error: syntax error at or near "selec" m.sql:1:1');
});
