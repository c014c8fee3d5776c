// How does a part of a syntax tree become SQL again, so that it is surely the same?
import type { Deparser } from 'pgsql-deparser';
import { sameTree } from './checksum.ts';
import { kindOf, type SyntaxNode, walk } from './syntax.ts';

type Deparse = (typeof Deparser)['deparse'];
/** The trees of the statements in a text; throws where it is not SQL. */
type ParseTrees = (sql: string) => readonly SyntaxNode[];

/** A statement to put a part into so that it can be parsed; the part is found again by its kind. */
const frames: Readonly<Record<string, readonly ((text: string) => string)[]>> = {
  TypeName: [(text) => `CREATE TABLE t (c ${text})`],
  ColumnDef: [(text) => `CREATE TABLE t (${text})`],
  Constraint: [(text) => `CREATE TABLE t (${text})`, (text) => `CREATE TABLE t (c int ${text})`],
  RangeVar: [(text) => `SELECT FROM ${text}`],
  IndexElem: [(text) => `CREATE INDEX ON t (${text})`],
};
const expressionFrames = [(text: string) => `SELECT (${text})`];

/**
 * Prints a statement, type, column, constraint, table name, index element or expression. What was printed is parsed
 * again; null where it does not come back as the same tree, so that the caller uses the text of its source instead.
 */
export function print(node: SyntaxNode, deparse: Deparse, parse: ParseTrees): string | null {
  try {
    const text = quietly(() => deparse(node)).trim();
    const kind = kindOf(node);
    if (!text) return null;
    if (/Stmt$/.test(kind)) {
      const trees = parse(text);
      return trees.length === 1 && sameTree(trees[0], node) ? text : null;
    }
    return (frames[kind] ?? expressionFrames).some((frame) => comesBack(node, kind, frame(text), parse)) ? text : null;
  } catch {
    // The deparser throws on what it does not know; so does the parser on what the deparser got wrong.
    return null;
  }
}

/** The deparser tells the console where it gives up on a part; what it makes of that does not come back as the same tree. */
function quietly(work: () => string): string {
  const { warn } = console;
  console.warn = () => {};
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

function comesBack(node: SyntaxNode, kind: string, sql: string, parse: ParseTrees): boolean {
  let trees: readonly SyntaxNode[];
  try {
    trees = parse(sql);
  } catch {
    return false;
  }
  if (trees.length !== 1) return false;
  const found: object[] = [];
  walk(trees, (at, fields) => {
    if (at === kind) found.push({ [at]: fields });
    return found.length === 0;
  });
  const [first] = found;
  return first !== undefined && sameTree(first, node);
}
