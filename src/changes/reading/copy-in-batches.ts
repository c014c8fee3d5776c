// How are the rows of a large table copied to another: some at a time, by the key of the one they come from?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { backfillInBatches, inRange, keyOf, printInBatches } from '../../recipes/backfill-in-batches.ts';
import type { Draft } from '../../recipes/draft.ts';
import { sameTree } from '../../sql/checksum.ts';
import type { InsertStmt, RangeVar, SelectStmt, SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationFacts, relationName } from '../name.ts';
import type { Way } from '../way.ts';
import { hasChildren, refersToItself } from './foreign-key-effects.ts';
import { differsInBatches, isPlain } from './same-in-batches.ts';
import { worthCare } from './size.ts';

export interface Copy {
  readonly table: Name;
  /** Columns that get a value; null: all. */
  readonly columns: readonly string[] | null;
  readonly reads: readonly Name[];
  /** As one query, so that the names its WITH gives are known for what they are. */
  readonly nodes: readonly SyntaxNode[];
  readonly statement: InsertStmt;
  readonly select: SelectStmt;
}

/** Null where it would not be the same, or there is no key: as written nobody waits for it, it is one long transaction. */
export function copyInBatches(copy: Copy, facts: Facts, way: Way): readonly Draft[] | null {
  const { table, columns, reads, nodes, statement, select } = copy;
  const [whole] = way.parse(way.clause.text);
  if (!sameTree(whole, way.clause.node) || statement.withClause !== undefined) return null;
  // Sorted rows get numbers from a sequence in that order.
  if (!isPlain(select) || select.sortClause !== undefined) return null;
  // A row may refer to one that only a later batch would bring.
  if (refersToItself(table, columns, facts)) return null;
  if (differsInBatches({ event: 'insert', table, reads, nodes }, facts, way) !== null) return null;
  for (const { range, name } of sourcesIn(select, facts)) {
    const key = keyOf(name, facts, way);
    if (key.length === 0) continue;
    const own: SelectStmt = { ...select, whereClause: inRange(select.whereClause) };
    const sql = printInBatches({ InsertStmt: { ...statement, selectStmt: { SelectStmt: own } } }, way.print);
    if (sql === null) return null;
    const batches = backfillInBatches({
      table: name,
      alias: calledIn(range),
      key,
      sql,
      does: `copy rows of ${printName(name)} to ${printName(table)}, some at a time`,
      repeatable: false,
      resolves: ['insert-copies-table'],
    });
    return batches === null ? null : [...batches, counted(table)];
  }
  return null;
}

/** What follows, such as a verify section, is planned by the server as if the rows were not there until they are counted. */
function counted(table: Name): Draft {
  const name = printName(table);
  return { stage: 'transaction', steps: [{ sql: `ANALYZE ${name}`, does: `count the rows of ${name}` }], alone: true };
}

interface Source {
  readonly range: RangeVar;
  readonly name: Name;
}

/** Large tables each row of the result comes from one row of, the largest first. */
function sourcesIn({ fromClause }: SelectStmt, facts: Facts): readonly Source[] {
  const all = (fromClause ?? []).flatMap((item) => rangesIn(item, false));
  const names = all.map(calledIn);
  const rowsOf = (name: Name) => relationFacts(name, facts)?.rows ?? Number.POSITIVE_INFINITY;
  return (fromClause ?? [])
    .flatMap((item) => rangesIn(item, true))
    .map((range) => ({ range, name: relationName(range, facts) }))
    .filter(({ range, name }) => {
      const isOne = names.filter((called) => called === calledIn(range)).length === 1;
      return isOne && range.alias?.colnames === undefined && isTable(range, name, facts) && worthCare(name, facts);
    })
    .toSorted((one, other) =>
      rowsOf(one.name) < rowsOf(other.name) ? 1 : rowsOf(one.name) > rowsOf(other.name) ? -1 : 0,
    );
}

/** What is joined from outside may be missing; a name for the whole join hides those in it. */
function rangesIn(item: SyntaxNode, kept: boolean): readonly RangeVar[] {
  if ('RangeVar' in item) return [item.RangeVar];
  if (!('JoinExpr' in item)) return [];
  const { jointype, larg, rarg, alias } = item.JoinExpr;
  if (kept && alias !== undefined) return [];
  const keeps = (side: 'JOIN_LEFT' | 'JOIN_RIGHT') => !kept || jointype === 'JOIN_INNER' || jointype === side;
  return [
    ...(larg !== undefined && keeps('JOIN_LEFT') ? rangesIn(larg, kept) : []),
    ...(rarg !== undefined && keeps('JOIN_RIGHT') ? rangesIn(rarg, kept) : []),
  ];
}

function calledIn({ alias, relname }: RangeVar): string {
  return alias?.aliasname ?? relname ?? '';
}

/** A child table has its own keys: rows of it may have none that counts here. */
function isTable({ inh }: RangeVar, name: Name, facts: Facts): boolean {
  const kind = relationFacts(name, facts)?.kind;
  if (kind === 'partitioned-table') return inh === true;
  return kind === 'table' && (inh !== true || !hasChildren(name, facts));
}
