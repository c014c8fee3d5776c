// What does ALTER INDEX … RENAME TO do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { printName, relationFacts, relationName } from './name.ts';
import { nameOfKey } from './reading/key.ts';

export interface RenameIndex extends Change {
  readonly kind: 'rename-index';
  readonly index: Name;
  readonly to: string;
  readonly ifExists: boolean;
  /** The table whose constraint is renamed with it, where there is one. */
  readonly constraintOf: Name | null;
}

export default defineChange<RenameIndex>({
  kind: 'rename-index',
  explain: {
    title: 'An index is renamed',
    why: 'Only the catalog changes, under SHARE UPDATE EXCLUSIVE on the index: readers and writers go on. The constraint of a primary key, unique or exclusion constraint is renamed with its index.',
    instead: 'Nothing else: this blocks nobody.',
    links: ['https://www.postgresql.org/docs/current/sql-alterindex.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_INDEX') return null;
    const { relation, newname = '', missing_ok } = node.RenameStmt;
    const index = relationName(relation, facts);
    const table = relationFacts(index, facts)?.table;
    const constraint = table === undefined ? undefined : entryOf(facts.relations[table]?.constraints, index.name);
    return {
      object: `index ${printName(index)}`,
      index,
      to: newname,
      ifExists: missing_ok === true,
      constraintOf: table === undefined || constraint === undefined ? null : nameOfKey(table),
    };
  },
  effects: ({ index, to, constraintOf }) => [
    { effect: 'rename-relation', from: index, to: { schema: index.schema, name: to } },
    ...(constraintOf === null
      ? []
      : [{ effect: 'move-constraint', table: constraintOf, from: index.name, to } as const]),
  ],
  locks: ({ index }, facts) =>
    relationFacts(index, facts)?.isNew === true ? [] : [{ relation: printName(index), mode: 'SHARE UPDATE EXCLUSIVE' }],
  hazards: ({ index, to, constraintOf }, facts) => {
    const known = constraintOf === null ? undefined : relationFacts(constraintOf, facts);
    if (constraintOf === null || known?.isNew === true || entryOf(known?.constraints, index.name)?.isNew === true)
      return [];
    return [
      {
        code: 'rename-constraint-breaks-names',
        family: 'application',
        severity: 'note',
        message: `constraint ${printName({ schema: null, name: index.name })} on ${printName(constraintOf)} becomes ${printName({ schema: null, name: to })} with its index`,
        why: 'ON CONFLICT ON CONSTRAINT, and code that tells errors apart by the constraint’s name, still say the old one.',
        instead: 'Look for the old name in the application before this runs.',
      },
    ];
  },
});
