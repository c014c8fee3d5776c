// What does DROP OWNED do, lock and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { printRoles, roleNames } from './reading/role.ts';

export interface DropOwned extends Change {
  readonly kind: 'drop-owned';
  readonly roles: readonly string[];
  readonly cascade: boolean;
}

export default defineChange<DropOwned>({
  kind: 'drop-owned',
  explain: {
    title: 'All that a role owns is dropped',
    why: 'Every table with its rows, every view, function and schema that the role owns in this database is dropped, and all that was granted to it is revoked. Which objects that are cannot be told from the text.',
    instead:
      'REASSIGN OWNED to another role first, so that only privileges are left for DROP OWNED to take; or name what is to go with DROP and REVOKE.',
    links: ['https://www.postgresql.org/docs/current/sql-drop-owned.html'],
  },
  on: ['DropOwnedStmt'],
  recognise: ({ node }) => {
    if (!('DropOwnedStmt' in node)) return null;
    const roles = roleNames(node.DropOwnedStmt.roles);
    const cascade = node.DropOwnedStmt.behavior === 'DROP_CASCADE';
    return { object: `all that ${printRoles(roles)} owns`, roles, cascade };
  },
  effects: () => [],
  locks: () => [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  lasts: 'The rows of tables that go with a role are not kept.',
  data: null,
  hazards: ({ object, cascade }, facts) => {
    if (facts.newObjects?.includes(`${object}, given away`)) return [];
    const hazards: Hazard[] = [
      {
        code: 'drop-owned-loses-data',
        family: 'data',
        severity: 'error',
        message: `${object} is dropped, tables with their rows too`,
        lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
        why: 'What it is depends on the database it runs on. The rows are gone when the migration is committed, and so is every privilege the role has here.',
        instead:
          'Name what is to go: DROP and REVOKE, one by one. Where the role is to go, REASSIGN OWNED its objects first.',
      },
    ];
    if (cascade) hazards.push(cascadeHazard(object, 'objects of other roles that depend on these'));
    return hazards;
  },
});
