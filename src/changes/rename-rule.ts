// What does ALTER RULE … RENAME do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';

export interface RenameRule extends Change {
  readonly kind: 'rename-rule';
  readonly table: Name;
  readonly rule: string;
  readonly newName: string;
}

export default defineChange<RenameRule>({
  kind: 'rename-rule',
  explain: {
    title: 'A rule is renamed',
    why: 'ACCESS EXCLUSIVE on the table for a moment. Rules of the same event apply in the order of their names.',
    instead: 'Write it as it is.',
    links: ['https://www.postgresql.org/docs/current/sql-alterrule.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_RULE') return null;
    const table = relationName(node.RenameStmt.relation, facts);
    const rule = node.RenameStmt.subname ?? '';
    return {
      object: `rule ${printName({ schema: null, name: rule })} on ${printName(table)}`,
      table,
      rule,
      newName: node.RenameStmt.newname ?? '',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
