// What does a constraint say that a pending statement adds, or that is there already?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { Failure } from '../../model/failure.ts';
import { partsOfTable, printedIn } from '../../recipes/key-of.ts';
import type { Constraint, SyntaxNode } from '../../sql/syntax.ts';
import { printName } from '../name.ts';
import type { Way } from '../way.ts';
import type { AddsConstraint } from './add-constraint.ts';

export type KnownDefinition = Pick<AddsConstraint, 'definition' | 'only'>;

/** Null where nobody knows. `isEnforced`: null too where it is not. */
export function knownDefinition(
  table: Name,
  constraint: string,
  way: Way,
  isEnforced: 'enforced' | 'whether or not',
): KnownDefinition | null {
  const counts = (enforced: boolean) => enforced || isEnforced === 'whether or not';
  const added = way
    .pending()
    .findLast(
      (one) => addsConstraint(one) && one.constraint === constraint && printName(one.table) === printName(table),
    );
  if (added !== undefined && addsConstraint(added)) return counts(enforces(added.definition)) ? added : null;
  const printed = printedIn(way.catalog, 'table', table);
  if (printed === null) return null;
  const found = partsOfTable(way.catalog, 'constraint', printed).find(
    ([name]) => partsOfName(name).at(-1) === constraint,
  );
  if (found === undefined || !counts(found[1].enforced !== false)) return null;
  const definition = parsedConstraint(found[1].definition, way);
  // What children have they have from it.
  return definition === null ? null : { definition, only: false };
}

/** A definition as PostgreSQL prints it, of a table or a domain. */
export function parsedConstraint(text: unknown, { parse }: Way): Constraint | null {
  if (typeof text !== 'string') return null;
  const node = parsed(`ALTER TABLE t ADD ${text}`, parse);
  const [command] = node !== null && 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  const def = command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def !== undefined && 'Constraint' in def ? def.Constraint : null;
}

/** The server may be newer than the parser. */
function parsed(sql: string, parse: Way['parse']): SyntaxNode | null {
  try {
    return parse(sql)[0] ?? null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function addsConstraint(change: Change): change is AddsConstraint {
  return 'definition' in change && 'constraint' in change && 'table' in change && 'only' in change;
}

function enforces({ contype, is_enforced }: Constraint): boolean {
  return contype === 'CONSTR_NOTNULL' || is_enforced !== false;
}
