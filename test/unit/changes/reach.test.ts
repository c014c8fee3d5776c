// How many rows does a WHERE let through, as far as its words and the known keys tell?
import { expect, test } from 'vitest';
import { reachOf } from '../../../src/changes/reading/reach.ts';
import { nothingKnown } from '../../../src/check/fold.ts';
import type { Facts } from '../../../src/model/facts.ts';
import { loadParser } from '../../../src/sql/index.ts';

const parser = await loadParser();
const name = { schema: 'public', name: 'members' };
const facts: Facts = {
  ...nothingKnown,
  relations: {
    'public.members': {
      kind: 'table',
      isNew: false,
      rows: null,
      bytes: null,
      columns: null,
      indexed: [],
      constraints: { members_pkey: { kind: 'primary-key', columns: ['team', 'person'], validated: true } },
      parents: [],
    },
  },
};

function reach(rest: string): string {
  const [statement] = parser.split(`DELETE FROM members ${rest}`, 'a.sql').statements;
  if (!statement || !('DeleteStmt' in statement.node)) throw new Error(`${rest} is no DELETE`);
  const { whereClause, usingClause } = statement.node.DeleteStmt;
  return reachOf(whereClause, name, facts, usingClause);
}

test.each(['', 'WHERE true', 'WHERE 1 = 1'])('%s is every row', (rest) => expect(reach(rest)).toBe('all'));

test.each([
  'WHERE role IS NULL',
  "WHERE role = 'guest'",
  'WHERE team = 1',
  'WHERE id > 5',
  'WHERE id <> 5',
  'WHERE id NOT IN (1, 2)',
  "WHERE id = 5 OR role = 'guest'",
  'WHERE id IN (SELECT id FROM others)',
  'WHERE id BETWEEN 1 AND 100000000',
  'USING others o WHERE o.id = members.id',
  'WHERE NOT (id = 5)',
  'WHERE team = person',
])('%s may be many rows', (rest) => expect(reach(rest)).toBe('many'));

test.each([
  'WHERE false',
  'WHERE id = 5',
  'WHERE 5 = members.id',
  "WHERE id = 'b7a5'::uuid",
  'WHERE id IN (1, 2, 3)',
  "WHERE id = ANY ('{1,2}')",
  'WHERE id = ANY (ARRAY[1, 2])',
  'WHERE team = 1 AND person = 2',
  "WHERE lower(email) = 'a@example.org'",
  'WHERE id = 5 OR id = 6',
  "WHERE role = 'guest' AND (id = 5 OR id = 6)",
  "WHERE id = (SELECT id FROM people WHERE nick = 'a')",
  'WHERE id IN (SELECT id FROM members WHERE role IS NULL LIMIT 1000)',
  'WHERE seat BETWEEN 1 AND 10000',
  'WHERE seat >= 1 AND seat < 10001',
  'USING (VALUES (1), (2)) AS v(id) WHERE members.id = v.id',
  'WHERE CURRENT OF rows',
])('%s is a few rows', (rest) => expect(reach(rest)).toBe('few'));
