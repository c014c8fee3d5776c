// What does ALTER TABLE … ADD CONSTRAINT add, whichever sort it is?
import type { Change, Name } from '../../model/change.ts';
import type { Effect } from '../../model/effect.ts';
import { type ConstraintFacts, type Facts, qualifiedName, type RelationFacts } from '../../model/facts.ts';
import type { Constraint } from '../../sql/syntax.ts';
import type { Clause } from '../define.ts';
import { printName, relationFacts, relationName } from '../name.ts';
import { constraintEffects, constraintFacts } from './constraint.ts';

export interface AddsConstraint extends Change {
  readonly table: Name;
  readonly constraint: string;
  readonly facts: ConstraintFacts;
  /** The syntax tree of the constraint as written, for whoever writes it anew. */
  readonly definition: Constraint;
  /** ONLY: the partitions or children do not get it. */
  readonly only: boolean;
  /** What PostgreSQL keeps no rows of, it does not read: a foreign table. */
  readonly foreign: boolean;
}

/** Null where it is another sort of constraint; `contype` is the grammar's word. */
export function addedConstraint(
  { node, command }: Clause,
  facts: Facts,
  contype: NonNullable<Constraint['contype']>,
): Omit<AddsConstraint, 'kind' | 'statement'> | null {
  if (!('AlterTableStmt' in node) || command?.def === undefined || !('Constraint' in command.def)) return null;
  const { Constraint: definition } = command.def;
  if (definition.contype !== contype) return null;
  const { relation, objtype } = node.AlterTableStmt;
  const table = relationName(relation, facts);
  const named = constraintFacts(definition, table, facts);
  if (named === null) return null;
  return {
    object: `constraint ${printName({ schema: null, name: named.name })} on ${printName(table)}`,
    table,
    constraint: named.name,
    facts: named.facts,
    definition,
    only: relation?.inh !== true,
    foreign: objtype === 'OBJECT_FOREIGN_TABLE',
  };
}

/** USING INDEX takes an index that is there, and gives it the constraint's name. */
export function addedEffects({ table, constraint, facts, definition }: AddsConstraint): readonly Effect[] {
  const effects = constraintEffects(table, { name: constraint, facts });
  const { indexname } = definition;
  if (indexname === undefined) return effects;
  const { schema } = table;
  const rename = {
    effect: 'rename-relation',
    from: { schema, name: indexname },
    to: { schema, name: constraint },
  } as const;
  return [...effects.filter(({ effect }) => effect !== 'make-relation'), ...(indexname === constraint ? [] : [rename])];
}

export function isPartitioned(table: Name, facts: Facts): boolean {
  return relationFacts(table, facts)?.kind === 'partitioned-table';
}

/** Whether all partitions that are known, one at least, have it already: then the parent takes theirs over and reads nothing. */
export function partitionsHave(
  table: Name,
  facts: Facts,
  has: (partition: RelationFacts, key: string) => boolean,
): boolean {
  const partitions = isPartitioned(table, facts) ? childrenOf(table, facts) : [];
  return (
    partitions.length > 0 &&
    partitions.every((key) => {
      const known = facts.relations[key];
      return known !== undefined && has(known, key);
    })
  );
}

/** It has no rows then. Only a live catalog tells that there are none. */
export function hasNoPartitions(table: Name, facts: Facts): boolean {
  return facts.live && isPartitioned(table, facts) && childrenOf(table, facts).length === 0;
}

/** The tables known to be partitions, or children, of this one. */
export function childrenOf(table: Name, facts: Facts): readonly string[] {
  const key = qualifiedName(table);
  return Object.entries(facts.relations).flatMap(([child, { parents }]) => (parents.includes(key) ? [child] : []));
}
