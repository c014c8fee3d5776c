// What does OWNER TO do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { namedObject, objectWords } from './reading/named-object.ts';
import { roleName } from './reading/role.ts';

export interface ChangeOwner extends Change {
  readonly kind: 'change-owner';
  /** Null for what is no table, view, sequence or index. */
  readonly relation: Name | null;
  /** `table`, `schema`, `function`. */
  readonly objectClass: string;
  readonly owner: string;
}

/** Where the owner’s right to read and write is what an application lives on. */
const livedOn = ['database', 'foreign table', 'materialized view', 'schema', 'sequence', 'table', 'view'];

export default defineChange<ChangeOwner>({
  kind: 'change-owner',
  explain: {
    title: 'An object changes its owner',
    why: 'The owner’s own rights go with it: a role that only had them as the owner can neither read nor alter the object any more, and a view reads its tables with the new owner’s rights. ACCESS EXCLUSIVE on a relation is held for an instant. Only a superuser, or a member of both roles, may do it.',
    instead: 'Grant the old owner what it still needs in the same migration.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_ChangeOwner', 'AlterOwnerStmt'],
  recognise: ({ node, command }, facts) => {
    if ('AlterTableStmt' in node && command !== null) {
      const relation = relationName(node.AlterTableStmt.relation, facts);
      const objectClass = objectWords[node.AlterTableStmt.objtype ?? ''] ?? 'table';
      const owner = roleName(command.newowner);
      return { object: `${objectClass} ${printName(relation)}`, relation, objectClass, owner };
    }
    if (!('AlterOwnerStmt' in node)) return null;
    const { objectType, object, newowner } = node.AlterOwnerStmt;
    return {
      object: namedObject(objectType, object, facts).label,
      relation: null,
      objectClass: objectWords[objectType ?? ''] ?? 'object',
      owner: roleName(newowner),
    };
  },
  effects: () => [],
  locks: ({ relation }, facts) =>
    relation === null || isNew(relation, facts) ? [] : [{ relation: printName(relation), mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: ({ object, relation, objectClass, owner }, facts) => {
    const made = relation === null ? facts.newObjects?.includes(object) === true : isNew(relation, facts);
    if (made || !livedOn.includes(objectClass)) return [];
    return [
      {
        code: 'owner-change-takes-rights',
        family: 'application',
        severity: 'warning',
        message: `whoever owns ${object} now loses the owner’s rights to ${owner}`,
        why: 'An application or a migration that connects as the old owner, and was never granted anything, gets “permission denied” from its next query on. The new owner is not bound by row-level security.',
        instead:
          'GRANT the old owner what it still needs in the same migration, and let later migrations run as the new one.',
      },
    ];
  },
});
