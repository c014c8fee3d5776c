// What does PostgreSQL's own parser tell about a text?
import type { ParseResult } from 'libpg-query';
import { Failure } from '../model/failure.ts';
import type { Problem } from '../model/problem.ts';
import { decodeSource } from './decode.ts';
import { createEngine, type Engine, GrammarError, ParserExhausted } from './engine.ts';
import { findForeign } from './foreign.ts';
import { lex } from './lexer.ts';
import { positions } from './position.ts';
import { print } from './print.ts';
import { problemAt, type SourceText, type Span } from './problem-at.ts';
import { body, cut, type RawStatement, type SplitResult } from './split.ts';
import type { SyntaxNode } from './syntax.ts';
import { type FailedText, syntaxError, tooDeep } from './syntax-error.ts';

export interface Parser {
  /** The statements of a file and the comments between them. Throws a Failure that names the place. */
  split(source: string | Uint8Array, file: string): SplitResult;
  /** Equal for queries that differ in their literals only. */
  fingerprint(sql: string): string;
}

let engine: Promise<Engine> | undefined;

/** Loads the parser, once. Everything else of this folder works without it. */
export async function loadParser(): Promise<Parser> {
  engine ??= createEngine();
  const loaded = await engine;
  await loaded.ready();
  return {
    split: (source, file) => split(loaded, source, file),
    fingerprint: (sql) => {
      split(loaded, sql, 'query');
      return loaded.fingerprint(sql);
    },
  };
}

/** SQL for a tree or a part of one; null where it would not parse to the same tree: use the source's text then. */
export type Printer = (node: SyntaxNode) => string | null;

/** Loads what prints trees, besides the parser: only few need it, and it takes as long again. */
export async function loadPrinter(): Promise<Printer> {
  engine ??= createEngine();
  const [loaded, { deparseSync }] = await Promise.all([engine, import('pgsql-deparser')]);
  await loaded.ready();
  const parse = (sql: string) => rawStatements(loaded, sql).flatMap(({ stmt }) => (stmt ? [stmt] : []));
  return (node) => print(node, deparseSync, parse);
}

function rawStatements(loaded: Engine, sql: string): readonly RawStatement[] {
  const result: ParseResult = JSON.parse(loaded.parse(sql));
  return result.stmts ?? [];
}

function split(loaded: Engine, input: string | Uint8Array, file: string): SplitResult {
  const source = decodeSource(input, file);
  const tokens = lex(source);
  const foreign = findForeign({ source, file }, tokens);
  if (foreign) throw new Failure(foreign, 'migration');
  const deep = tokens.find(({ kind, start, end }) => kind === 'comment' && nests(source.slice(start, end)));
  if (deep) throw new Failure(deepComment({ source, file }, deep), 'migration');
  const where = positions(source);
  const parses = (sql: string) => {
    try {
      return rawStatements(loaded, sql).length > 0;
    } catch {
      return false;
    }
  };
  const text: FailedText = { source, file, tokens, where, parses };
  try {
    return cut(source, rawStatements(loaded, body(source)), tokens, where);
  } catch (error) {
    if (error instanceof GrammarError) throw syntaxError(error, text);
    if (error instanceof ParserExhausted) throw tooDeep(text, error);
    throw error;
  }
}

/** The parser's time grows with the square of a comment's depth: 50,000 deep take minutes. */
function nests(comment: string): boolean {
  return comment.length > 2000 && comment.startsWith('/*') && comment.split('/*').length > 2000;
}

function deepComment(text: SourceText, span: Span): Problem {
  return problemAt('too-deep', 'a comment is nested too deep to be parsed', text, span, {
    detail: 'In PostgreSQL each /* inside a comment opens another one that has to be closed.',
    hint: 'Take out the /* inside the comment.',
  });
}
