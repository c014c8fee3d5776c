// Which tables does a query read?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { type SyntaxNode, walk } from '../../sql/syntax.ts';
import { relationName } from '../name.ts';

/** Each once, in their order; a name that a WITH gives to a query of its own is no table. */
export function tablesRead(nodes: readonly SyntaxNode[], facts: Facts): readonly Name[] {
  const named = new Map<string, ReadonlySet<object>>();
  const written = new Set<unknown>();
  walk(nodes, (kind, fields) => {
    if (kind === 'InsertStmt' && 'relation' in fields) written.add(fields.relation);
    if (!('withClause' in fields)) return;
    for (const { name, inside } of queriesOf(fields.withClause)) named.set(name, inside);
  });
  const found = new Map<string, Name>();
  walk(nodes, (kind, fields) => {
    // FOR UPDATE OF repeats the names that FROM gives.
    if (kind === 'LockingClause') return false;
    if (kind !== 'RangeVar' || written.has(fields)) return;
    if (!('relname' in fields) || typeof fields.relname !== 'string') return;
    const schemaname = 'schemaname' in fields && typeof fields.schemaname === 'string' ? fields.schemaname : undefined;
    const inside = named.get(fields.relname);
    if (schemaname === undefined && inside !== undefined && !inside.has(fields)) return;
    const name = relationName({ relname: fields.relname, ...(schemaname === undefined ? {} : { schemaname }) }, facts);
    found.set(qualifiedName(name), name);
    return;
  });
  return [...found.values()];
}

/** Those whose rows INSERT, UPDATE, DELETE and MERGE change. */
export function tablesWritten(nodes: readonly SyntaxNode[], facts: Facts): readonly Name[] {
  const found = new Map<string, Name>();
  walk(nodes, (kind, fields) => {
    if (!/^(Insert|Update|Delete|Merge)Stmt$/.test(kind) || !('relation' in fields)) return;
    const { relation } = fields;
    if (typeof relation !== 'object' || relation === null || !('relname' in relation)) return;
    const { relname } = relation;
    if (typeof relname !== 'string') return;
    const schemaname =
      'schemaname' in relation && typeof relation.schemaname === 'string' ? { schemaname: relation.schemaname } : {};
    const name = relationName({ relname, ...schemaname }, facts);
    found.set(qualifiedName(name), name);
  });
  return [...found.values()];
}

/** The names a WITH gives, and the tables inside that bear the same name and mean a real one: not so where it is recursive. */
function queriesOf(clause: unknown): readonly { readonly name: string; readonly inside: ReadonlySet<object> }[] {
  if (typeof clause !== 'object' || clause === null || !('ctes' in clause) || !Array.isArray(clause.ctes)) return [];
  const recursive = 'recursive' in clause && clause.recursive === true;
  const nodes: readonly SyntaxNode[] = clause.ctes;
  return nodes.flatMap((node) => {
    if (!('CommonTableExpr' in node)) return [];
    const { ctename: name = '', ctequery } = node.CommonTableExpr;
    const inside = new Set<object>();
    if (!recursive && ctequery !== undefined) {
      walk(ctequery, (kind, fields) => {
        if (kind === 'RangeVar' && 'relname' in fields && fields.relname === name) inside.add(fields);
      });
    }
    return [{ name, inside }];
  });
}
