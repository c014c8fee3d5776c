// What does CREATE POLICY do, lock and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { roleNames } from './reading/role.ts';
import { rowSecurity } from './reading/row-security.ts';

export interface CreatePolicy extends Change {
  readonly kind: 'create-policy';
  readonly table: Name;
  readonly policy: string;
  readonly permissive: boolean;
  /** `all`, `select`, `insert`, `update` or `delete`. */
  readonly command: string;
  readonly roles: readonly string[];
  readonly using: SyntaxNode | null;
  readonly check: SyntaxNode | null;
}

export default defineChange<CreatePolicy>({
  kind: 'create-policy',
  explain: {
    title: 'A row-level security policy is made',
    why: 'It decides which rows roles other than the owner see and write. It does nothing until row-level security is enabled on the table; a restrictive one takes rows away from queries that run today, which do not fail but find less. ACCESS EXCLUSIVE on the table is held for an instant.',
    instead:
      'Write the policies of a table and ENABLE ROW LEVEL SECURITY in one migration, and try them on a copy as the application’s role: `SET ROLE app`.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createpolicy.html',
      'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
    ],
  },
  on: ['CreatePolicyStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreatePolicyStmt' in node)) return null;
    const { policy_name = '', cmd_name = 'all', permissive, roles, qual, with_check } = node.CreatePolicyStmt;
    const table = relationName(node.CreatePolicyStmt.table, facts);
    return {
      object: `policy ${printName({ schema: null, name: policy_name })} on ${printName(table)}`,
      table,
      policy: policy_name,
      permissive: permissive === true,
      command: cmd_name,
      roles: roleNames(roles),
      using: qual ?? null,
      check: with_check ?? null,
    };
  },
  effects: ({ table, policy, permissive }) => [
    { effect: 'set-policy', table, name: policy, sort: permissive ? 'permissive' : 'restrictive' },
  ],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: (change, facts, after) => {
    const { table, object, permissive } = change;
    const hazards: Hazard[] = [];
    if (rowSecurity(table, after).enabled === false) {
      hazards.push({
        code: 'policy-without-row-security',
        family: 'design',
        severity: 'warning',
        message: `${object} does nothing, since row-level security is off`,
        why: 'Policies are kept but not applied until the table has row-level security enabled: every role with the privilege still sees every row.',
        instead: `Write ALTER TABLE ${printName(table)} ENABLE ROW LEVEL SECURITY after the policies.`,
      });
    }
    if (!permissive && !isNew(table, facts) && rowSecurity(table, facts).enabled !== false) {
      hazards.push({
        code: 'restrictive-policy-hides-rows',
        family: 'application',
        severity: 'warning',
        message: `${object} takes rows away from the running application`,
        why: 'A restrictive policy is asked in addition to all others: rows that it does not let through vanish from queries, and writes of them fail.',
        instead:
          'Count as the application’s role, on a copy, which rows go, and deploy what can do without them first.',
      });
    }
    if (letsEverybodyWrite(change)) {
      hazards.push({
        code: 'policy-lets-everybody-write',
        family: 'design',
        severity: 'warning',
        message: `${object} lets everybody write every row`,
        why: 'It is permissive, for PUBLIC, and always true; with it, no other permissive policy for writing keeps anybody from anything.',
        instead: 'Say which rows whom it is for: TO a role, and a condition on the row.',
      });
    }
    return hazards;
  },
});

function letsEverybodyWrite({ permissive, command, roles, using, check }: CreatePolicy): boolean {
  if (!permissive || command === 'select' || !roles.includes('PUBLIC')) return false;
  const written = check ?? using;
  return isTrue(written) && (command === 'insert' || isTrue(using));
}

function isTrue(node: SyntaxNode | null): boolean {
  return node !== null && 'A_Const' in node && node.A_Const.boolval?.boolval === true;
}
