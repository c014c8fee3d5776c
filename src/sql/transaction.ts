// What does a statement mean for the transaction around it?
import type { AlterSubscriptionStmt, DefElem, RangeVar } from 'libpg-query';
import type { SyntaxNode } from './syntax.ts';

export type TransactionControl =
  | 'begin'
  | 'commit'
  | 'commit-and-chain'
  | 'rollback'
  | 'savepoint'
  | 'release'
  | 'rollback-to'
  | 'prepare'
  | 'commit-prepared'
  | 'rollback-prepared';

/** What the statement does to the transaction it stands in, where it is transaction control at all. */
export function transactionControl(node: SyntaxNode): TransactionControl | null {
  if (!('TransactionStmt' in node)) return null;
  const { kind, chain } = node.TransactionStmt;
  switch (kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
      return chain ? 'commit-and-chain' : 'commit';
    case 'TRANS_STMT_SAVEPOINT':
      return 'savepoint';
    case 'TRANS_STMT_RELEASE':
      return 'release';
    case 'TRANS_STMT_ROLLBACK_TO':
      return 'rollback-to';
    case 'TRANS_STMT_PREPARE':
      return 'prepare';
    case 'TRANS_STMT_COMMIT_PREPARED':
      return 'commit-prepared';
    case 'TRANS_STMT_ROLLBACK_PREPARED':
      return 'rollback-prepared';
    default:
      return 'rollback';
  }
}

export interface OutsideFacts {
  /** Whether this table or index is partitioned; without it the answer is for plain ones. */
  readonly isPartitioned?: (relation: RangeVar) => boolean;
}

/**
 * The command's name if PostgreSQL 14 to 18 refuses it in a transaction block, else null. Where only the database can
 * tell (whether a subscription has a slot) the answer is the careful one.
 */
export function runsOutsideTransaction(
  node: SyntaxNode,
  { isPartitioned = () => false }: OutsideFacts = {},
): string | null {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent ? 'CREATE INDEX CONCURRENTLY' : null;
  if ('DropStmt' in node) return node.DropStmt.concurrent ? 'DROP INDEX CONCURRENTLY' : null;
  if ('ReindexStmt' in node) {
    const { kind, params, relation } = node.ReindexStmt;
    if (flag(params, 'concurrently', false)) return 'REINDEX CONCURRENTLY';
    if (kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA';
    if (kind === 'REINDEX_OBJECT_DATABASE') return 'REINDEX DATABASE';
    if (kind === 'REINDEX_OBJECT_SYSTEM') return 'REINDEX SYSTEM';
    const partitioned = relation !== undefined && isPartitioned(relation);
    return partitioned ? `REINDEX ${kind === 'REINDEX_OBJECT_INDEX' ? 'INDEX' : 'TABLE'} of a partitioned one` : null;
  }
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? 'VACUUM' : null;
  if ('ClusterStmt' in node) {
    const { relation } = node.ClusterStmt;
    if (!relation) return 'CLUSTER';
    return isPartitioned(relation) ? 'CLUSTER of a partitioned table' : null;
  }
  if ('AlterTableStmt' in node) {
    for (const command of node.AlterTableStmt.cmds ?? []) {
      if (!('AlterTableCmd' in command)) continue;
      const { subtype, def } = command.AlterTableCmd;
      const concurrent = def && 'PartitionCmd' in def && def.PartitionCmd.concurrent;
      if (subtype === 'AT_DetachPartition' && concurrent) return 'ALTER TABLE … DETACH PARTITION CONCURRENTLY';
    }
    return null;
  }
  if ('CreatedbStmt' in node) return 'CREATE DATABASE';
  if ('DropdbStmt' in node) return 'DROP DATABASE';
  if ('AlterDatabaseStmt' in node) {
    return definitions(node.AlterDatabaseStmt.options).some(({ defname }) => defname === 'tablespace')
      ? 'ALTER DATABASE SET TABLESPACE'
      : null;
  }
  if ('CreateTableSpaceStmt' in node) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in node) return 'DROP TABLESPACE';
  if ('AlterSystemStmt' in node) return 'ALTER SYSTEM';
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? 'DISCARD ALL' : null;
  if ('CreateSubscriptionStmt' in node) {
    const { options } = node.CreateSubscriptionStmt;
    // create_slot is true by default, but false where connect is false.
    return flag(options, 'create_slot', flag(options, 'connect', true)) ? 'CREATE SUBSCRIPTION' : null;
  }
  if ('DropSubscriptionStmt' in node) return 'DROP SUBSCRIPTION';
  if ('AlterSubscriptionStmt' in node) return alterSubscription(node.AlterSubscriptionStmt);
  if ('TransactionStmt' in node) {
    const control = transactionControl(node);
    if (control === 'commit-prepared') return 'COMMIT PREPARED';
    return control === 'rollback-prepared' ? 'ROLLBACK PREPARED' : null;
  }
  return null;
}

function alterSubscription({ kind, options }: AlterSubscriptionStmt): string | null {
  switch (kind) {
    case 'ALTER_SUBSCRIPTION_REFRESH':
      return 'ALTER SUBSCRIPTION … REFRESH PUBLICATION';
    case 'ALTER_SUBSCRIPTION_SET_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_ADD_PUBLICATION':
    case 'ALTER_SUBSCRIPTION_DROP_PUBLICATION':
      return flag(options, 'refresh', true) ? 'ALTER SUBSCRIPTION with refresh' : null;
    case 'ALTER_SUBSCRIPTION_OPTIONS':
      // Since 17 (failover) and 18 (two_phase) these change the slot on the publisher as well.
      return definitions(options).some(({ defname }) => defname === 'failover' || defname === 'two_phase')
        ? 'ALTER SUBSCRIPTION … SET (failover or two_phase)'
        : null;
    default:
      return null;
  }
}

function definitions(options: readonly SyntaxNode[] | undefined): readonly DefElem[] {
  return (options ?? []).flatMap((option) => ('DefElem' in option ? [option.DefElem] : []));
}

/** A boolean option as PostgreSQL reads it: there without a value means true. */
function flag(options: readonly SyntaxNode[] | undefined, name: string, otherwise: boolean): boolean {
  const option = definitions(options).find(({ defname }) => defname === name);
  if (!option) return otherwise;
  const { arg } = option;
  if (!arg) return true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  const text = 'String' in arg ? arg.String.sval : undefined;
  return !/^(false|off)$/i.test(text ?? '');
}
