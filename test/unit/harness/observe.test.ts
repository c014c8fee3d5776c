// Does the observer see what PostgreSQL's documentation says a statement takes?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observe } from '../../harness/observe.ts';
import type { Observation } from '../../harness/relations.ts';
import { freshDatabase, majors, type TestDatabase } from '../../harness/servers.ts';

const fixture = `
  create table parent (id int primary key);
  create table t (id int primary key, parent_id int references parent, note text, short varchar(10));
  create index t_note_idx on t (note);
  create table part (id int not null) partition by list (id);
  create table part_1 partition of part for values in (1);
  create view v as select note from t;
  insert into parent select generate_series(1, 9);
  insert into t select g, g, 'x', 'y' from generate_series(1, 9) g;
  insert into part select 1 from generate_series(1, 9);
`;
const databases = new Map<number, TestDatabase>();

beforeAll(async () => {
  for (const major of majors) databases.set(major, await freshDatabase(major, fixture));
});
afterAll(async () => {
  for (const database of databases.values()) await database.drop();
});

const modes = (seen: Observation) =>
  Object.fromEntries(
    seen.locks
      .filter(({ kind }) => kind !== 'index')
      .map(({ relation, mode }) => [relation.replace('public.', ''), mode]),
  );
const look = (major: number, statement: string) =>
  observe(databases.get(major)?.url ?? '', statement, { end: 'rollback' });

test.each(majors)('in a transaction, PostgreSQL %i', async (major) => {
  expect(await look(major, 'alter table t alter column short type varchar(20)')).toMatchObject({
    rewritten: [],
    scanned: [],
    inTransaction: true,
  });
  const rewrite = await look(major, 'alter table t alter column id type bigint');
  expect(rewrite).toMatchObject({
    rewritten: ['public.t', 'public.t_note_idx'],
    scanned: ['public.t'],
  });
  expect(rewrite.messages).toContain('rewriting table "t"');
  const notNull = await look(major, 'alter table t alter column note set not null');
  expect(notNull).toMatchObject({ rewritten: [], scanned: ['public.t'] });
  expect(modes(notNull)).toEqual({ t: 'ACCESS EXCLUSIVE' });
  const key = await look(major, 'alter table t add foreign key (id) references parent not valid');
  expect(modes(key)).toEqual({ t: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' });
  expect(key.scanned).toEqual([]);
  expect(await look(major, 'truncate t')).toMatchObject({
    rewritten: [],
    emptied: ['public.t', 'public.t_note_idx', 'public.t_pkey'],
  });
  const added = await look(major, 'alter table part add column x int');
  expect(modes(added)).toEqual({ part: 'ACCESS EXCLUSIVE', part_1: 'ACCESS EXCLUSIVE' });
  expect(added.locks.find(({ relation }) => relation === 'public.part_1')?.partOf).toEqual(['public.part']);
  expect(modes(await look(major, 'create index on t (short)'))).toEqual({ t: 'SHARE' });
  expect(modes(await look(major, 'create view w as select * from v'))).toEqual({ v: 'ACCESS SHARE' });
  await expect(look(major, 'alter table t add column id int')).rejects.toThrow('already exists');
});

test.each(majors)('outside one, PostgreSQL %i', async (major) => {
  const built = await look(major, 'create index concurrently t_short_idx on t (short)');
  expect(built).toMatchObject({ inTransaction: false, scanned: ['public.t'], rewritten: [] });
  expect(modes(built)).toEqual({ t: 'SHARE UPDATE EXCLUSIVE' });
  const dropped = await look(major, 'drop index concurrently t_short_idx');
  expect(modes(dropped)).toEqual({ t: 'SHARE UPDATE EXCLUSIVE' });
  const detached = await look(major, 'alter table part detach partition part_1 concurrently');
  expect(modes(detached)).toMatchObject({ part: 'SHARE UPDATE EXCLUSIVE', part_1: 'ACCESS EXCLUSIVE' });
  await expect(look(major, 'vacuum nothing_there')).rejects.toThrow('does not exist');
  const full = await look(major, 'vacuum full t');
  expect(modes(full)).toEqual({ t: 'ACCESS EXCLUSIVE' });
  expect(full.rewritten).toContain('public.t');
});
