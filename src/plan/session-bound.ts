// Which statements share what their session knows with those after them, whatever kind of change they are?
import { runsQuery, type SyntaxNode, walk } from '../sql/index.ts';

interface Statement {
  readonly node: SyntaxNode;
}

/** The index of the first one that those after it must share a session with; all of them may be by themselves: Infinity. */
export function boundFrom(statements: readonly Statement[]): number {
  const temporary = statements.findIndex(({ node }) => isTemporary(node));
  const asksSequences = statements.some(({ node }) => asksSequence(node));
  const moving = asksSequences ? statements.findIndex(({ node }) => 'InsertStmt' in node || runsQuery(node)) : -1;
  return Math.min(...[temporary, moving].map((index) => (index === -1 ? Number.POSITIVE_INFINITY : index)));
}

/** Makes or names a table, view, sequence, function or type that ends with the session. */
function isTemporary(root: SyntaxNode): boolean {
  return some(root, (kind, fields) => {
    if (kind === 'String') return 'sval' in fields && fields.sval === 'pg_temp';
    if (kind !== 'RangeVar') return false;
    const { relpersistence, schemaname } = { relpersistence: '', schemaname: '', ...fields };
    return relpersistence === 't' || schemaname === 'pg_temp';
  });
}

/** currval and lastval are what nextval gave last in this session. */
function asksSequence(root: SyntaxNode): boolean {
  return some(root, (kind, fields) => {
    if (kind !== 'FuncCall' || !('funcname' in fields) || !Array.isArray(fields.funcname)) return false;
    const words: readonly SyntaxNode[] = fields.funcname;
    const last = words.at(-1);
    return last !== undefined && 'String' in last && /^(currval|lastval)$/.test(last.String.sval ?? '');
  });
}

function some(root: SyntaxNode, is: (kind: string, fields: object) => boolean): boolean {
  let found = false;
  walk(root, (kind, fields) => {
    found ||= is(kind, fields);
    return !found;
  });
  return found;
}
