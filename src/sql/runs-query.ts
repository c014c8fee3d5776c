// May a statement take as long as there are rows, whatever it locks?
import { type SyntaxNode, walk } from './syntax.ts';

const always = [
  'SelectStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CreateTableAsStmt',
  'RefreshMatViewStmt',
  'CopyStmt',
  'CallStmt',
  'DoStmt',
  'ExecuteStmt',
  'FetchStmt',
  'ClusterStmt',
  'ReindexStmt',
  'VacuumStmt',
  'CheckPointStmt',
  'CreateExtensionStmt',
  'AlterExtensionStmt',
  'ImportForeignSchemaStmt',
];

/** True for queries, and for what runs code or reads whole tables; false where only the catalog, or rows that are written out, are concerned. */
export function runsQuery(node: SyntaxNode): boolean {
  if ('InsertStmt' in node) {
    const { selectStmt } = node.InsertStmt;
    if (selectStmt === undefined) return false;
    const values = 'SelectStmt' in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
    return values === undefined || asks(values);
  }
  if ('ExplainStmt' in node) {
    const { query, options = [] } = node.ExplainStmt;
    const runs = options.some((option) => 'DefElem' in option && option.DefElem.defname === 'analyze');
    return runs && query !== undefined && runsQuery(query);
  }
  return always.some((tag) => tag in node);
}

/** `VALUES ((SELECT count(*) FROM users))`. */
function asks(values: readonly SyntaxNode[]): boolean {
  let found = false;
  walk(values, (kind) => {
    found ||= kind === 'SubLink';
    return !found;
  });
  return found;
}
