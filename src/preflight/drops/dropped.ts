// What does a statement drop, and does it take what depends on that?
import type { Name } from '../../model/change.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { addressed, ofRange, wordsOf } from '../rights/named.ts';

export interface Dropped extends Name {
  readonly sort: 'relation' | 'type' | 'function' | 'schema' | 'extension' | 'column' | 'constraint';
  /** Of a column or constraint, where `name` is the table's. */
  readonly part?: string;
  /** Types that go into a function, where they are told, without their schema and as pg_type has them: `_int4`. */
  readonly args?: readonly string[];
}

/** What goes in one go: nothing in it keeps another of it. */
export interface Drop {
  readonly objects: readonly Dropped[];
  readonly cascade: boolean;
  /** Whose other parts may be gone by then: other commands of the same statement. */
  readonly besides: string | null;
}

export function dropsOf(node: SyntaxNode): readonly Drop[] {
  if ('DropStmt' in node) {
    const { objects = [], removeType, behavior } = node.DropStmt;
    const dropped = objects.map((object) => ofObject(removeType, object));
    if (!dropped.every((one) => one !== null)) return [];
    return [{ objects: dropped, cascade: behavior === 'DROP_CASCADE', besides: null }];
  }
  if (!('AlterTableStmt' in node)) return [];
  const { relation, cmds = [] } = node.AlterTableStmt;
  const table = ofRange(relation);
  if (table === null || node.AlterTableStmt.objtype === 'OBJECT_TYPE') return [];
  return cmds.flatMap((command): Drop[] => {
    if (!('AlterTableCmd' in command)) return [];
    const { subtype, name, behavior } = command.AlterTableCmd;
    const sort = subtype === 'AT_DropColumn' ? 'column' : subtype === 'AT_DropConstraint' ? 'constraint' : null;
    if (sort === null || name === undefined) return [];
    const objects = [{ sort, ...table, part: name } as const];
    return [{ objects, cascade: behavior === 'DROP_CASCADE', besides: cmds.length > 1 ? table.name : null }];
  });
}

function ofObject(removeType: string | undefined, object: SyntaxNode): Dropped | null {
  const found = addressed(removeType, object);
  if (found === null || found.part) return null;
  const { sort, name } = found;
  if (sort === 'publication' || sort === 'server' || sort === 'statistics' || sort === 'collation') return null;
  const args =
    'ObjectWithArgs' in object && object.ObjectWithArgs.args_unspecified !== true
      ? { args: (object.ObjectWithArgs.objargs ?? []).map(typeOf) }
      : {};
  return { sort, ...name, ...args };
}

function typeOf(node: SyntaxNode): string {
  if (!('TypeName' in node)) return '';
  const { arrayBounds = [] } = node.TypeName;
  return `${arrayBounds.length > 0 ? '_' : ''}${wordsOf(node).at(-1) ?? ''}`;
}
