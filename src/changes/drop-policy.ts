// What does DROP POLICY do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { droppedFromTable } from './reading/dropped.ts';
import { changesRows, hidesAllRows, hidesEverything, rowSecurity } from './reading/row-security.ts';

export interface DropPolicy extends Change {
  readonly kind: 'drop-policy';
  readonly table: Name;
  readonly policy: string;
  readonly ifExists: boolean;
}

export default defineChange<DropPolicy>({
  kind: 'drop-policy',
  explain: {
    title: 'A row-level security policy is dropped',
    why: 'Without a permissive policy its rows vanish from the application’s queries; without a restrictive one rows appear that were hidden. Nothing fails that would tell so. ACCESS EXCLUSIVE on the table is held for an instant.',
    instead:
      'Make the policy that takes its place in the same migration, and compare on a copy, as the application’s role, what it sees before and after.',
    links: ['https://www.postgresql.org/docs/current/sql-droppolicy.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedFromTable(node, 'OBJECT_POLICY', facts);
    if (dropped === null) return null;
    const { table, name, ifExists } = dropped;
    return {
      object: `policy ${printName({ schema: null, name })} on ${printName(table)}`,
      table,
      policy: name,
      ifExists,
    };
  },
  effects: ({ table, policy }) => [{ effect: 'take-policy', table, name: policy }],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, object }, facts, after) => {
    const [before, then] = [rowSecurity(table, facts), rowSecurity(table, after)];
    if (isNew(table, facts) || before.enabled === false || then.enabled === false) return [];
    if (hidesEverything(before) || !hidesEverything(then)) return [changesRows(object)];
    return [
      hidesAllRows(
        table,
        'error',
        'Make the policy that takes its place in the same migration, or disable row-level security.',
      ),
    ];
  },
});
