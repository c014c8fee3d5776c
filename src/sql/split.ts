// Which statements and comments does a file consist of, and where does each stand?
import type { Comment, Statement } from '../model/statement.ts';
import type { Token } from './lexer.ts';
import { hasByteOrderMark, type Positions } from './position.ts';
import { kindOf, type SyntaxNode } from './syntax.ts';

export interface ParsedStatement extends Statement {
  /** As the parser gives it: its locations are byte offsets in the file, the byte order mark not counted. */
  readonly node: SyntaxNode;
}

export interface SplitResult {
  readonly statements: readonly ParsedStatement[];
  /** The comments after the last statement. */
  readonly trailing: readonly Comment[];
}

/** One entry of `stmts` in the parser's result. No location means 0, no length means to the end. */
export interface RawStatement {
  readonly stmt?: SyntaxNode;
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/** Cuts the source at what the parser found, each statement from its first to its last token. */
export function cut(
  source: string,
  raw: readonly RawStatement[],
  tokens: readonly Token[],
  where: Positions,
): SplitResult {
  const statements: ParsedStatement[] = [];
  const comment = ({ start, end }: Token): Comment => ({
    text: source.slice(start, end),
    start,
    end,
    ...where.at(start),
  });
  let pending: Comment[] = [];
  let index = 0;
  const take = (end: number): readonly Token[] => {
    const from = index;
    for (let token = tokens[index]; token && token.start < end; token = tokens[index]) index += 1;
    return tokens.slice(from, index);
  };
  for (const { stmt, stmt_location = 0, stmt_len } of raw) {
    const taken = take(stmt_len === undefined ? source.length : where.fromByte(stmt_location + stmt_len));
    const firstIndex = taken.findIndex(({ kind, start }) => kind !== 'comment' && source[start] !== ';');
    const lastIndex = taken.findLastIndex(({ kind }) => kind !== 'comment');
    const first = taken[firstIndex];
    const last = taken[lastIndex];
    if (!stmt || !first || !last) continue;
    const { start } = first;
    const { end } = last;
    const before = taken.slice(0, firstIndex).filter(isComment).map(comment);
    statements.push({
      text: source.slice(start, end),
      comments: [...pending, ...before],
      start,
      end,
      ...where.at(start),
      kind: kindOf(stmt),
      node: stmt,
    });
    pending = taken
      .slice(lastIndex + 1)
      .filter(isComment)
      .map(comment);
  }
  return { statements, trailing: [...pending, ...take(source.length).filter(isComment).map(comment)] };
}

function isComment({ kind }: Token): boolean {
  return kind === 'comment';
}

/** What the parser reads: the source without its byte order mark. */
export function body(source: string): string {
  return hasByteOrderMark(source) ? source.slice(1) : source;
}
