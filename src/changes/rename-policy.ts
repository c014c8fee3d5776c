// What does ALTER POLICY … RENAME TO do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';

export interface RenamePolicy extends Change {
  readonly kind: 'rename-policy';
  readonly table: Name;
  readonly from: string;
  readonly to: string;
}

export default defineChange<RenamePolicy>({
  kind: 'rename-policy',
  explain: {
    title: 'A row-level security policy is renamed',
    why: 'Only people and migrations name policies; no query does. ACCESS EXCLUSIVE on the table is held for an instant.',
    instead: 'There is nothing to do instead.',
    links: ['https://www.postgresql.org/docs/current/sql-alterpolicy.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_POLICY') return null;
    const { relation, subname: from = '', newname: to = '' } = node.RenameStmt;
    const table = relationName(relation, facts);
    return { object: `policy ${printName({ schema: null, name: from })} on ${printName(table)}`, table, from, to };
  },
  effects: ({ table, from, to }) => [{ effect: 'move-policy', table, from, to }],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
