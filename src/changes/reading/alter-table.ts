// Which table does a sub-command of ALTER TABLE mean?

import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { AlterTableStmt } from '../../sql/syntax.ts';
import type { Clause } from '../define.ts';
import { relationName } from '../name.ts';

export interface TableAltered {
  readonly table: Name;
  readonly objtype: string;
  readonly command: NonNullable<Clause['command']>;
  readonly statement: AlterTableStmt;
}

/** Null where the clause is none, or one on an object of another sort: ALTER INDEX, ALTER MATERIALIZED VIEW. */
export function tableAltered(
  { node, command }: Clause,
  facts: Facts,
  sorts: readonly string[] = ['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE'],
): TableAltered | null {
  if (!('AlterTableStmt' in node) || command === null) return null;
  const { AlterTableStmt: statement } = node;
  const objtype = statement.objtype ?? 'OBJECT_TABLE';
  return sorts.includes(objtype)
    ? { table: relationName(statement.relation, facts), objtype, command, statement }
    : null;
}
