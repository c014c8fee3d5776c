// Which statements cannot run in a transaction, and which of them can be a migration of their own?
import type { Problem } from '../../model/problem.ts';
import type { ReadMigration } from '../../read/index.ts';
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

/** The only statement of its migration, run outside of a transaction. */
export interface Lone {
  readonly statement: ParsedStatement;
  /** `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  readonly target: LoneTarget;
}

export interface Routes {
  readonly lone: ReadonlyMap<string, Lone>;
  readonly problems: readonly Problem[];
}

/** Told apart before anything is touched. */
export function findLone(
  migrations: readonly ReadMigration[],
  label: (migration: ReadMigration) => string,
  facts: OutsideFacts,
): Routes {
  const lone = new Map<string, Lone>();
  const problems: Problem[] = [];
  for (const migration of migrations) {
    for (const statement of migration.statements) {
      const command = runsOutsideTransaction(statement.node, facts);
      if (command === null) continue;
      const target = targetOf(statement.node);
      if (target !== null && migration.statements.length === 1) lone.set(migration.id, { statement, command, target });
      else problems.push(outside(migration, label(migration), statement, command));
    }
  }
  return { lone, problems };
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

function outside(migration: ReadMigration, file: string, statement: ParsedStatement, command: string): Problem {
  const more = advice(statement.node, command);
  return problemAt(
    'outside-transaction',
    `${command} cannot run in a transaction`,
    { source: migration.text, file },
    statement,
    more,
  );
}

function advice(node: SyntaxNode, command: string): { readonly detail: string; readonly hint: string } {
  if (targetOf(node) !== null) {
    return {
      detail: `A migration runs in one transaction, and PostgreSQL refuses ${command} in one. Nothing was touched.`,
      hint: 'Move it into a migration of its own, with nothing beside it but verify and undo sections: `roadbook new NAME`.',
    };
  }
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
