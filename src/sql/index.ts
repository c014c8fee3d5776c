// What can the rest of Roadbook, and its users, ask about SQL text?
export { canonical, checksum, checksumScheme, sameTree, schemeOf } from './checksum.ts';
export { decodeSource } from './decode.ts';
export { dollarQuoted } from './dollar-quote.ts';
export { lex, type Token, type TokenKind } from './lexer.ts';
export { loadParser, loadPrinter, type Parser, type Printer } from './parser.ts';
export { codeFrame, type LineColumn, type Positions, positions } from './position.ts';
export { problemAt, type SourceText, type Span } from './problem-at.ts';
export { qualified, quoteIdentifier, quoteLiteral } from './quote.ts';
export { withoutLiterals } from './redact.ts';
export { runsQuery } from './runs-query.ts';
export type { ParsedStatement, SplitResult } from './split.ts';
export type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  Constraint,
  CreateStmt,
  DefElem,
  IndexElem,
  IndexStmt,
  RangeVar,
  SelectStmt,
  SyntaxNode,
  TypeName,
} from './syntax.ts';
export { kindOf, walk } from './syntax.ts';
export {
  type OutsideFacts,
  runsOutsideTransaction,
  type TransactionControl,
  transactionControl,
} from './transaction.ts';
