// What does ALTER POLICY do, lock and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { roleNames } from './reading/role.ts';
import { changesRows, rowSecurity } from './reading/row-security.ts';

export interface AlterPolicy extends Change {
  readonly kind: 'alter-policy';
  readonly table: Name;
  readonly policy: string;
  /** Null where they stay as they are. */
  readonly roles: readonly string[] | null;
  readonly using: SyntaxNode | null;
  readonly check: SyntaxNode | null;
}

export default defineChange<AlterPolicy>({
  kind: 'alter-policy',
  explain: {
    title: 'A row-level security policy is altered',
    why: 'The application’s queries see and write other rows from that moment on, without an error that would tell so. ACCESS EXCLUSIVE on the table is held for an instant.',
    instead:
      'Compare on a copy, as the application’s role, what it sees before and after. Where rows are to go, deploy what can do without them first.',
    links: ['https://www.postgresql.org/docs/current/sql-alterpolicy.html'],
  },
  on: ['AlterPolicyStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterPolicyStmt' in node)) return null;
    const { policy_name = '', roles, qual, with_check } = node.AlterPolicyStmt;
    const table = relationName(node.AlterPolicyStmt.table, facts);
    return {
      object: `policy ${printName({ schema: null, name: policy_name })} on ${printName(table)}`,
      table,
      policy: policy_name,
      roles: roles === undefined ? null : roleNames(roles),
      using: qual ?? null,
      check: with_check ?? null,
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ table, object }, facts) =>
    isNew(table, facts) || rowSecurity(table, facts).enabled === false ? [] : [changesRows(object)],
});
