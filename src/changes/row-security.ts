// What do ENABLE, DISABLE, FORCE and NO FORCE ROW LEVEL SECURITY do, lock and endanger?
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { hidesAllRows, hidesEverything, rowSecurity } from './reading/row-security.ts';

const actions = {
  AT_EnableRowSecurity: 'enable',
  AT_DisableRowSecurity: 'disable',
  AT_ForceRowSecurity: 'force',
  AT_NoForceRowSecurity: 'no-force',
} as const;

export interface RowSecurity extends Change {
  readonly kind: 'row-security';
  readonly table: Name;
  readonly action: (typeof actions)[keyof typeof actions];
}

export default defineChange<RowSecurity>({
  kind: 'row-security',
  explain: {
    title: 'Row-level security is switched',
    why: 'Once it is on, every role but the owner, superusers and those with BYPASSRLS sees only the rows that a policy lets through: without a policy, none. FORCE binds the owner too. Off again, every role with the privilege sees every row. Nothing fails that would tell so.',
    instead:
      'Make the policies first and switch it on after them, in one migration; try both on a copy with SET ROLE as the application’s role. Mind who owns the table: an application that connects as the owner is not bound without FORCE.',
    links: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  on: [
    'AlterTableStmt/AT_EnableRowSecurity',
    'AlterTableStmt/AT_DisableRowSecurity',
    'AlterTableStmt/AT_ForceRowSecurity',
    'AlterTableStmt/AT_NoForceRowSecurity',
  ],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node)) return null;
    const subtype = Object.entries(actions).find(([tag]) => tag === command?.subtype);
    if (subtype === undefined) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    return { object: `row-level security of table ${printName(table)}`, table, action: subtype[1] };
  },
  effects: ({ table, action }) =>
    action === 'enable' || action === 'disable'
      ? [{ effect: 'set-row-security', table, enabled: action === 'enable' }]
      : [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: (change, facts, after) => {
    const { table, action } = change;
    if (action === 'enable') return enabling(change, facts, after);
    const [before, then] = [rowSecurity(table, facts), rowSecurity(table, after)];
    if (isNew(table, facts) || (action === 'disable' ? before.enabled : then.enabled) === false) return [];
    if (action === 'disable') return then.enabled === true ? [] : [off(change)];
    return action === 'force' ? [forced(change)] : [freed(change)];
  },
});

function enabling({ table }: RowSecurity, facts: Facts, after: Facts): readonly Hazard[] {
  const then = rowSecurity(table, after);
  if (then.enabled === false) return [];
  if (isNew(table, facts)) return hidesEverything(then) ? [hidesAllRows(table, 'note')] : [];
  if (rowSecurity(table, facts).enabled === true) return [];
  if (then.policies === null) return [hidesAllRows(table, 'warning', undefined, ', unless it has one already')];
  if (hidesEverything(then)) return [hidesAllRows(table, 'error')];
  return [
    {
      code: 'row-security-filters-rows',
      family: 'application',
      severity: 'warning',
      message: `queries of table ${printName(table)} see only what its policies let through`,
      why: 'Every role but the owner, superusers and those with BYPASSRLS is bound as soon as the migration is committed; rows that no permissive policy lets through vanish from the running application.',
      instead:
        'Count as the application’s role, on a copy, which rows are left, and deploy what sets what the policies ask for first.',
    },
  ];
}

function off({ table }: RowSecurity): Hazard {
  return {
    code: 'row-security-off-shows-rows',
    family: 'design',
    severity: 'warning',
    message: `every role with the privilege sees every row of table ${printName(table)}`,
    why: 'The policies stay, but are applied to nobody any more: rows of other users, tenants or customers are in every result.',
    instead: 'Give the roles that need all rows BYPASSRLS or a policy of their own, and leave row-level security on.',
  };
}

function forced({ table }: RowSecurity): Hazard {
  return {
    code: 'row-security-binds-owner',
    family: 'application',
    severity: 'warning',
    message: `the owner of table ${printName(table)} is bound by its policies too`,
    why: 'Migrations, jobs and an application that connect as the owner see only what a policy lets through: updates of all rows reach some, and a backfill leaves the others out. Foreign keys are checked as before.',
    instead: 'Make sure that there is a policy for the owner, or let what needs all rows run as a role with BYPASSRLS.',
  };
}

function freed({ table }: RowSecurity): Hazard {
  return {
    code: 'row-security-frees-owner',
    family: 'design',
    severity: 'note',
    message: `the owner of table ${printName(table)} sees every row again`,
    why: 'An application that connects as the owner is not bound by any policy from then on.',
    instead: 'Let the application connect as a role that does not own the table.',
  };
}
