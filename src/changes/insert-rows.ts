// What does INSERT do, lock and endanger?
import type { InsertStmt, SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { printName, relationName } from './name.ts';
import { callsIn } from './reading/calls.ts';
import { copyInBatches } from './reading/copy-in-batches.ts';
import { isDeferred } from './reading/foreign-key-effects.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { mixedHazards } from './reading/mixed.ts';
import { referredLocks, writeLocks } from './reading/row-locks.ts';
import { notKept, rowsKept } from './reading/rows-kept.ts';
import { sequenceLocks } from './reading/sequence-locks.ts';
import { worthCare } from './reading/size.ts';
import { tablesRead } from './reading/tables-read.ts';
import { wordsAsked } from './reading/words-asked.ts';

export interface InsertRows extends Change {
  readonly kind: 'insert-rows';
  readonly table: Name;
  /** Empty where the statement names none. */
  readonly columns: readonly string[];
  readonly source: 'values' | 'query' | 'defaults';
  /** For VALUES: how many rows. */
  readonly rows: number | null;
  /** Tables the rows come from. */
  readonly reads: readonly Name[];
  /** The query asks for no more than a known number of rows. */
  readonly limited: boolean;
  readonly onConflict: 'fail' | 'nothing' | 'update';
  readonly overriding: boolean;
  readonly sequences: readonly (Name | null)[];
}

export default defineChange<InsertRows>({
  kind: 'insert-rows',
  explain: {
    title: 'Rows are added',
    why: 'INSERT … SELECT from a large table is one long transaction: VACUUM can remove nothing that died since it began, standbys get it all at once, and rows written to the source meanwhile are not in the copy. A schema change before it in the migration keeps its lock all that time.',
    instead:
      '`roadbook apply` copies a large table some rows at a time by its key, each batch in a transaction of its own, where each row is copied by itself; `roadbook plan` shows it. With another tool copy in parts, `WHERE id BETWEEN 1 AND 10000` and so on, each in a migration. INSERT … VALUES is harmless.',
    links: ['https://www.postgresql.org/docs/current/sql-insert.html'],
  },
  on: ['InsertStmt'],
  recognise: ({ node }, facts) => {
    if (!('InsertStmt' in node)) return null;
    const { InsertStmt: statement } = node;
    const table = relationName(statement.relation, facts);
    const query = queryOf(statement);
    const values = query?.valuesLists ?? null;
    const action = statement.onConflictClause?.action;
    // A long list of values is not walked: what is in it are constants.
    const source: readonly SyntaxNode[] = values?.slice(0, 20) ?? (query === undefined ? [] : [{ SelectStmt: query }]);
    const walked = [{ SelectStmt: { withClause: statement.withClause ?? {}, fromClause: [...source] } }];
    return {
      object: `rows of ${printName(table)}`,
      table,
      columns: (statement.cols ?? []).flatMap((column) => ('ResTarget' in column ? [column.ResTarget.name ?? ''] : [])),
      source: values !== null ? 'values' : query === undefined ? 'defaults' : 'query',
      rows: values === null ? null : values.length,
      reads: values === null ? tablesRead(walked, facts) : [],
      limited: query?.limitCount !== undefined && 'A_Const' in query.limitCount,
      onConflict: action === 'ONCONFLICT_NOTHING' ? 'nothing' : action === 'ONCONFLICT_UPDATE' ? 'update' : 'fail',
      overriding: statement.override === 'OVERRIDING_SYSTEM_VALUE',
      sequences: callsIn(walked, facts).sequences,
    };
  },
  effects: () => [],
  locks: ({ table, sequences }, facts) => [
    ...writeLocks(table, facts),
    ...referredLocks(table, null, facts),
    ...sequenceLocks(sequences, facts),
  ],
  plan: (change, facts, way) =>
    rowsKept({ planned: planned(change, facts, way), does: `add rows to ${printName(change.table)}` }, facts, way),
  keeps: true,
  lasts: ({ table }, facts) => notKept(table, facts),
  data: (_, facts, way) => [...labelsLacking(facts, way), ...wordsAsked(facts, way)],
  hazards: ({ table, source, reads, limited, overriding }, facts, after) => {
    const large = source === 'query' && !limited ? reads.filter((read) => worthCare(read, facts)) : [];
    if (large.length > 0) {
      const from = large.map((read) => printName(read)).join(' and ');
      return [
        {
          code: 'insert-copies-table',
          family: 'data',
          severity: 'warning',
          message: `rows of ${from} are copied to ${printName(table)} in one transaction`,
          why: 'One long transaction keeps VACUUM from cleaning up, and what is written to the source after it began is not in the copy.',
          instead:
            '`roadbook apply` copies a large table some rows at a time by its key, where each row is copied by itself; `roadbook plan` shows it. With another tool copy in parts, such as WHERE id BETWEEN 1 AND 10000, one migration each. One more at the end copies the rows that were added to the source meanwhile.',
        },
        ...mixedHazards(`rows are copied to ${printName(table)}`, table, facts, after),
      ];
    }
    if (!overriding) return [];
    return [
      {
        code: 'insert-leaves-sequence-behind',
        family: 'application',
        severity: 'note',
        message: `rows of ${printName(table)} are given values that its identity column does not count`,
        why: 'OVERRIDING SYSTEM VALUE leaves the sequence where it is: once it reaches one of these values, an INSERT of the application fails with a duplicate key.',
        instead: `Set the sequence afterwards: SELECT setval(pg_get_serial_sequence('${printName(table)}', 'id'), (SELECT max(id) FROM ${printName(table)})).`,
      },
    ];
  },
});

function planned({ table, columns, source, reads, onConflict }: InsertRows, facts: Facts, way: Way): Planned {
  const { node } = way.clause;
  if (!('InsertStmt' in node)) return null;
  const { InsertStmt: statement } = node;
  const written = columns.length === 0 ? null : columns;
  if (isDeferred(table, { writes: written, deletes: false }, facts) && way.clause.later().length > 0) return 'binds';
  const select = queryOf(statement);
  if (source !== 'query' || select === undefined) return null;
  if (onConflict !== 'update') {
    const nodes = [{ SelectStmt: { withClause: statement.withClause ?? {}, fromClause: [{ SelectStmt: select }] } }];
    return copyInBatches({ table, columns: written, reads, nodes, statement, select }, facts, way);
  }
  if (!worthCare(table, facts) || !reads.some((read) => worthCare(read, facts))) return null;
  return { cannot: 'ON CONFLICT DO UPDATE refuses to change a row twice in one statement, but not in two batches.' };
}

function queryOf({ selectStmt }: InsertStmt) {
  return selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
}
