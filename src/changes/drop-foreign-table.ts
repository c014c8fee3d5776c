// What does DROP FOREIGN TABLE do, lock and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationFacts } from './name.ts';
import { cascadeHazard, droppedOf, listed } from './reading/dropped.ts';
import { nameOfKey } from './reading/key.ts';

export interface DropForeignTable extends Change {
  readonly kind: 'drop-foreign-table';
  readonly tables: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropForeignTable>({
  kind: 'drop-foreign-table',
  explain: {
    title: 'A foreign table is dropped',
    why: 'The rows stay where they are, on the other server; but the running application’s queries of it fail. ACCESS EXCLUSIVE is held on it, and on the partitioned table it is a partition of.',
    instead: 'First deploy a version of the application that does not use it. Leave CASCADE out.',
    links: ['https://www.postgresql.org/docs/current/sql-dropforeigntable.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_FOREIGN_TABLE'], facts);
    if (dropped === null) return null;
    const { names, ifExists, cascade } = dropped;
    return { object: listed('foreign table', names), tables: names, ifExists, cascade };
  },
  effects: ({ tables }) => tables.map((name) => ({ effect: 'take-relation', name })),
  locks: ({ tables, cascade }, facts) => {
    const old = tables.filter((name) => !isNew(name, facts));
    const parents = old.flatMap((name) => relationFacts(name, facts)?.parents ?? []).map(nameOfKey);
    // Which views read it is not known.
    const all = cascade && old.length > 0 ? ['*'] : [];
    const names = [...old, ...parents.filter((name) => !isNew(name, facts))].map((name) => printName(name));
    return [...new Set([...names, ...all])].map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  plan: 'as-written',
  data: null,
  hazards: ({ tables, cascade }, facts) => {
    const old = tables.filter((name) => !isNew(name, facts));
    if (old.length === 0) return [];
    const object = listed('foreign table', old);
    const hazards: Hazard[] = [
      {
        code: 'drop-foreign-table-breaks-queries',
        family: 'application',
        severity: 'warning',
        message: `queries of ${object} fail`,
        lock: { relation: old.map((name) => printName(name)).join(', '), mode: 'ACCESS EXCLUSIVE' },
        why: 'The rows stay on the other server, but the running application does not reach them any more.',
        instead: 'First deploy a version of the application that does not use it.',
      },
    ];
    if (cascade) hazards.push(cascadeHazard(object, 'every view that reads it, and every child table'));
    return hazards;
  },
});
