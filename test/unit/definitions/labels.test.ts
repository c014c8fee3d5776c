// Which labels of an enum can be led to others by ALTER TYPE, and when may what comes after use them?
import { expect, test } from 'vitest';
import { wayBetween } from '../../../src/definitions/difference.ts';
import { labelSteps } from '../../../src/definitions/kinds/enums.ts';
import { catalogOf } from '../../harness/end-state.ts';
import { freshDatabase } from '../../harness/servers.ts';

test.each([
  ['nothing differs', 'a b', 'a b', []],
  ['one more at the start', 'b', 'a b', [`ADD VALUE 'a' BEFORE 'b'`]],
  ['two more, each behind the one before it', 'a d', 'a b c d', [`ADD VALUE 'b' AFTER 'a'`, `ADD VALUE 'c' AFTER 'b'`]],
  ['the first ones of an empty enum', '', 'a b', [`ADD VALUE 'a'`, `ADD VALUE 'b' AFTER 'a'`]],
  ['another name in the same place', 'a b', 'a c', [`RENAME VALUE 'b' TO 'c'`]],
  ['another order', 'a b', 'b a', null],
  ['a name that moves along', 'a b', 'b c', null],
  ['one less', 'a b', 'a', null],
  ['one less and two more', 'a b', 'a c d', null],
])('%s', (_, from, to, steps) => {
  const labels = (text: string) => text.split(' ').filter((label) => label !== '');
  expect(labelSteps(labels(from), labels(to))).toEqual(steps);
});

test('a label that is added comes first, so that what is committed with it is used by what follows', async () => {
  await using database = await freshDatabase();
  await database.query(`create type mood as enum ('good'); create table days (mood mood default 'good')`);
  const before = await catalogOf(database.url);
  await database.query(`alter type mood add value 'fine'; comment on table days is 'all'`);
  await database.query(`alter table days alter mood set default 'fine'`);
  const { moves } = wayBetween(before, await catalogOf(database.url));
  expect(moves[0]).toEqual({
    object: 'enum public.mood',
    does: 'alter',
    anew: false,
    commits: true,
    statements: [`ALTER TYPE public.mood ADD VALUE 'fine' AFTER 'good'`],
  });
  expect(moves.slice(1).map(({ commits }) => commits)).toEqual([undefined, undefined]);
});
