// Which statements cannot run in a transaction, and which of them can be taken up again when they were cut off?
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
import { loadParser } from '../../sql/parser.ts';
import { problemAt } from '../../sql/problem-at.ts';
import type { ParsedStatement } from '../../sql/split.ts';
import type { IndexStmt, RangeVar, SyntaxNode } from '../../sql/syntax.ts';
import { type OutsideFacts, runsOutsideTransaction } from '../../sql/transaction.ts';

/** What has to be looked at after it was cut off, to tell whether it was done. */
export type LoneTarget =
  | { readonly looksAt: 'index-made'; readonly node: IndexStmt; readonly table: RangeVar; readonly index: string }
  | { readonly looksAt: 'index-gone'; readonly schema: string | undefined; readonly index: string }
  | { readonly looksAt: 'partition-gone'; readonly parent: RangeVar; readonly partition: RangeVar }
  /** Nothing: it may run again without harm. */
  | { readonly looksAt: 'nothing' };

/** A statement that runs outside of a transaction, alone in its stage. */
export interface Lone {
  readonly node: SyntaxNode;
  /** `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  readonly target: LoneTarget;
}

/** As a plan holds it: SQL, from which it is told what to look at. */
export async function readLone(sql: string): Promise<Lone> {
  const [statement] = (await loadParser()).split(sql, 'plan').statements;
  if (statement === undefined) throw new Error('a stage whose statement is empty');
  const { node } = statement;
  const command = runsOutsideTransaction(node, { isPartitioned: () => true }) ?? 'the statement';
  return { node, command, target: targetOf(node) ?? { looksAt: 'nothing' } };
}

export interface OutsideStatement {
  readonly statement: ParsedStatement;
  readonly command: string;
}

export function outsideStatements({ statements }: ReadMigration, facts: OutsideFacts): readonly OutsideStatement[] {
  return statements.flatMap((statement) => {
    const command = runsOutsideTransaction(statement.node, facts);
    return command === null ? [] : [{ statement, command }];
  });
}

/** Nobody could tell after a crash whether it was done; told before anything is touched. */
export function withoutGuard(outside: OutsideStatement): boolean {
  return targetOf(outside.statement.node) === null;
}

/** Null where nobody could tell afterwards whether it was done, or where it is none of a migration's business. */
function targetOf(node: SyntaxNode): LoneTarget | null {
  if ('IndexStmt' in node) {
    const { idxname: index, relation: table } = node.IndexStmt;
    return index === undefined || table === undefined
      ? null
      : { looksAt: 'index-made', node: node.IndexStmt, table, index };
  }
  if ('DropStmt' in node) {
    const [first] = node.DropStmt.objects ?? [];
    const words = first && 'List' in first ? (first.List.items ?? []) : [];
    const names = words.flatMap((word) => ('String' in word ? [word.String.sval ?? ''] : []));
    const index = names.at(-1);
    return index === undefined ? null : { looksAt: 'index-gone', schema: names.at(-2), index };
  }
  if ('AlterTableStmt' in node) {
    const { relation: parent, cmds = [] } = node.AlterTableStmt;
    const [first] = cmds;
    const def = first && 'AlterTableCmd' in first ? first.AlterTableCmd.def : undefined;
    const partition = def && 'PartitionCmd' in def ? def.PartitionCmd.name : undefined;
    return parent && partition && cmds.length === 1 ? { looksAt: 'partition-gone', parent, partition } : null;
  }
  const again = 'ReindexStmt' in node || 'VacuumStmt' in node || 'ClusterStmt' in node;
  return again ? { looksAt: 'nothing' } : null;
}

/** `why`: what keeps it from a stage of its own, where that is not the statement itself. */
export function refusedOutside(
  migration: ReadMigration,
  file: string,
  { statement, command }: OutsideStatement,
  why: string,
): Problem {
  const hint =
    'Move it into a migration of its own, with nothing beside it but verify and undo sections: `roadbook new NAME`.';
  const more = withoutGuard({ statement, command }) ? advice(statement.node, command) : { detail: why, hint };
  const text = { source: migration.text, file };
  return problemAt('outside-transaction', `${command} cannot run in a transaction`, text, statement, more);
}

function advice(node: SyntaxNode, command: string): { readonly detail: string; readonly hint: string } {
  if ('IndexStmt' in node) {
    return {
      detail: 'An index that is built outside of a transaction has to be found again when the build was cut off.',
      hint: 'Give the index a name, and let the statement be a migration of its own: `roadbook new NAME`.',
    };
  }
  const own = 'Run it by itself, for example with psql, and leave it out of the migrations.';
  return {
    detail: 'Nobody could tell after a crash whether it was done, so it cannot be journaled. Nothing was touched.',
    hint: /SUBSCRIPTION/.test(command)
      ? `${own} With refresh = false or create_slot = false it can be part of one.`
      : own,
  };
}
