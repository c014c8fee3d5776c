// What does ALTER TRIGGER … RENAME do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';

export interface RenameTrigger extends Change {
  readonly kind: 'rename-trigger';
  readonly table: Name;
  readonly trigger: string;
  readonly newName: string;
}

export default defineChange<RenameTrigger>({
  kind: 'rename-trigger',
  explain: {
    title: 'A trigger is renamed',
    why: 'ACCESS EXCLUSIVE on the table for a moment. Triggers of the same event run in the order of their names: another name may change the order.',
    instead: 'Write it as it is.',
    links: ['https://www.postgresql.org/docs/current/sql-altertrigger.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_TRIGGER') return null;
    const table = relationName(node.RenameStmt.relation, facts);
    const trigger = node.RenameStmt.subname ?? '';
    return {
      object: `trigger ${printName({ schema: null, name: trigger })} on ${printName(table)}`,
      table,
      trigger,
      newName: node.RenameStmt.newname ?? '',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
