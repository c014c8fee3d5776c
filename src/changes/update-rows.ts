// What does UPDATE do, lock and endanger?
import type { SyntaxNode, UpdateStmt } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { printName, relationName } from './name.ts';
import { isNewColumn } from './reading/altered-column.ts';
import { callsIn } from './reading/calls.ts';
import { isDeferred } from './reading/foreign-key-effects.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { leavesAlone } from './reading/leaves-alone.ts';
import { mixedHazards } from './reading/mixed.ts';
import { type Reach, reachOf } from './reading/reach.ts';
import { isReferredKey, referredLocks, referringLocks, writeLocks } from './reading/row-locks.ts';
import { rowsInBatches, setsDeferrable } from './reading/rows-in-batches.ts';
import { notKept, rowsKept } from './reading/rows-kept.ts';
import { sequenceLocks } from './reading/sequence-locks.ts';
import { worthCare } from './reading/size.ts';
import { tablesRead } from './reading/tables-read.ts';
import { wordsAsked } from './reading/words-asked.ts';

export interface UpdateRows extends Change {
  readonly kind: 'update-rows';
  readonly table: Name;
  readonly only: boolean;
  readonly columns: readonly string[];
  /** Tables in FROM, WITH and sub-queries. */
  readonly reads: readonly Name[];
  readonly reach: Reach;
  readonly sequences: readonly (Name | null)[];
}

export default defineChange<UpdateRows>({
  kind: 'update-rows',
  explain: {
    title: 'Rows are changed',
    why: 'Every changed row stays locked until the migration commits: whoever wants to change one of them waits. PostgreSQL writes each row anew, so a table whose rows all change doubles in size, and VACUUM can remove nothing of it before the end. Together with a schema change in the same migration, the lock of that change is held all the time.',
    instead:
      '`roadbook apply` goes over a large table some rows at a time by its key, where that ends as the one statement would; `roadbook plan` shows it, or says why not. With another tool change it in parts, `WHERE id BETWEEN 1 AND 10000` and so on. Leave out rows that are right already. A constant in a new column needs no UPDATE: ADD COLUMN … DEFAULT.',
    links: [
      'https://www.postgresql.org/docs/current/sql-update.html',
      'https://www.postgresql.org/docs/current/routine-vacuuming.html',
    ],
  },
  on: ['UpdateStmt'],
  recognise: ({ node }, facts) => {
    if (!('UpdateStmt' in node)) return null;
    const { UpdateStmt: statement } = node;
    const table = relationName(statement.relation, facts);
    return {
      object: `rows of ${printName(table)}`,
      table,
      only: statement.relation?.inh !== true,
      columns: columnsSet(statement),
      reads: tablesRead(sources(statement), facts),
      reach: reachOf(statement.whereClause, table, facts, statement.fromClause),
      sequences: callsIn(sources(statement), facts).sequences,
    };
  },
  effects: () => [],
  locks: ({ table, columns, sequences }, facts) => [
    ...writeLocks(table, facts),
    ...referredLocks(table, columns, facts),
    ...(isReferredKey(table, columns, facts) ? referringLocks(table, facts) : []),
    ...sequenceLocks(sequences, facts),
  ],
  plan: (change, facts, way) =>
    rowsKept({ planned: planned(change, facts, way), does: `change rows of ${printName(change.table)}` }, facts, way),
  keeps: true,
  // What the migration has added goes with its values.
  lasts: ({ table, columns }, facts) =>
    columns.every((column) => isNewColumn(table, column, facts)) ? null : notKept(table, facts),
  data: (_, facts, way) => [...labelsLacking(facts, way), ...wordsAsked(facts, way)],
  hazards: ({ table, columns, reach }, facts, after) => {
    if (reach === 'few' || !worthCare(table, facts)) return [];
    const mixed = mixedHazards(`${printName(table)} is updated`, table, facts, after);
    const parts =
      '`roadbook apply` goes over the table some rows at a time by its key, where that ends as the one statement would; `roadbook plan` shows it, or says why not. With another tool change it in parts, such as WHERE id BETWEEN 1 AND 10000, one migration each.';
    if (reach === 'all') {
      return [
        {
          code: 'update-whole-table',
          family: 'lock',
          severity: 'error',
          message: `every row of ${printName(table)} is updated in one transaction`,
          why: 'Each changed row is locked until the end: whoever else wants to change it waits. Each is written anew, so the table takes twice the space.',
          instead: `${parts} For the same ${columns.length === 1 ? 'value in a new column' : 'values in new columns'} ADD COLUMN … DEFAULT writes no row.`,
        },
        ...mixed,
      ];
    }
    return [
      {
        code: 'update-many-rows',
        family: 'lock',
        severity: 'warning',
        message: `rows of ${printName(table)} are updated in one transaction, and it cannot be told how many`,
        why: 'The rows it finds stay locked until the end: whoever wants to change one of them waits. Without an index for its WHERE the whole table is read.',
        instead: parts,
      },
      ...mixed,
    ];
  },
});

function planned({ table, only, columns, reads, reach }: UpdateRows, facts: Facts, way: Way): Planned {
  const { node } = way.clause;
  if (!('UpdateStmt' in node)) return null;
  if (isDeferred(table, { writes: columns, deletes: false }, facts) && way.clause.later().length > 0) return 'binds';
  if (reach === 'few' || !worthCare(table, facts)) return null;
  const { UpdateStmt: statement } = node;
  const nodes = sources(statement);
  const referred = isReferredKey(table, columns, facts) ? 'Foreign keys refer to what it sets.' : null;
  return rowsInBatches(
    {
      rows: { event: 'update', table, reads, nodes },
      only,
      alias: statement.relation?.alias?.aliasname ?? table.name,
      where: statement.whereClause,
      statement: (where): SyntaxNode => ({ UpdateStmt: { ...statement, whereClause: where } }),
      sets: columns,
      repeatable: leavesAlone(statement),
      does: `change rows of ${printName(table)}, some at a time`,
      differs: referred ?? setsDeferrable(table, columns, facts),
    },
    facts,
    way,
  );
}

function columnsSet({ targetList }: UpdateStmt): readonly string[] {
  return (targetList ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget.name ?? ''] : []));
}

function sources({ fromClause, whereClause, targetList, returningClause, withClause }: UpdateStmt) {
  const where = whereClause === undefined ? [] : [whereClause];
  // As one query, so that the names its WITH gives are known for what they are.
  return [
    {
      SelectStmt: {
        withClause: withClause ?? {},
        fromClause: [...(fromClause ?? []), ...(targetList ?? []), ...(returningClause?.exprs ?? []), ...where],
      },
    },
  ];
}
