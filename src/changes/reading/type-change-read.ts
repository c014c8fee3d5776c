// What does one ALTER COLUMN … TYPE say?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { AlterTableCmd, SyntaxNode, TypeName } from '../../sql/syntax.ts';
import { partsOf, relationName } from '../name.ts';
import { alterTable } from './altered-column.ts';
import { type TypeChange, usingKind } from './type-change.ts';
import { readType } from './type-name.ts';

export interface ReadTypeChange extends TypeChange {
  readonly table: Name;
  readonly column: string;
  /** USING, as a syntax tree. */
  readonly expression: SyntaxNode | null;
  /** PostgreSQL keeps no rows of a foreign table. */
  readonly foreign: boolean;
  readonly typeName: TypeName;
  /** COLLATE … as SQL. */
  readonly collationClause: string | null;
}

/** Null where the sub-command is another one. */
export function readTypeChange(node: SyntaxNode, command: AlterTableCmd | null, facts: Facts): ReadTypeChange | null {
  const parts = alterTable(node, command);
  if (parts === null || parts.command.subtype !== 'AT_AlterColumnType') return null;
  const { def, name = '' } = parts.command;
  if (def === undefined || !('ColumnDef' in def)) return null;
  const { typeName = {}, raw_default: using, collClause } = def.ColumnDef;
  const type = readType(typeName, facts).text;
  const collation = partsOf(collClause?.collname);
  return {
    table: relationName(parts.statement.relation, facts),
    column: name,
    type,
    using: usingKind(using, name, type, facts),
    collation: collation.length === 0 ? null : collation.join('.'),
    expression: using ?? null,
    foreign: parts.statement.objtype === 'OBJECT_FOREIGN_TABLE',
    typeName,
    collationClause: collation.length === 0 ? null : `COLLATE ${collation.map(quoteIdentifier).join('.')}`,
  };
}
