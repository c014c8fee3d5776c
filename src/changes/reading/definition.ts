// What does a constraint or an index say that PostgreSQL has printed?
import type { ConstraintFacts, Facts } from '../../model/facts.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { constraintFacts, hasIndex } from './constraint.ts';
import { leadingColumns } from './covering-index.ts';

/** Names in printed definitions are whole, and the constraint has its own: nothing needs to be known. */
const nothing: Facts = { major: 14, live: true, searchPath: [], relations: {}, newTypes: [], newLabels: {} };

/** From `ALTER TABLE … ADD CONSTRAINT name …`; null for what is none. Read by the same rules as those of a migration. */
export function definedConstraint(tree: SyntaxNode): ConstraintFacts | null {
  if (!('AlterTableStmt' in tree)) return null;
  const [command] = tree.AlterTableStmt.cmds ?? [];
  const def = command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  if (def === undefined || !('Constraint' in def)) return null;
  return constraintFacts(def.Constraint, { schema: null, name: '' }, nothing)?.facts ?? null;
}

/** The columns that a lookup can use; none for what is no index. */
export function definedIndex(tree: SyntaxNode): readonly string[] {
  return 'IndexStmt' in tree ? leadingColumns(tree.IndexStmt) : [];
}

export { hasIndex };
