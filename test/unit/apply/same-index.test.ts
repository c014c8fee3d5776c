// Is an index told from another one, however little they differ?
import { describe, expect, test } from 'vitest';
import { compareIndex } from '../../../src/apply/alone/same-index.ts';
import type { IndexStmt } from '../../../src/sql/index.ts';
import { loadParser } from '../../../src/sql/index.ts';
import { majors } from '../../harness/servers.ts';
import { open } from '../journal/open-connection.ts';
import { project } from './project.ts';

const schema = `create schema s; create table s."Odd users" (id int, "E mail" text, tags text[], gone int, made int generated always as (id * 2) stored, at timestamptz);
  alter table s."Odd users" drop column gone; create function s.f(text) returns text language sql immutable as 'select $1';`;
const on = (rest: string, unique = '') =>
  `create ${unique} index concurrently if not exists "I x" on only s."Odd users" ${rest}`;

/** Each with one that differs. */
const pairs: readonly (readonly [string, string])[] = [
  [on('(id)'), on('(id desc)')],
  [on('(id desc nulls last)'), on('(id desc)')],
  [on('(id)', 'unique'), on('(id)')],
  [on('("E mail" text_pattern_ops)'), on('("E mail")')],
  [on('("E mail" collate "C")'), on('("E mail")')],
  [on('(id) include ("E mail", at)'), on('(id) include (at, "E mail")')],
  [on('(made, id)'), on('(id, made)')],
  [on('(lower("E mail"), (id + 1))'), on('(lower("E mail"), (id + 2))')],
  [on('(s.f("E mail"))'), on('(lower("E mail"))')],
  [on('using gin (tags)'), on('using gin (tags) with (fastupdate = off)')],
  [on('using hash (id)'), on('(id)')],
  [on('using brin (at) with (pages_per_range = 4)'), on('using brin (at) with (pages_per_range = 8)')],
  [on(`(id) where "E mail" <> 'x' and at is not null`), on(`(id) where "E mail" <> 'y' and at is not null`)],
  [on('(id) with (fillfactor = 70, deduplicate_items = off)'), on('(id) with (fillfactor = 70)')],
];

async function node(sql: string): Promise<IndexStmt> {
  const [statement] = (await loadParser()).split(sql, 'index.sql').statements;
  if (statement === undefined || !('IndexStmt' in statement.node)) throw new Error(`no index: ${sql}`);
  return statement.node.IndexStmt;
}

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('the same ones are the same, others are not', async () => {
    await using home = await project({}, { major, before: schema });
    await using connection = await open(home.database.url);
    const all =
      major < 15 ? pairs : [...pairs, [on('(id) nulls not distinct', 'unique'), on('(id)', 'unique')] as const];
    for (const [sql, other] of all) {
      await connection.run(sql);
      const [[oid] = []] = await home.rows(`select 's."I x"'::regclass::oid::text`);
      const same = await compareIndex(connection, String(oid), await node(sql));
      expect(same, sql).toEqual({ same: true, there: same.there, wanted: same.there });
      const differs = await compareIndex(connection, String(oid), await node(other));
      expect(differs.same, `${sql}\n${other}\n${differs.wanted}`).toBe(false);
      expect(differs.wanted).not.toContain('printed');
      await connection.run('drop index s."I x"');
    }
    expect(await home.rows("select 1 from pg_class where relname = 'roadbook_wanted'")).toEqual([]);
  });
});
