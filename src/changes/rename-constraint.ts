// What does ALTER TABLE … RENAME CONSTRAINT do, lock and endanger?
import { type ConstraintFacts, entryOf } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { hasIndex } from './reading/constraint.ts';

export interface RenameConstraint extends Change {
  readonly kind: 'rename-constraint';
  readonly table: Name;
  readonly constraint: string;
  readonly to: string;
  /** Null where it is not known. */
  readonly facts: ConstraintFacts | null;
}

export default defineChange<RenameConstraint>({
  kind: 'rename-constraint',
  explain: {
    title: 'A constraint is renamed',
    why: 'Only the catalog changes, for a moment under ACCESS EXCLUSIVE on the table. The index of a primary key, unique or exclusion constraint is renamed with it. An application that names the constraint, in `ON CONFLICT ON CONSTRAINT` or to tell errors apart, does not find it under the old name.',
    instead: 'Look for the name in the application first; say the columns in `ON CONFLICT` rather than the constraint.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_TABCONSTRAINT') return null;
    const { relation, subname = '', newname = '' } = node.RenameStmt;
    const table = relationName(relation, facts);
    return {
      object: `constraint ${printName({ schema: null, name: subname })} on ${printName(table)}`,
      table,
      constraint: subname,
      to: newname,
      facts: entryOf(relationFacts(table, facts)?.constraints, subname) ?? null,
    };
  },
  effects: ({ table, constraint, to, facts }) => {
    const { schema } = table;
    return [
      { effect: 'move-constraint', table, from: constraint, to },
      ...(facts !== null && hasIndex(facts)
        ? [{ effect: 'rename-relation', from: { schema, name: constraint }, to: { schema, name: to } } as const]
        : []),
    ];
  },
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ table, object, to, facts: own }, facts) =>
    isNew(table, facts) || own?.isNew === true
      ? []
      : [
          {
            code: 'rename-constraint-breaks-names',
            family: 'application',
            severity: 'note',
            message: `${object} becomes ${printName({ schema: null, name: to })}`,
            why: 'ON CONFLICT ON CONSTRAINT, and code that tells errors apart by the constraint’s name, still say the old one.',
            instead: 'Look for the old name in the application before this runs.',
          },
        ],
});
