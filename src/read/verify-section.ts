// Does a roadbook:verify section only read?
import type { Problem } from '../model/problem.ts';
import { problemAt, type SourceText } from '../sql/problem-at.ts';
import type { ParsedStatement } from '../sql/split.ts';
import { walk } from '../sql/syntax.ts';

const writers: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  IntoClause: 'SELECT … INTO',
  LockingClause: 'FOR UPDATE or FOR SHARE',
};

/** Each statement must be a SELECT, WITH … SELECT, VALUES or TABLE that changes and locks nothing. */
export function onlyReads(text: SourceText, statements: readonly ParsedStatement[]): readonly Problem[] {
  return statements.flatMap((statement) => {
    if (statement.kind !== 'SelectStmt') return [told(text, statement, `${firstWord(statement)} is no SELECT`)];
    let writes: string | undefined;
    walk(statement.node, (kind, fields) => {
      writes ??= Object.hasOwn(writers, kind) ? writers[kind] : undefined;
      if ('intoClause' in fields) writes ??= writers.IntoClause;
    });
    return writes ? [told(text, statement, `the SELECT has ${writes} in it`)] : [];
  });
}

function told(text: SourceText, statement: ParsedStatement, what: string): Problem {
  return problemAt('verify-not-select', `in the verify section ${what}`, text, statement, {
    detail: 'A verify section is run again at any time, so it may only read: SELECT, WITH … SELECT, VALUES or TABLE.',
    hint: 'Write a SELECT that returns the rows which should not be there.',
  });
}

function firstWord({ text }: ParsedStatement): string {
  return text.split(/\s+/, 1).join('').toUpperCase();
}
