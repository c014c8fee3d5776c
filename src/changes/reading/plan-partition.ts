// How does a table become a partition, or a table of its own again, without being read under a lock?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts } from '../../model/facts.ts';
import { addThenValidate, type Proof, proveFirst } from '../../recipes/add-then-validate.ts';
import type { Draft, DraftStep } from '../../recipes/draft.ts';
import { isNew, partsOf, printName, relationFacts } from '../name.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { childrenOf } from './add-constraint.ts';
import { addCommand, alterOther, notValid, validateCommand } from './alter-anew.ts';
import { boundCondition, type Condition, restCondition } from './bound-condition.ts';
import { chosenName } from './chosen-name.ts';
import { freeConstraintName } from './free-name.ts';
import { nameOfKey } from './key.ts';
import { defaultPartitions, foreignKeysToCheck, indexesToBuild, isProven } from './partition.ts';
import {
  type Bound,
  boundsOf,
  conditionColumns,
  constraintAsWritten,
  isHashed,
  type PartitionKey,
  partitionKey,
} from './partition-key.ts';
import { checkFor, unprintable } from './plan-constraint.ts';
import { worthCare } from './size.ts';

export interface Attached {
  readonly parent: Name;
  readonly partition: Name;
  readonly bound: Bound;
  /** The statement makes the partition, so it has no rows. */
  readonly isMade?: boolean;
}

/** `then` attaches it: what PostgreSQL would look for in the rows has been proved before, by checks that go again. */
export function plannedAttach(attached: Attached, then: readonly DraftStep[], facts: Facts, way: Way): Planned {
  const { parent, partition, bound } = attached;
  const own = ownRowsAreRead(attached, facts) ? [partition] : [];
  const others = bound.is_default === true ? [] : defaultPartitions(parent, facts).map(nameOfKey);
  const rest = others.filter((name) => isRead(name, facts));
  const isForeign = relationFacts(partition, facts)?.kind === 'foreign-table';
  const hasRows = attached.isMade !== true && !isForeign && worthCare(partition, facts);
  const missing = hasRows ? indexesToBuild(partition, parent, facts) : [];
  const lookups = hasRows ? foreignKeysToCheck(partition, parent, facts).names : [];
  if (own.length + rest.length + missing.length + lookups.length === 0) return null;
  if (hasRows && isNew(parent, facts)) return madeHere(parent, partition);
  if (missing.length > 0) return lacksIndex(attached, missing);
  const keys = lookups.map((name) => foreignKey(parent, partition, name, facts, way));
  const proofs = provedBounds(attached, own, rest, facts, way);
  if ('cannot' in proofs) return proofs;
  if (keys.some((key) => key === null)) return unprintable;
  return [...keys.flatMap((key) => key ?? []), ...proveFirst(proofs, then)];
}

function provedBounds(
  attached: Attached,
  own: readonly Name[],
  rest: readonly Name[],
  facts: Facts,
  way: Way,
): readonly Proof[] | Cannot {
  if (own.length + rest.length === 0) return [];
  const key = partitionKey(attached.parent, facts, way);
  if (typeof key === 'string') return { cannot: `${key} So PostgreSQL itself reads the rows.` };
  const proofs: Proof[] = [];
  for (const [name, condition, refuses] of [
    ...own.map((one) => [one, ownCondition(attached, key, facts, way), 'new rows outside of the bounds'] as const),
    ...rest.map(
      (one) =>
        [one, restCondition(key, [attached.bound], facts, way), 'rows that belong into the new partition'] as const,
    ),
  ]) {
    if (typeof condition === 'string') return { cannot: `${condition} So PostgreSQL itself reads the rows.` };
    const check = freeConstraintName(`${name.name}_bounds_roadbook`, facts, way.catalog);
    const proof = checkFor(check, condition.expression, refuses, (command) => alterOther(way, name, command));
    if (proof === null) return unprintable;
    proofs.push(proof);
  }
  return proofs;
}

/** The parent's foreign key on the table that is not its partition yet: ATTACH takes it over. */
function foreignKey(parent: Name, partition: Name, name: string, facts: Facts, way: Way): readonly Draft[] | null {
  const definition = constraintAsWritten(parent, name, way);
  if (definition === null) return null;
  const isUsed = entryOf(relationFacts(partition, facts)?.constraints, name) !== undefined;
  const own = isUsed ? chosenName(partition, partsOf(definition.fk_attrs), 'fkey', facts) : name;
  const add = alterOther(way, partition, addCommand(notValid(definition, own)));
  const validate = alterOther(way, partition, validateCommand(own));
  return add === null || validate === null ? null : addThenValidate({ add, validate });
}

function lacksIndex({ parent, partition }: Attached, missing: readonly string[]): Cannot {
  return {
    cannot: `${printName(parent)} has an index on ${missing.join(' and ')} that ${printName(partition)} lacks, so that attaching it builds one under the lock. Build it CONCURRENTLY in a migration before this one.`,
  };
}

/** A default partition beside no other one takes any row. */
function ownRowsAreRead({ parent, partition, bound, isMade }: Attached, facts: Facts): boolean {
  if (isMade === true || !isRead(partition, facts)) return false;
  return bound.is_default !== true || childrenOf(parent, facts).length > 0;
}

function isRead(table: Name, facts: Facts): boolean {
  const known = relationFacts(table, facts);
  return worthCare(table, facts) && known?.kind !== 'foreign-table' && !isProven(known);
}

function ownCondition({ parent, bound }: Attached, key: PartitionKey, facts: Facts, way: Way): Condition {
  if (bound.is_default !== true) return boundCondition(parent, key, bound, facts, way);
  const bounds = boundsOf(parent, facts, way);
  return bounds === null ? 'The bounds of the other partitions are not known.' : restCondition(key, bounds, facts, way);
}

function madeHere(parent: Name, partition: Name): Cannot {
  return {
    cannot: `${printName(parent)} is made by the same migration: reading ${printName(partition)} before would only prolong the time in which ${printName(parent)} has no rows. A migration before this one can add a CHECK to ${printName(partition)} that says what the bounds say, with the columns NOT NULL: then nothing is read.`,
  };
}

/** CONCURRENTLY leaves a CHECK that says what the bounds said, which a plain DETACH does not. */
export function plannedDetach(parent: Name, partition: Name, concurrently: string, facts: Facts, way: Way): Planned {
  const others = defaultPartitions(parent, facts);
  if (others.length > 0) {
    return { cannot: `CONCURRENTLY is refused while there is the default partition ${others.join(', ')}.` };
  }
  const detach = {
    stage: 'concurrent',
    steps: [{ sql: concurrently, does: 'detach it while the other partitions are read and written' }],
  } as const;
  if (isHashed(parent, facts, way)) return [detach];
  const columns = conditionColumns(parent, facts, way);
  if (columns === null) {
    return { cannot: `By what ${printName(parent)} is partitioned is not known before this migration runs.` };
  }
  const check = chosenName(partition, columns.length === 1 ? columns : [], 'check', facts);
  const drop = alterOther(way, partition, {
    subtype: 'AT_DropConstraint',
    name: check,
    behavior: 'DROP_RESTRICT',
    missing_ok: true,
  });
  if (drop === null) return unprintable;
  const steps = [{ sql: drop, does: 'drop the check that CONCURRENTLY has left' }];
  return [detach, { stage: 'transaction', steps }];
}
