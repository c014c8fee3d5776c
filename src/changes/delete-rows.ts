// What does DELETE do, lock and endanger?

import { qualifiedName } from '../model/facts.ts';
import type { DeleteStmt, SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Name, type Planned, type Way } from './define.ts';
import { printName, relationName } from './name.ts';
import { deleteEffects, isDeferred } from './reading/foreign-key-effects.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { mixedHazards } from './reading/mixed.ts';
import { type Reach, reachOf } from './reading/reach.ts';
import { referringLocks, unindexedReferrers, writeLocks } from './reading/row-locks.ts';
import { rowsInBatches } from './reading/rows-in-batches.ts';
import { notKept, rowsKept } from './reading/rows-kept.ts';
import { worthCare } from './reading/size.ts';
import { tablesRead } from './reading/tables-read.ts';

export interface DeleteRows extends Change {
  readonly kind: 'delete-rows';
  readonly table: Name;
  readonly only: boolean;
  /** Tables in USING, WITH and sub-queries. */
  readonly reads: readonly Name[];
  readonly reach: Reach;
}

export default defineChange<DeleteRows>({
  kind: 'delete-rows',
  explain: {
    title: 'Rows are deleted',
    why: 'The rows are gone when the migration has committed, and locked until then: whoever wants to change one of them waits. For each of them every foreign key that refers to the table is looked up, which reads that whole table where it has no index, and ON DELETE CASCADE deletes there too.',
    instead:
      'Copy what may be missed into a table of its own first. `roadbook apply` deletes from a large table some rows at a time by its key, where that ends as the one statement would; `roadbook plan` shows it, or says why not. With another tool delete in parts, `WHERE id BETWEEN 1 AND 10000` and so on. Build an index under each foreign key that refers to the table.',
    links: [
      'https://www.postgresql.org/docs/current/sql-delete.html',
      'https://www.postgresql.org/docs/current/ddl-constraints.html',
    ],
  },
  on: ['DeleteStmt'],
  recognise: ({ node }, facts) => {
    if (!('DeleteStmt' in node)) return null;
    const { DeleteStmt: statement } = node;
    const table = relationName(statement.relation, facts);
    return {
      object: `rows of ${printName(table)}`,
      table,
      only: statement.relation?.inh !== true,
      reads: tablesRead(sources(statement), facts),
      reach: reachOf(statement.whereClause, table, facts, statement.usingClause),
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => [...writeLocks(table, facts), ...referringLocks(table, facts)],
  plan: (change, facts, way) =>
    rowsKept(
      {
        planned: planned(change, facts, way),
        does: `delete rows of ${printName(change.table)}`,
        resolves: ['delete-whole-table', 'delete-many-rows'],
      },
      facts,
      way,
    ),
  keeps: true,
  lasts: ({ table }, facts) => notKept(table, facts),
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ table, reach }, facts, after) => {
    if (reach === 'few' || !worthCare(table, facts)) return [];
    const slow = unindexedReferrers(table, facts).map(
      ({ table: other, columns }) =>
        ({
          code: 'delete-reads-referring-table',
          family: 'lock',
          severity: 'warning',
          message: `${other} has no index on ${columns.join(', ')}, which refers to ${printName(table)}`,
          why: `For each deleted row PostgreSQL looks for rows of ${other} that refer to it, and reads all of ${other} each time.`,
          instead: `Build the index first: CREATE INDEX ON ${other} (${columns.join(', ')}), which \`roadbook apply\` builds CONCURRENTLY where the table is large. With another tool write it CONCURRENTLY, alone in a migration of its own.`,
        }) as const,
    );
    const mixed = mixedHazards(`rows of ${printName(table)} are deleted`, table, facts, after);
    if (reach === 'all') {
      return [
        {
          code: 'delete-whole-table',
          family: 'data',
          severity: 'error',
          message: `every row of ${printName(table)} is deleted`,
          why: 'The rows are lost, and until the end whoever wants to change one of them waits.',
          instead: `If that is meant, keep a copy first: CREATE TABLE … AS SELECT * FROM ${printName(table)}; and say \`roadbook:ignore delete-whole-table because …\`. \`roadbook apply\` deletes some rows at a time by the key, where that ends as the one statement would; \`roadbook plan\` shows it, or says why not.`,
        },
        ...slow,
        ...mixed,
      ];
    }
    return [
      {
        code: 'delete-many-rows',
        family: 'data',
        severity: 'warning',
        message: `rows of ${printName(table)} are deleted in one transaction, and it cannot be told how many`,
        why: 'The rows it finds are lost, and until the end whoever wants to change one of them waits.',
        instead:
          'Look at them first with a SELECT of the same WHERE, and keep a copy of what may be missed. `roadbook apply` deletes some rows at a time by the key, where that ends as the one statement would; `roadbook plan` shows it, or says why not. With another tool delete in parts, such as WHERE id BETWEEN 1 AND 10000, one migration each.',
      },
      ...slow,
      ...mixed,
    ];
  },
});

function planned({ table, only, reads, reach }: DeleteRows, facts: Facts, way: Way): Planned {
  const { node } = way.clause;
  if (!('DeleteStmt' in node)) return null;
  if (isDeferred(table, { writes: [], deletes: true }, facts) && way.clause.later().length > 0) return 'binds';
  if (reach === 'few' || !worthCare(table, facts)) return null;
  const { DeleteStmt: statement } = node;
  return rowsInBatches(
    {
      rows: { event: 'delete', table, reads, nodes: sources(statement) },
      only,
      alias: statement.relation?.alias?.aliasname ?? table.name,
      where: statement.whereClause,
      statement: (where): SyntaxNode => ({ DeleteStmt: { ...statement, whereClause: where } }),
      sets: [],
      repeatable: true,
      does: `delete rows of ${printName(table)}, some at a time`,
      differs: throughForeignKeys(table, reads, facts),
    },
    facts,
    way,
  );
}

/** Why rows that go with a batch, or change with it, make the next one another. */
function throughForeignKeys(table: Name, reads: readonly Name[], facts: Facts): string | null {
  const { changed, entangled } = deleteEffects(table, facts);
  if (entangled) {
    return `Rows of ${printName(table)} refer to each other by foreign keys: some can go, or be left, only together.`;
  }
  const read = reads.find((each) => changed.has(qualifiedName(each)));
  return read === undefined ? null : `It reads ${printName(read)}, whose rows go or change with those it deletes.`;
}

function sources({ usingClause, whereClause, returningClause, withClause }: DeleteStmt) {
  const where = whereClause === undefined ? [] : [whereClause];
  const fromClause = [...(usingClause ?? []), ...(returningClause?.exprs ?? []), ...where];
  // As one query, so that the names its WITH gives are known for what they are.
  return [{ SelectStmt: { withClause: withClause ?? {}, fromClause } }];
}
