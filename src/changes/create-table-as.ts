// What does CREATE TABLE … AS, or SELECT … INTO, make and lock?
import type { RangeVar, SelectStmt, SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Facts, type Name } from './define.ts';
import { nameToMake, printName, relationFacts } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { newTableTraps } from './reading/new-table-traps.ts';

export interface CreateTableAs extends Change {
  readonly kind: 'create-table-as';
  readonly table: Name;
  readonly persistence: 'permanent' | 'temporary' | 'unlogged';
  readonly ifNotExists: boolean;
  /** Known to be there already, so that IF NOT EXISTS makes nothing. */
  readonly isThere: boolean;
  /** WITH NO DATA: the columns only. */
  readonly empty: boolean;
}

export default defineChange<CreateTableAs>({
  kind: 'create-table-as',
  explain: {
    title: 'A table is made from a query',
    why: 'Nobody waits: the tables that are read can be read and written meanwhile. But the new table has none of what they have: no key, no NOT NULL, no default, no index, no rights. And rows written there since the query started are missing in it.',
    instead:
      'Write CREATE TABLE with columns and keys, then INSERT … SELECT, by batches where there are many rows. Leave it as it is for a copy that is not to live long.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createtableas.html',
      'https://www.postgresql.org/docs/current/sql-selectinto.html',
    ],
  },
  on: ['CreateTableAsStmt', 'SelectStmt'],
  recognise: ({ node }, facts) => {
    const made = targetOf(node);
    if (made === null) return null;
    const table = nameToMake(made.relation, facts);
    const { relpersistence } = made.relation;
    return {
      object: `table ${printName(table)}`,
      table,
      persistence: relpersistence === 't' ? 'temporary' : relpersistence === 'u' ? 'unlogged' : 'permanent',
      ifNotExists: made.ifNotExists,
      isThere: made.ifNotExists && isKnown(table, facts),
      empty: made.empty,
    };
  },
  effects: ({ table, isThere }) => (isThere ? [] : [{ effect: 'make-relation', name: table, kind: 'table' }]),
  locks: () => [],
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: (change, _facts, after) => newTableTraps(change, after, true),
});

interface Target {
  readonly relation: RangeVar;
  readonly ifNotExists: boolean;
  readonly empty: boolean;
}

function targetOf(node: SyntaxNode): Target | null {
  if ('SelectStmt' in node) {
    const relation = intoOf(node.SelectStmt);
    return relation === undefined ? null : { relation, ifNotExists: false, empty: false };
  }
  if (!('CreateTableAsStmt' in node) || node.CreateTableAsStmt.objtype !== 'OBJECT_TABLE') return null;
  const { into, if_not_exists: ifNotExists } = node.CreateTableAsStmt;
  if (into?.rel === undefined) return null;
  return { relation: into.rel, ifNotExists: ifNotExists === true, empty: into.skipData === true };
}

/** In `SELECT … INTO t … UNION SELECT …` the first branch has the name. */
function intoOf(select: SelectStmt): RangeVar | undefined {
  for (let branch: SelectStmt | undefined = select; branch !== undefined; branch = branch.larg) {
    if (branch.intoClause?.rel !== undefined) return branch.intoClause.rel;
  }
  return undefined;
}

function isKnown(table: Name, facts: Facts): boolean {
  return relationFacts(table, facts) !== undefined;
}
