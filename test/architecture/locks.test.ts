// Does the page on locks say what the blocks of the cases say, all of it?
import { describe, expect, test } from 'vitest';
import { locksPage, statementsOf } from '../../scripts/reference/locks.mjs';
import { members, shelves } from '../../scripts/shelves.mjs';
import { locksBlock } from '../harness/locks-block.ts';
import { read, root } from './tree.ts';

const block = (text: string, versions = '') =>
  `${versions}# A title\n\nA sentence.\n\n\`\`\`sql migration\nSELECT 1;\n\`\`\`\n\n\`\`\`text locks\n${text}\n\`\`\`\n`;
const from = (text: string, versions = '') =>
  statementsOf({ path: 'test/cases/a/b.md', text: block(text, versions), isOwn: [] });

describe('the block of a case', () => {
  test('is read as the harness writes it', () => {
    const statement = { text: 'ALTER TABLE a\n  ADD b int', kind: 'AlterTableStmt' };
    const judgement = (mode: 'SHARE' | 'ACCESS EXCLUSIVE') => ({
      statements: [{ ...statement, comments: [], start: 0, end: 0, line: 1, column: 1, node: { AlterTableStmt: {} } }],
      changes: [
        {
          change: { kind: 'add-column', statement: 0, object: 'column b' },
          locks: [
            { relation: 'public.a', mode, scan: true },
            { relation: 'public."b, reads"', mode: 'SHARE' as const, rewrite: true },
          ],
          hazards: [],
          effects: [],
        },
      ],
      report: '',
    });
    const written = locksBlock(
      new Map([
        [14, judgement('ACCESS EXCLUSIVE')],
        [15, judgement('ACCESS EXCLUSIVE')],
        [18, judgement('SHARE')],
      ]),
    );
    expect(from(written)).toEqual([
      {
        statement: 'ALTER TABLE a ADD b int',
        locks: [
          { relation: 'public."b, reads"', mode: 'SHARE', rows: 'written anew', versions: '14 to 15' },
          { relation: 'public.a', mode: 'ACCESS EXCLUSIVE', rows: 'read', versions: '14 to 15' },
          { relation: 'public."b, reads"', mode: 'SHARE', rows: 'written anew', versions: '18' },
          { relation: 'public.a', mode: 'SHARE', rows: 'read', versions: '18' },
        ],
      },
    ]);
  });

  test('says for which versions the case is', () => {
    expect(from('LISTEN a\n  none', 'versions: >=15\n\n')).toEqual([
      { statement: 'LISTEN a', locks: [{ relation: '', mode: 'none', rows: '', versions: '>=15' }] },
    ]);
  });
});

test('what a statement does besides its own kind is left out', () => {
  const text = block('ALTER TABLE a ADD b int\n  ACCESS EXCLUSIVE on public.a\nLOCK TABLE a\n  SHARE on public.a');
  const kind = { kind: 'lock-table', title: 'A table is locked' };
  const page = locksPage([{ kind, cases: [{ path: 'test/cases/lock-table/a.md', text, isOwn: [false, true] }] }]);
  expect(page).toContain('| [`lock-table`](#lock-table) | SHARE |  |');
  expect(page).toContain('| [A title](../../test/cases/lock-table/a.md) | `LOCK TABLE a` | `public.a` | SHARE |  |  |');
  expect(page).not.toContain('ADD b int');
});

test('each kind of change is on the page', () => {
  const page = read('docs/reference/locks.md');
  const [shelf] = shelves.filter(({ word }) => word === 'change');
  if (shelf === undefined) throw new Error('there is no shelf for changes');
  const without = members(root, shelf).filter((kind) => !page.includes(`\n## ${kind}\n`));
  expect(without, 'a case of each needs a statement that does nothing else; then run npm run generate').toEqual([]);
});
