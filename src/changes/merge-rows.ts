// What does MERGE do, lock and endanger?
import type { MergeStmt } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { printName, relationName } from './name.ts';
import { isDeferred } from './reading/foreign-key-effects.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { mixedHazards } from './reading/mixed.ts';
import { isReferredKey, referredLocks, referringLocks, writeLocks } from './reading/row-locks.ts';
import { notKept, rowsKept } from './reading/rows-kept.ts';
import { worthCare } from './reading/size.ts';
import { tablesRead } from './reading/tables-read.ts';

export interface MergeRows extends Change {
  readonly kind: 'merge-rows';
  readonly table: Name;
  /** Tables that the rows to merge come from; none for VALUES. */
  readonly reads: readonly Name[];
  readonly inserts: boolean;
  readonly updates: readonly string[];
  readonly deletes: boolean;
  /** WHEN NOT MATCHED BY SOURCE: rows that the source does not name are changed too. */
  readonly bySource: boolean;
}

export default defineChange<MergeRows>({
  kind: 'merge-rows',
  explain: {
    title: 'Rows are merged into a table',
    why: 'MERGE inserts, updates and deletes in one statement: every row it changes stays locked until the migration commits. WHEN NOT MATCHED BY SOURCE goes over all rows of the table. Two sessions that merge the same new row at once may both insert it, and one fails; INSERT … ON CONFLICT does not.',
    instead:
      'Give it a migration of its own, and merge a large source in parts by its key, each in a migration. For rows written down in the migration INSERT … ON CONFLICT DO UPDATE is simpler, and PostgreSQL 14 has it too.',
    links: ['https://www.postgresql.org/docs/current/sql-merge.html'],
  },
  on: ['MergeStmt'],
  recognise: ({ node }, facts) => {
    if (!('MergeStmt' in node)) return null;
    const { MergeStmt: statement } = node;
    const table = relationName(statement.relation, facts);
    return {
      object: `rows of ${printName(table)}`,
      table,
      ...actions(statement),
      reads: tablesRead(sources(statement), facts),
    };
  },
  effects: () => [],
  locks: ({ table, inserts, updates, deletes }, facts) => [
    ...writeLocks(table, facts),
    ...(inserts || updates.length > 0 ? referredLocks(table, inserts ? null : updates, facts) : []),
    ...(deletes || isReferredKey(table, updates, facts) ? referringLocks(table, facts) : []),
  ],
  plan: (change, facts, way) =>
    rowsKept({ planned: planned(change, facts, way), does: `merge rows into ${printName(change.table)}` }, facts, way),
  keeps: true,
  lasts: ({ table }, facts) => notKept(table, facts),
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ table, reads, bySource }, facts, after) => {
    const large = [...reads, ...(bySource ? [table] : [])].filter((name) => worthCare(name, facts));
    if (large.length === 0 || !worthCare(table, facts)) return [];
    return [
      {
        code: 'merge-many-rows',
        family: 'lock',
        severity: 'warning',
        message: `rows of ${printName(table)} are merged in one transaction, and it cannot be told how many`,
        why: 'The rows it changes stay locked until the end: whoever wants to change one of them waits. A session that inserts the same row meanwhile makes it fail.',
        instead:
          'Put it into a migration of its own, and merge a large source in parts by its key, one migration each.',
      },
      ...mixedHazards(`rows are merged into ${printName(table)}`, table, facts, after),
    ];
  },
});

function planned(
  { table, reads, inserts, updates, deletes, bySource }: MergeRows,
  facts: Facts,
  { clause }: Way,
): Planned {
  const writes = inserts ? null : updates;
  if (isDeferred(table, { writes, deletes }, facts) && clause.later().length > 0) return 'binds';
  if (!worthCare(table, facts) || ![...reads, ...(bySource ? [table] : [])].some((name) => worthCare(name, facts)))
    return null;
  return { cannot: 'MERGE decides for each row by what the table holds, which batches before it have changed.' };
}

function actions({ mergeWhenClauses }: MergeStmt) {
  const clauses = (mergeWhenClauses ?? []).flatMap((node) => ('MergeWhenClause' in node ? [node.MergeWhenClause] : []));
  return {
    inserts: clauses.some(({ commandType }) => commandType === 'CMD_INSERT'),
    updates: clauses
      .filter(({ commandType }) => commandType === 'CMD_UPDATE')
      .flatMap(({ targetList }) => targetList ?? [])
      .flatMap((target) => ('ResTarget' in target ? [target.ResTarget.name ?? ''] : [])),
    deletes: clauses.some(({ commandType }) => commandType === 'CMD_DELETE'),
    bySource: clauses.some(({ matchKind }) => matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE'),
  };
}

function sources({ sourceRelation, withClause }: MergeStmt) {
  // As one query, so that the names its WITH gives are known for what they are.
  return [
    { SelectStmt: { withClause: withClause ?? {}, fromClause: sourceRelation === undefined ? [] : [sourceRelation] } },
  ];
}
