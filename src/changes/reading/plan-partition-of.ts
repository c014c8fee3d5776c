// How is a partition made in a partitioned table that is in use?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import type { CreateStmt } from '../../sql/syntax.ts';
import { printName } from '../name.ts';
import type { Planned, Way } from '../way.ts';
import { alterOther, rangeOf } from './alter-anew.ts';
import { property } from './partition-key.ts';
import { plannedAttach } from './plan-partition.ts';

/** A partition made by itself, then attached: null where that would not come out the same as PARTITION OF. */
export function plannedPartitionOf(
  { table, parent, statement }: { readonly table: Name; readonly parent: Name; readonly statement: CreateStmt },
  facts: Facts,
  way: Way,
): Planned {
  const { partbound: bound } = statement;
  if (bound === undefined) return null;
  const attached = { parent, partition: table, bound, isMade: true };
  const asWritten = [{ sql: way.clause.text, does: 'make the partition' }];
  if (!isPlain(statement) || hasStorageOfItsOwn(parent, way)) return plannedAttach(attached, asWritten, facts, way);
  const create = `CREATE ${statement.relation?.relpersistence === 'u' ? 'UNLOGGED ' : ''}TABLE ${printName(table)} (LIKE ${printName(parent)} ${copiedParts})`;
  const attach = alterOther(way, parent, {
    subtype: 'AT_AttachPartition',
    def: { PartitionCmd: { name: rangeOf(table), bound } },
    behavior: 'DROP_RESTRICT',
  });
  if (attach === null) return plannedAttach(attached, asWritten, facts, way);
  const steps = [
    { sql: create, does: 'make the table by itself' },
    { sql: attach, does: 'attach it, while the other partitions are read and written' },
  ];
  return plannedAttach(attached, steps, facts, way) ?? [{ stage: 'transaction', steps }];
}

/** What PARTITION OF does not copy, such as comments and statistics, is left out; what ATTACH makes itself, such as indexes, too. */
const copiedParts =
  'INCLUDING COMPRESSION INCLUDING CONSTRAINTS INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE';

function isPlain(statement: CreateStmt): boolean {
  const { tableElts, options, tablespacename, accessMethod, partspec, if_not_exists, relation } = statement;
  const hasOwn = [tablespacename, accessMethod, partspec].some((one) => one !== undefined);
  const isNamedOnly = (tableElts ?? []).length === 0 && (options ?? []).length === 0 && !hasOwn;
  return isNamedOnly && if_not_exists !== true && relation?.relpersistence !== 't';
}

/** PARTITION OF takes over where and how the parent's rows are stored; LIKE does not. */
function hasStorageOfItsOwn(parent: Name, way: Way): boolean {
  const isKnown = property(parent, 'partition key', way) !== undefined;
  return !isKnown || ['tablespace', 'access method'].some((name) => property(parent, name, way) !== undefined);
}
