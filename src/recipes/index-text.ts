// How is an index written where the printer cannot write it as a whole?
import { sameTree } from '../sql/checksum.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { IndexStmt, SyntaxNode } from '../sql/syntax.ts';

interface Writing {
  readonly print: (node: SyntaxNode) => string | null;
  readonly parse: (sql: string) => readonly SyntaxNode[];
}

/** Null where it cannot be written so that it comes back as the same tree. */
export function indexText(definition: IndexStmt, { print, parse }: Writing): string | null {
  const wanted: SyntaxNode = { IndexStmt: definition };
  return print(wanted) ?? composed(definition, { print, parse });
}

function composed(definition: IndexStmt, { print, parse }: Writing): string | null {
  const { indexParams = [], indexIncludingParams = [], options = [], whereClause, relation } = definition;
  const keys = indexParams.map(print);
  const included = indexIncludingParams.map(print);
  const settings = options.map(setting);
  const where = whereClause === undefined ? undefined : print(whereClause);
  const table = relation === undefined ? null : print({ RangeVar: relation });
  const parts = [...keys, ...included, ...settings, table];
  if (parts.some((part) => part === null) || where === null) return null;
  const text = [
    `CREATE ${definition.unique === true ? 'UNIQUE ' : ''}INDEX ${definition.concurrent === true ? 'CONCURRENTLY ' : ''}${quoteIdentifier(definition.idxname ?? '')}`,
    `ON ${table} USING ${quoteIdentifier(definition.accessMethod ?? 'btree')} (${keys.join(', ')})`,
    ...(included.length > 0 ? [`INCLUDE (${included.join(', ')})`] : []),
    ...(definition.nulls_not_distinct === true ? ['NULLS NOT DISTINCT'] : []),
    ...(settings.length > 0 ? [`WITH (${settings.join(', ')})`] : []),
    ...(definition.tableSpace === undefined ? [] : [`TABLESPACE ${quoteIdentifier(definition.tableSpace)}`]),
    ...(where === undefined ? [] : [`WHERE ${where}`]),
  ].join(' ');
  const [tree, ...others] = parse(text);
  return tree !== undefined && others.length === 0 && sameTree(tree, { IndexStmt: definition }) ? text : null;
}

function setting(node: SyntaxNode): string | null {
  if (!('DefElem' in node)) return null;
  const { defname = '', arg } = node.DefElem;
  if (arg === undefined) return quoteIdentifier(defname);
  if ('String' in arg) return `${quoteIdentifier(defname)} = ${quoteLiteral(arg.String.sval ?? '')}`;
  return 'Integer' in arg ? `${quoteIdentifier(defname)} = ${arg.Integer.ival ?? 0}` : null;
}
