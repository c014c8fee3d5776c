// Which rights does a statement need, as far as its text tells?
import type { Name } from '../../model/change.ts';
import { changesWithin } from '../../sql/changes-within.ts';
import type { RangeVar, SyntaxNode } from '../../sql/syntax.ts';
import { ofRange, ofWords, roleOf, wordsOf } from './named.ts';
import { beside, createIn, type Need, onTable, own } from './need.ts';
import { ofObject } from './needs-of-object.ts';
import { ofDelete, ofInsert, ofMerge, ofUpdate, reads, schemasIn } from './needs-of-rows.ts';
import { ofAlterTable, ofAuthorization, ofCreateTable } from './needs-of-table.ts';

/** What is not known to be refused is not asked for: functions that are called, sequences, types, tablespaces. */
export function needsOf(node: SyntaxNode): readonly Need[] {
  return [...(ofRows(node) ?? ofMaking(node) ?? ofObject(node) ?? []), ...changesWithin(node).flatMap(needsOf)];
}

function ofRows(node: SyntaxNode): readonly Need[] | null {
  if ('InsertStmt' in node) return ofInsert(node.InsertStmt);
  if ('UpdateStmt' in node) return ofUpdate(node.UpdateStmt);
  if ('DeleteStmt' in node) return ofDelete(node.DeleteStmt);
  if ('MergeStmt' in node) return ofMerge(node.MergeStmt);
  if ('SelectStmt' in node) {
    const { into } =
      node.SelectStmt.intoClause?.rel === undefined ? { into: null } : { into: node.SelectStmt.intoClause.rel };
    const made = into === null ? null : ofRange(into);
    return [...reads(node, into ?? undefined), ...(made === null ? [] : [createIn(made.schema)])];
  }
  if ('CopyStmt' in node) {
    const { relation, is_from: isFrom, query, attlist } = node.CopyStmt;
    const table = ofRange(relation);
    if (table !== null) return [onTable(table, isFrom === true ? 'INSERT' : 'SELECT', wordsOf(attlist))];
    return query === undefined ? [] : reads(query);
  }
  if ('TruncateStmt' in node) return ranges(node.TruncateStmt.relations).map((table) => onTable(table, 'TRUNCATE'));
  if ('VacuumStmt' in node) {
    // Who may not look at a table's rows is told so and nothing more, but its schema must be open.
    const tables = node.VacuumStmt.rels ?? [];
    return tables.flatMap((table) => ('VacuumRelation' in table ? schemaOf(table.VacuumRelation.relation) : []));
  }
  if ('LockStmt' in node) {
    const { mode = 8 } = node.LockStmt;
    const privilege = mode >= 3 ? 'UPDATE, DELETE, TRUNCATE, INSERT' : 'SELECT, UPDATE, DELETE, TRUNCATE, INSERT';
    return ranges(node.LockStmt.relations).map((table) => onTable(table, privilege));
  }
  return null;
}

function ofMaking(node: SyntaxNode): readonly Need[] | null {
  if ('CreateStmt' in node) return ofCreateTable(node.CreateStmt);
  if ('CreateForeignTableStmt' in node) return ofCreateTable(node.CreateForeignTableStmt.base ?? {});
  if ('AlterTableStmt' in node) return ofAlterTable(node.AlterTableStmt);
  if ('IndexStmt' in node)
    return onTableOf(node.IndexStmt.relation, (table) => [own('relation', table), beside(table)]);
  if ('CreateTrigStmt' in node) return onTableOf(node.CreateTrigStmt.relation, (table) => [onTable(table, 'TRIGGER')]);
  if ('RuleStmt' in node) return onTableOf(node.RuleStmt.relation, (table) => [own('relation', table)]);
  if ('CreatePolicyStmt' in node) return onTableOf(node.CreatePolicyStmt.table, (table) => [own('relation', table)]);
  if ('AlterPolicyStmt' in node) return onTableOf(node.AlterPolicyStmt.table, (table) => [own('relation', table)]);
  if ('AlterSeqStmt' in node) return onTableOf(node.AlterSeqStmt.sequence, (table) => [own('relation', table)]);
  if ('ClusterStmt' in node) return onTableOf(node.ClusterStmt.relation, maintain);
  if ('RefreshMatViewStmt' in node) return onTableOf(node.RefreshMatViewStmt.relation, maintain);
  if ('ReindexStmt' in node) return onTableOf(node.ReindexStmt.relation, maintain);
  if ('ViewStmt' in node) {
    const { view, query, replace } = node.ViewStmt;
    const made = onTableOf(view, (name) => [
      createIn(name.schema),
      ...(replace === true ? [own('relation', name)] : []),
    ]);
    return [...made, ...schemasIn(query)];
  }
  if ('CreateTableAsStmt' in node) {
    const { into, query } = node.CreateTableAsStmt;
    const made = onTableOf(into?.rel, (name) => [createIn(name.schema)]);
    return [...made, ...(query === undefined ? [] : into?.skipData === true ? schemasIn(query) : reads(query))];
  }
  return ofOther(node);
}

function ofOther(node: SyntaxNode): readonly Need[] | null {
  if ('CreateSeqStmt' in node) return onTableOf(node.CreateSeqStmt.sequence, (name) => [createIn(name.schema)]);
  if ('CompositeTypeStmt' in node) return onTableOf(node.CompositeTypeStmt.typevar, (name) => [createIn(name.schema)]);
  if ('CreateEnumStmt' in node) return made(node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return made(node.CreateRangeStmt.typeName);
  if ('CreateDomainStmt' in node) return made(node.CreateDomainStmt.domainname);
  if ('DefineStmt' in node) return made(node.DefineStmt.defnames);
  if ('CreateStatsStmt' in node) {
    const { defnames, relations } = node.CreateStatsStmt;
    return [...made(defnames), ...ranges(relations).map((table) => own('relation', table))];
  }
  if ('CreateFunctionStmt' in node) {
    const { funcname, replace, parameters = [] } = node.CreateFunctionStmt;
    const name = ofWords(wordsOf(funcname));
    // Which of several of one name is replaced is known for sure only where nothing goes in.
    const replaced = replace === true && name !== null && parameters.length === 0;
    return [...made(funcname), ...(replaced ? [{ ...own('function', name), args: 0 }] : [])];
  }
  if ('CreateSchemaStmt' in node)
    return [
      ...ofAuthorization(roleOf(node.CreateSchemaStmt.authrole)),
      ...(node.CreateSchemaStmt.schemaElts ?? []).flatMap(referredIn),
    ];
  if ('CreateExtensionStmt' in node) return [{ need: 'extension', name: node.CreateExtensionStmt.extname ?? '' }];
  if ('CreatePublicationStmt' in node) {
    const { for_all_tables: all, pubobjects = [] } = node.CreatePublicationStmt;
    return [{ need: 'create-in-database' }, ...(all === true ? [superuser] : pubobjects.flatMap(published))];
  }
  if ('CreateEventTrigStmt' in node || 'CreateFdwStmt' in node) return [superuser];
  if ('CreateRoleStmt' in node) return [{ need: 'make-roles' }];
  if ('DropRoleStmt' in node) return [{ need: 'make-roles' }];
  if ('CreatedbStmt' in node) return [{ need: 'make-databases' }];
  if ('VariableSetStmt' in node) {
    const { kind, name, args = [] } = node.VariableSetStmt;
    const word = args[0] !== undefined && 'A_Const' in args[0] ? args[0].A_Const.sval?.sval : undefined;
    const isRole = kind === 'VAR_SET_VALUE' && name === 'role' && word !== undefined && word !== 'none';
    return isRole ? [{ need: 'member', role: word }] : [];
  }
  return null;
}

const superuser: Need = { need: 'superuser' };

function published(node: SyntaxNode): readonly Need[] {
  const range = 'PublicationObjSpec' in node ? node.PublicationObjSpec.pubtable?.relation : undefined;
  return onTableOf(range, (table) => [own('relation', table)]);
}

/** What is made in the new schema needs nothing; what it refers to does. */
function referredIn(node: SyntaxNode): readonly Need[] {
  return needsOf(node).filter(({ need, schema }) => (need === 'table' || need === 'own') && schema !== null);
}

function made(words: readonly SyntaxNode[] | undefined): readonly Need[] {
  const name = ofWords(wordsOf(words));
  return name === null ? [] : [createIn(name.schema)];
}

function schemaOf(range: RangeVar | undefined): readonly Need[] {
  return range?.schemaname === undefined ? [] : [{ need: 'use-schema', schema: range.schemaname }];
}

function maintain({ schema, name }: Name): readonly Need[] {
  return [{ need: 'maintain', sort: 'relation', schema, name }];
}

function onTableOf(range: RangeVar | undefined, needs: (table: Name) => readonly Need[]): readonly Need[] {
  const table = ofRange(range);
  return table === null ? [] : needs(table);
}

function ranges(nodes: readonly SyntaxNode[] | undefined): readonly Name[] {
  return (nodes ?? []).flatMap((node) => ('RangeVar' in node ? (ofRange(node.RangeVar) ?? []) : []));
}
