// Which column does a sub-command of ALTER TABLE alter?
import type { Lock, Name } from '../../model/change.ts';
import type { ColumnFacts, Facts } from '../../model/facts.ts';
import type { AlterTableCmd, AlterTableStmt } from '../../sql/syntax.ts';
import type { Clause } from '../define.ts';
import { isNew, printName, relationFacts, relationName } from '../name.ts';

export interface AlteredColumn {
  readonly object: string;
  readonly table: Name;
  readonly column: string;
}

/** Null for the attributes of a composite type, which ALTER TYPE alters by the same sub-commands. */
export function alteredColumn({ node, command }: Clause, facts: Facts): AlteredColumn | null {
  const parts = alterTable(node, command);
  if (parts === null) return null;
  const table = relationName(parts.statement.relation, facts);
  const column = parts.command.name ?? String(parts.command.num ?? '');
  return { object: columnObject(table, column), table, column };
}

export function alterTable(
  node: Clause['node'],
  command: AlterTableCmd | null,
): { readonly statement: AlterTableStmt; readonly command: AlterTableCmd } | null {
  if (!('AlterTableStmt' in node) || command === null || node.AlterTableStmt.objtype === 'OBJECT_TYPE') return null;
  return { statement: node.AlterTableStmt, command };
}

export function columnObject(table: Name, column: string): string {
  return `column ${printName(table, column)}`;
}

/** Undefined where nobody said what the column is. */
export function knownColumn(table: Name, column: string, facts: Facts): ColumnFacts | undefined {
  const columns = relationFacts(table, facts)?.columns ?? {};
  // A column may be called `constructor`.
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}

/** Nobody outside this migration uses the column yet. */
export function isNewColumn(table: Name, column: string, facts: Facts): boolean {
  return isNew(table, facts) || knownColumn(table, column, facts)?.isNew === true;
}

/** One lock on the table, unless it is new. */
export function lockTable(table: Name, mode: Lock['mode'], facts: Facts): readonly Lock[] {
  return isNew(table, facts) ? [] : [{ relation: printName(table), mode }];
}
