// Which rights does it take to make or alter a table?
import type { Name } from '../../model/change.ts';
import { type AlterTableCmd, type AlterTableStmt, type CreateStmt, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { ofRange, roleOf, wordsOf } from './named.ts';
import { become, beside, createIn, type Need, onTable, own } from './need.ts';

export function ofCreateTable(statement: CreateStmt): readonly Need[] {
  const { relation, tableElts = [], inhRelations = [] } = statement;
  const name = ofRange(relation);
  if (name === null) return [];
  const parents = inhRelations.flatMap((node) => ('RangeVar' in node ? (ofRange(node.RangeVar) ?? []) : []));
  const alike = tableElts.flatMap((node) =>
    'TableLikeClause' in node ? (ofRange(node.TableLikeClause.relation) ?? []) : [],
  );
  return [
    createIn(name.schema),
    ...parents.map((parent) => own('relation', parent)),
    ...alike.map((table) => onTable(table, 'SELECT')),
    ...referred(tableElts, name),
  ];
}

/** Foreign keys to tables other than this one. */
function referred(nodes: readonly SyntaxNode[], self: Name): readonly Need[] {
  const needs: Need[] = [];
  walk(nodes, (kind, fields) => {
    if (kind !== 'Constraint') return;
    const found = foreignKey({ Constraint: fields });
    if (found !== null && !(found.table.schema === self.schema && found.table.name === self.name))
      needs.push(onTable(found.table, 'REFERENCES', found.columns));
  });
  return needs;
}

function foreignKey(node: SyntaxNode): { readonly table: Name; readonly columns: readonly string[] } | null {
  if (!('Constraint' in node) || node.Constraint.contype !== 'CONSTR_FOREIGN') return null;
  const table = ofRange(node.Constraint.pktable);
  return table === null ? null : { table, columns: wordsOf(node.Constraint.pk_attrs ?? []) };
}

export function ofAlterTable({ relation, cmds = [], objtype }: AlterTableStmt): readonly Need[] {
  const table = ofRange(relation);
  if (table === null) return [];
  const sort = objtype === 'OBJECT_TYPE' ? 'type' : 'relation';
  const commands = cmds.flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []));
  return [own(sort, table), ...commands.flatMap((command) => ofCommand(command, table))];
}

function ofCommand({ subtype, def, newowner }: AlterTableCmd, table: Name): readonly Need[] {
  if (subtype === 'AT_ChangeOwner') {
    const role = roleOf(newowner);
    return role === null ? [] : [{ need: 'give', sort: 'relation', ...table, role }];
  }
  if (def === undefined) return [];
  if (subtype === 'AT_AttachPartition' || subtype === 'AT_DetachPartition') {
    const partition = 'PartitionCmd' in def ? ofRange(def.PartitionCmd.name) : null;
    return partition === null ? [] : [own('relation', partition)];
  }
  if (subtype === 'AT_AddInherit') {
    const parent = 'RangeVar' in def ? ofRange(def.RangeVar) : null;
    return parent === null ? [] : [own('relation', parent)];
  }
  if (subtype === 'AT_AddConstraint' || subtype === 'AT_AddColumn')
    return [...referred([def], table), ...(makesRelation(def) ? [beside(table)] : [])];
  if (subtype === 'AT_AddIdentity') return [beside(table)];
  return [];
}

const serials: ReadonlySet<string> = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial']);

/** An index for a key, or a sequence for numbers: both are made in the schema of the table. */
function makesRelation(node: SyntaxNode): boolean {
  let makes = false;
  walk(node, (kind, fields) => {
    if (kind === 'TypeName' && 'names' in fields && Array.isArray(fields.names)) {
      const words = wordsOf(fields.names);
      if (words.length === 1 && serials.has(words[0] ?? '')) makes = true;
    }
    if (kind !== 'Constraint' || !('contype' in fields) || 'indexname' in fields) return;
    if (/^CONSTR_(PRIMARY|UNIQUE|EXCLUSION|IDENTITY)$/.test(String(fields.contype))) makes = true;
  });
  return makes;
}

/** CREATE SCHEMA … AUTHORIZATION role. */
export function ofAuthorization(role: string | null): readonly Need[] {
  return [{ need: 'create-in-database' }, ...become(role)];
}
