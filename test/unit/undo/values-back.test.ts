// Do values come back as they were when their column gets its old type again, whatever was written since?
import { expect, test } from 'vitest';
import { plan } from '../../../src/plan/plan.ts';
import { undo } from '../../../src/undo/undo.ts';
import { majors, newest } from '../../harness/servers.ts';
import { idOf, project } from '../apply/project.ts';

const before = `create table items (code text primary key, price numeric(10,3), state text not null default 'new', note text);
  create table keyless (price numeric(10,3));
  alter table items enable row level security; alter table items force row level security;
  insert into items select upper(md5(i::text)), nullif(i, 7) + 0.125, case i % 3 when 0 then 'new' when 1 then 'old' else 'Old' end,
    nullif(i % 4, 0)::text from generate_series(1, 30) i;
  insert into keyless values (1.5);
  create table copy as select * from items;`;
const change = `alter table items alter price type integer;
  alter table items alter state drop default, alter state type boolean using lower(state) = 'new', alter state set default true,
    alter note type integer using coalesce(note::integer, 0);
  alter table items alter code type uuid using code::uuid;`;

const versions = [majors[0] ?? newest, newest];
const ways = versions.flatMap((major) => [
  [major, 'small', ''] as const,
  [major, 'large', '-- roadbook:option online=always\n'] as const,
]);

test.each(ways)('on PostgreSQL %i, %s', { timeout: 60_000 }, async (major, _, option) => {
  await using home = await project({ 1: `${option}${change}` }, { major, before });
  if (option !== '') await home.database.query('alter table items no force row level security');
  expect(await home.apply()).toMatchObject({ applied: [{ mode: 'online' }], verdict: 'verified' });
  const written = "'00000000-0000-0000-0000-000000000000'";
  await home.database.query(
    `update items set price = 1000 where code = md5('1')::uuid; update items set note = 9 where code = md5('2')::uuid;
      delete from items where code = md5('3')::uuid; insert into items (code, price, state, note) values (${written}, 5, false, 0)`,
  );
  const { directory, database } = home;
  expect(await undo({ directory, database: database.url })).toMatchObject({ verdict: 'verified', undone: [{}] });
  expect(
    await home.rows(
      `select code, price::text, state, note from (select code, price, state, note from items except all table copy) i order by i.price`,
    ),
  ).toEqual([
    ['c81e728d-9d4c-2f63-6f06-7f89cc14862c'.replaceAll('-', '').toUpperCase(), '2.125', 'Old', '9'],
    ['00000000-0000-0000-0000-000000000000', '5.000', 'false', '0'],
    ['C4CA4238A0B923820DCC509A6F75849B', '1000.000', 'old', '1'],
  ]);
  expect(
    await home.rows(
      'select price::text from (table copy except all select code, price, state, note from items) i order by i.price',
    ),
  ).toEqual([['1.125'], ['2.125'], ['3.125']]);
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('1') }], verdict: 'verified' });
});

test('without a key, and where nothing is lost, nothing is kept; the first is said', async () => {
  await using home = await project(
    { 1: 'alter table keyless alter price type integer;', 2: 'alter table items alter price type numeric(12, 5);' },
    { before },
  );
  const { migrations } = await plan({ directory: home.directory, database: home.database.url });
  expect(migrations.map(({ problems }) => problems.map(({ code, detail }) => [code, detail]))).toEqual([
    expect.arrayContaining([
      [
        'no-way-back',
        'The old values of column public.keyless.price are lost: the table has no key by which they could be carried away. If they may go, say so with `-- roadbook:option park=none`.',
      ],
    ]),
    [],
  ]);
  await home.apply();
  expect(
    await home.rows("select count(*) from pg_class where relnamespace = to_regnamespace('roadbook_parked')"),
  ).toEqual([['0']]);
});
