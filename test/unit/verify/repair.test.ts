// Do the statements that verify prints take a drifted database back?
import { describe, expect, test } from 'vitest';
import { majors, newest } from '../../harness/servers.ts';
import { project } from '../apply/project.ts';

const schema = `create type mood as enum ('fine', 'sad');
  create table users (id bigint generated always as identity primary key, email text not null, mood mood default 'fine');
  create table orders (id bigint primary key, user_id bigint references users, total numeric(10, 2) check (total >= 0));
  create index orders_user on orders (user_id) where total > 0;
  create view totals with (security_barrier) as select user_id, sum(total) as total from orders group by 1;
  create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
  create trigger touched before update on users for each row execute function touch();
  comment on column users.email is 'where to write to';`;

const drift = `drop view totals;
  alter table orders drop column total;
  alter table users alter email drop not null, alter mood drop default, add column extra int;
  drop trigger touched on users;
  comment on column users.email is null;
  create table stray (id int primary key);
  insert into stray values (1);
  create or replace function touch() returns trigger language plpgsql as $$ begin return old; end $$;
  alter table orders drop constraint orders_user_id_fkey;`;

describe.each([majors[0] ?? newest, newest])('on PostgreSQL %i', (major) => {
  test('everything that was done by hand is taken back', async () => {
    await using home = await project({ 1: schema }, { major });
    await home.apply();
    expect(await home.verify()).not.toHaveProperty('repair');
    await home.database.query(drift);
    const { repair = [], verdict, problems } = await home.verify();
    expect(verdict).toBe('failed');
    expect(problems).toEqual([]);
    expect(
      repair
        .filter(({ destroys }) => destroys)
        .map(({ object }) => object)
        .sort(),
    ).toEqual(['column public.users.extra', 'table public.stray']);
    await home.database.query(`begin; ${repair.map(({ sql }) => sql).join(';\n')}; commit`);
    expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'equal' });
  });
});

test('what no statement takes back is said', async () => {
  await using home = await project({
    1: 'create table base (id int); create table child () inherits (base);',
  });
  await home.apply();
  await home.database.query('alter table child no inherit base');
  const { repair = [], problems } = await home.verify();
  expect(repair.map(({ sql }) => sql)).toEqual(['ALTER TABLE public.child INHERIT public.base']);
  expect(problems.map(({ code }) => code)).toEqual(['drift-stays']);
});
