// What does a query read, lock and call?
import type { Lock, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { type SelectStmt, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { isNew, printName, relationFacts, relationName } from '../name.ts';
import { type Calls, callsIn } from './calls.ts';
import { type Reach, reachOf } from './reach.ts';
import { sequenceLocks } from './sequence-locks.ts';
import { tablesRead } from './tables-read.ts';

export interface Query extends Calls {
  readonly reads: readonly Name[];
  /** Tables whose rows FOR UPDATE, FOR SHARE and the like lock. */
  readonly rowsLocked: readonly Name[];
  readonly reach: Reach;
}

export function readQuery(node: SyntaxNode, facts: Facts): Query {
  const reads = tablesRead([node], facts);
  const locked = new Set<string>();
  let [locks, all] = [false, false];
  walk(node, (kind, fields) => {
    if (kind !== 'LockingClause') return;
    locks = true;
    const relations: readonly SyntaxNode[] =
      'lockedRels' in fields && Array.isArray(fields.lockedRels) ? fields.lockedRels : [];
    if (relations.length === 0) all = true;
    for (const each of relations) if ('RangeVar' in each) locked.add(each.RangeVar.relname ?? '');
  });
  const aliases = all || !locks ? new Set<string>() : realNames(node, locked, facts);
  const rowsLocked = locks ? reads.filter((name) => all || aliases.has(printName(name))) : [];
  const select = 'SelectStmt' in node ? node.SelectStmt : undefined;
  const [first] = rowsLocked;
  const reach = isLimited(select) || first === undefined ? 'few' : reachOf(select?.whereClause, first, facts);
  return { reads, rowsLocked, reach, ...callsIn([node], facts) };
}

/** What it calls may do anything where nobody knows it; a view passes row locks on. */
export function queryLocks({ rowsLocked, sequences, opaque }: Query, facts: Facts): readonly Lock[] {
  if (opaque.length > 0) return [{ relation: '*', mode: 'ACCESS EXCLUSIVE', rewrite: true, scan: true }];
  return [
    ...rowsLocked
      .filter((name) => !isNew(name, facts))
      .map((name): Lock => {
        const isView = relationFacts(name, facts)?.kind === 'view';
        return { relation: isView ? '*' : printName(name), mode: 'ROW SHARE' };
      }),
    ...sequenceLocks(sequences, facts),
  ];
}

/** FOR UPDATE OF takes the names that FROM gives. */
function realNames(node: SyntaxNode, given: ReadonlySet<string>, facts: Facts): ReadonlySet<string> {
  const found = new Set<string>();
  walk(node, (kind, fields) => {
    if (kind === 'LockingClause') return false;
    if (kind !== 'RangeVar' || !('relname' in fields) || typeof fields.relname !== 'string') return;
    const { relname } = fields;
    const schemaname = 'schemaname' in fields && typeof fields.schemaname === 'string' ? fields.schemaname : undefined;
    const alias = 'alias' in fields ? fields.alias : undefined;
    const called =
      typeof alias === 'object' && alias !== null && 'aliasname' in alias ? String(alias.aliasname) : relname;
    if (given.has(called))
      found.add(printName(relationName({ relname, ...(schemaname === undefined ? {} : { schemaname }) }, facts)));
  });
  return found;
}

function isLimited(select: SelectStmt | undefined): boolean {
  return select?.limitCount !== undefined && 'A_Const' in select.limitCount;
}
