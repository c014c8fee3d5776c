// Which objects does a DROP name, and does it take what depends on them?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { nameOfParts, partsOf, printName } from '../name.ts';

export interface Dropped {
  readonly names: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

/** What a DROP of one of these object types names, or null where it drops something else. */
export function droppedOf(node: SyntaxNode, objectTypes: readonly string[], facts: Facts): Dropped | null {
  if (!('DropStmt' in node) || !objectTypes.includes(node.DropStmt.removeType ?? '')) return null;
  const { objects, missing_ok, behavior } = node.DropStmt;
  return {
    names: (objects ?? []).map((object) => nameOfParts(nameParts(object), facts)),
    ifExists: missing_ok === true,
    cascade: behavior === 'DROP_CASCADE',
  };
}

/** A trigger, rule or policy is named with its table: `DROP TRIGGER touch ON app.users`. */
export function droppedFromTable(
  node: SyntaxNode,
  objectType: string,
  facts: Facts,
): { readonly table: Name; readonly name: string; readonly ifExists: boolean } | null {
  if (!('DropStmt' in node) || node.DropStmt.removeType !== objectType) return null;
  const parts = nameParts(node.DropStmt.objects?.[0]) ?? [];
  return {
    table: nameOfParts(parts.slice(0, -1), facts),
    name: partsOf(parts).at(-1) ?? '',
    ifExists: node.DropStmt.missing_ok === true,
  };
}

/** `views public.a, public.b`. */
export function listed(word: string, names: readonly Name[]): string {
  return `${names.length > 1 ? `${word}s` : word} ${names.map((name) => printName(name)).join(', ')}`;
}

export function cascadeHazard(object: string, takes: string): Hazard {
  return {
    code: 'cascade-takes-more',
    family: 'data',
    severity: 'warning',
    message: `CASCADE drops more than ${object}`,
    why: `It takes ${takes}, and what depends on those in turn, whatever was made since the migration was written.`,
    instead: 'Leave CASCADE out: PostgreSQL then refuses and lists what depends on it. Drop that by name, before it.',
  };
}

function nameParts(object: SyntaxNode | undefined): readonly SyntaxNode[] | undefined {
  if (object === undefined) return undefined;
  if ('List' in object) return object.List.items;
  if ('TypeName' in object) return object.TypeName.names;
  if ('ObjectWithArgs' in object) return object.ObjectWithArgs.objname;
  return [object];
}
