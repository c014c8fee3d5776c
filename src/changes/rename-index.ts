// What does ALTER INDEX … RENAME TO do, lock and endanger?
import { entryOf } from '../model/facts.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { nameOfKey } from './reading/key.ts';
import { renamedRelation } from './reading/renamed-relation.ts';
import { worthCare } from './reading/size.ts';

export interface RenameIndex extends Change {
  readonly kind: 'rename-index';
  readonly index: Name;
  readonly to: string;
  readonly ifExists: boolean;
  /** Written ALTER TABLE, which takes a stronger lock. */
  readonly asTable: boolean;
  /** Null where it is not known. */
  readonly table: Name | null;
  /** The table whose constraint is renamed with it, where there is one. */
  readonly constraintOf: Name | null;
}

export default defineChange<RenameIndex>({
  kind: 'rename-index',
  explain: {
    title: 'An index is renamed',
    why: 'Only the catalog changes, under SHARE UPDATE EXCLUSIVE on the index: readers and writers go on. ALTER TABLE does the same under ACCESS EXCLUSIVE. The constraint of a primary key, unique or exclusion constraint is renamed with its index.',
    instead: '`roadbook apply` writes ALTER INDEX in its place, which blocks nobody.',
    links: ['https://www.postgresql.org/docs/current/sql-alterindex.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const renamed = renamedRelation(node.RenameStmt, facts);
    if (renamed?.sort !== 'index') return null;
    const { renameType, newname = '', missing_ok } = node.RenameStmt;
    const index = renamed.name;
    const table = relationFacts(index, facts)?.table;
    const constraint = table === undefined ? undefined : entryOf(facts.relations[table]?.constraints, index.name);
    return {
      object: `index ${printName(index)}`,
      index,
      to: newname,
      ifExists: missing_ok === true,
      asTable: renameType === 'OBJECT_TABLE',
      table: table === undefined ? null : nameOfKey(table),
      constraintOf: table === undefined || constraint === undefined ? null : nameOfKey(table),
    };
  },
  effects: ({ index, to, constraintOf }) => [
    { effect: 'rename-relation', from: index, to: { schema: index.schema, name: to } },
    ...(constraintOf === null
      ? []
      : [{ effect: 'move-constraint', table: constraintOf, from: index.name, to } as const]),
  ],
  locks: ({ index, asTable }, facts) =>
    isNew(index, facts)
      ? []
      : [{ relation: printName(index), mode: asTable ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE' }],
  plan: ({ object, index, asTable, table, to }, facts, { clause: { node }, print }) => {
    if (!asTable || isNew(index, facts) || (table !== null && !worthCare(table, facts)) || !('RenameStmt' in node))
      return null;
    const sql = print({ RenameStmt: { ...node.RenameStmt, renameType: 'OBJECT_INDEX' } });
    const does = `rename ${object} to ${quoteIdentifier(to)} by ALTER INDEX, which blocks nobody`;
    return sql === null ? null : [{ stage: 'transaction', steps: [{ sql, does }] }];
  },
  data: null,
  hazards: (change, facts) => [...blocksQueries(change, facts), ...breaksNames(change, facts)],
});

/** A query locks every index of its table while it is planned. */
function blocksQueries({ object, index, asTable, table }: RenameIndex, facts: Facts): readonly Hazard[] {
  if (!asTable || isNew(index, facts) || (table !== null && !worthCare(table, facts))) return [];
  return [
    {
      code: 'rename-index-blocks-queries',
      family: 'lock',
      severity: 'note',
      message: `${object} is renamed by ALTER TABLE, which blocks the queries on its table`,
      lock: { relation: printName(index), mode: 'ACCESS EXCLUSIVE' },
      why: 'Each query on the table looks at all its indexes when it is planned, so it waits until the migration ends.',
      instead:
        '`roadbook apply` writes ALTER INDEX … RENAME TO in its place, which blocks nobody. With another tool write that.',
    },
  ];
}

function breaksNames({ index, to, constraintOf }: RenameIndex, facts: Facts): readonly Hazard[] {
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
}
