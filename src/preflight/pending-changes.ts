// What may pending statements before this one have made, moved or handed over, so that the catalog no longer tells the truth?
import { isBuiltIn } from '../changes/reading/built-in-functions.ts';
import { kindOf, type RangeVar, type SyntaxNode, walk } from '../sql/syntax.ts';
import { addressed, wordsOf } from './rights/named.ts';

export interface Pending {
  readonly add: (node: SyntaxNode) => void;
  /** The session goes back to what it was. */
  readonly nextMigration: () => void;
  /** Whether an object of that name, be it in whichever schema, is another one now, or may be. */
  readonly has: (name: string | null | undefined) => boolean;
  /** The same for a moment before: see `moment`. */
  readonly had: (name: string | null | undefined, moment: number) => boolean;
  /** Counts on with each statement. */
  readonly moment: () => number;
  /** Names, or who one is, mean something else for the rest of the migration. */
  readonly blind: () => boolean;
  /** Something ran that can have done anything. */
  readonly opaque: () => boolean;
  /** Something was dropped with all that depended on it. */
  readonly cascaded: () => boolean;
}

/** They change who may do what, or run what cannot be looked into. */
const opaqueKinds: ReadonlySet<string> = new Set([
  'DoStmt',
  'CallStmt',
  'ExecuteStmt',
  'GrantRoleStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'ReassignOwnedStmt',
  'DropOwnedStmt',
  'AlterExtensionStmt',
  'AlterDatabaseStmt',
  'LoadStmt',
]);

export function createPending(): Pending {
  const names = new Map<string, number>();
  let moment = 0;
  let [blind, opaque, cascaded] = [false, false, false];
  return {
    add: (node) => {
      moment += 1;
      for (const name of changedBy(node)) if (name !== undefined && !names.has(name)) names.set(name, moment);
      if ('VariableSetStmt' in node) {
        const { kind, name = '' } = node.VariableSetStmt;
        if (kind === 'VAR_RESET_ALL' || /^(role|session_authorization|search_path)$/i.test(name)) blind = true;
      }
      const calls = callsOf(node);
      if (calls.includes('set_config')) blind = true;
      const isWide =
        'GrantStmt' in node &&
        (node.GrantStmt.targtype !== 'ACL_TARGET_OBJECT' || node.GrantStmt.objtype === 'OBJECT_DATABASE');
      if (isWide || opaqueKinds.has(kindOf(node)) || calls.includes('')) opaque = true;
      if (dropsMore(node)) cascaded = true;
    },
    nextMigration: () => {
      blind = false;
    },
    has: (name) => typeof name === 'string' && names.has(name),
    had: (name, before) => typeof name === 'string' && (names.get(name) ?? Number.POSITIVE_INFINITY) <= before,
    moment: () => moment,
    blind: () => blind,
    opaque: () => opaque,
    cascaded: () => cascaded,
  };
}

/** The last words of their names. */
function changedBy(node: SyntaxNode): readonly (string | undefined)[] {
  if ('CreateStmt' in node) return [nameOf(node.CreateStmt.relation)];
  if ('CreateForeignTableStmt' in node) return [nameOf(node.CreateForeignTableStmt.base?.relation)];
  if ('CreateTableAsStmt' in node) return [nameOf(node.CreateTableAsStmt.into?.rel)];
  if ('SelectStmt' in node) return [nameOf(node.SelectStmt.intoClause?.rel)];
  if ('ViewStmt' in node) return [nameOf(node.ViewStmt.view)];
  if ('CreateSeqStmt' in node) return [nameOf(node.CreateSeqStmt.sequence)];
  if ('IndexStmt' in node) return [node.IndexStmt.idxname];
  if ('CompositeTypeStmt' in node) return [nameOf(node.CompositeTypeStmt.typevar)];
  if ('CreateEnumStmt' in node) return last(node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return last(node.CreateRangeStmt.typeName);
  if ('CreateDomainStmt' in node) return last(node.CreateDomainStmt.domainname);
  if ('DefineStmt' in node) return last(node.DefineStmt.defnames);
  if ('CreateFunctionStmt' in node) return last(node.CreateFunctionStmt.funcname);
  if ('CreateSchemaStmt' in node)
    return [
      node.CreateSchemaStmt.schemaname ?? node.CreateSchemaStmt.authrole?.rolename,
      ...(node.CreateSchemaStmt.schemaElts ?? []).flatMap(changedBy),
    ];
  if ('CreateExtensionStmt' in node) return [node.CreateExtensionStmt.extname];
  if ('CreatePublicationStmt' in node) return [node.CreatePublicationStmt.pubname];
  if ('CreateStatsStmt' in node) return last(node.CreateStatsStmt.defnames);
  if ('DropStmt' in node) {
    const { objects = [], removeType } = node.DropStmt;
    return objects.map((object) => addressed(removeType, object)?.name.name ?? wordsOf(object).at(-1));
  }
  return movedBy(node);
}

function movedBy(node: SyntaxNode): readonly (string | undefined)[] {
  if ('RenameStmt' in node) {
    const { relation, object, subname, newname } = node.RenameStmt;
    return [nameOf(relation), wordsOf(object).at(-1), subname, newname];
  }
  if ('AlterObjectSchemaStmt' in node)
    return [nameOf(node.AlterObjectSchemaStmt.relation), wordsOf(node.AlterObjectSchemaStmt.object).at(-1)];
  if ('AlterOwnerStmt' in node) return [wordsOf(node.AlterOwnerStmt.object).at(-1)];
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt;
    const gives = cmds.some((one) => 'AlterTableCmd' in one && one.AlterTableCmd.subtype === 'AT_ChangeOwner');
    return gives ? [nameOf(relation)] : [];
  }
  if (!('GrantStmt' in node)) return [];
  return (node.GrantStmt.objects ?? []).map((object) =>
    'RangeVar' in object ? object.RangeVar.relname : wordsOf(object).at(-1),
  );
}

function nameOf(range: RangeVar | undefined): string | undefined {
  return range?.relname;
}

function last(words: readonly SyntaxNode[] | undefined): readonly (string | undefined)[] {
  return [wordsOf(words).at(-1)];
}

const sequenceCalls: ReadonlySet<string> = new Set(['nextval', 'setval', 'currval', 'lastval']);

/** `set_config`, and an empty word for each call of a function that may do anything. */
function callsOf(node: SyntaxNode): readonly string[] {
  if (!/^(Select|Insert|Update|Delete|Merge|CreateTableAs|Explain|Copy)Stmt$/.test(kindOf(node))) return [];
  const found = new Set<string>();
  walk(node, (kind, fields) => {
    if (kind !== 'FuncCall' || !('funcname' in fields) || !Array.isArray(fields.funcname)) return;
    const words = wordsOf(fields.funcname);
    const name = words.at(-1) ?? '';
    if (name === 'set_config') found.add(name);
    else if (!sequenceCalls.has(name) && !isBuiltIn(words)) found.add('');
  });
  return [...found];
}

function dropsMore(node: SyntaxNode): boolean {
  if ('DropStmt' in node)
    return node.DropStmt.behavior === 'DROP_CASCADE' || node.DropStmt.removeType === 'OBJECT_EXTENSION';
  if ('DropOwnedStmt' in node) return true;
  if (!('AlterTableStmt' in node)) return false;
  return (node.AlterTableStmt.cmds ?? []).some(
    (one) => 'AlterTableCmd' in one && one.AlterTableCmd.behavior === 'DROP_CASCADE',
  );
}
