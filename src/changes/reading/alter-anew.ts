// How is a statement on the same table written, with another sub-command in the place of the user's?

import type { Name } from '../../model/change.ts';
import type { AlterTableCmd, AlterTableStmt, Constraint, RangeVar } from '../../sql/syntax.ts';
import type { Way } from '../way.ts';

/** IF EXISTS, ONLY and the name stay as the user wrote them; null where it cannot be printed. */
export function alterAnew({ clause: { node }, print }: Way, command: AlterTableCmd): string | null {
  if (!('AlterTableStmt' in node)) return null;
  return print({ AlterTableStmt: { ...node.AlterTableStmt, cmds: [{ AlterTableCmd: command }] } });
}

/** The same on a table that the user did not name, such as a partition. */
export function alterOther({ print }: Pick<Way, 'print'>, table: Name, command: AlterTableCmd): string | null {
  const statement: AlterTableStmt = {
    relation: rangeOf(table),
    cmds: [{ AlterTableCmd: command }],
    objtype: 'OBJECT_TABLE',
  };
  return print({ AlterTableStmt: statement });
}

export function rangeOf({ schema, name }: Name): RangeVar {
  return { ...(schema === null ? {} : { schemaname: schema }), relname: name, inh: true, relpersistence: 'p' };
}

export function addCommand(constraint: Constraint): AlterTableCmd {
  return { subtype: 'AT_AddConstraint', def: { Constraint: constraint }, behavior: 'DROP_RESTRICT' };
}

/** The constraint by a name of its own, holding for new rows only. */
export function notValid(definition: Constraint, name: string): Constraint {
  const { initially_valid: _, ...rest } = definition;
  return { ...rest, conname: name, skip_validation: true };
}

export function validateCommand(name: string): AlterTableCmd {
  return { subtype: 'AT_ValidateConstraint', name, behavior: 'DROP_RESTRICT' };
}

export function dropCommand(name: string): AlterTableCmd {
  return { subtype: 'AT_DropConstraint', name, behavior: 'DROP_RESTRICT' };
}
