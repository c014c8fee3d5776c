// What should something be like: right after its statement, and at the end of its migration?
import { type ColumnFacts, type ConstraintFacts, entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import type { Leftover } from './there-already.ts';

export interface Wanted {
  /** Of a table; absent where not all are known. */
  readonly columns?: Readonly<Record<string, ColumnFacts>> | undefined;
  readonly constraints?: readonly ConstraintFacts[];
  readonly column?: Partial<ColumnFacts>;
  readonly constraint?: ConstraintFacts;
  readonly labels?: readonly string[] | null;
}

export function wantedBy(leftover: Leftover): Wanted {
  const { step, sort } = leftover;
  if (sort === 'column') return { column: leftover.wanted };
  if (sort === 'constraint') return { constraint: leftover.wanted };
  if (sort === 'type') return { labels: leftover.labels };
  const made = step.effects.find(({ effect }) => effect === 'make-relation');
  return {
    columns: made?.effect === 'make-relation' ? made.columns : undefined,
    constraints: step.effects.flatMap((effect) => (effect.effect === 'set-constraint' ? [effect.facts] : [])),
  };
}

/** Null where its migration takes it away again, or gives it another name. */
export function wantedAfter({ step, sort, object }: Leftover, after: Facts): Wanted | null {
  const [effect] = step.effects.filter(({ effect: what }) =>
    /^(?:make-relation|make-type|set-column|set-constraint)$/.test(what),
  );
  if (effect === undefined) return null;
  if (effect.effect === 'make-type' && sort === 'type' && object.startsWith('enum ')) {
    const labels = entryOf(after.enums, qualifiedName(effect.name));
    return labels === undefined ? null : { labels };
  }
  if (effect.effect === 'make-relation' && sort === 'relation') {
    const relation = entryOf(after.relations, qualifiedName(effect.name));
    if (relation === undefined || relation.columns === null) return null;
    return { columns: relation.columns, constraints: Object.values(relation.constraints) };
  }
  if (effect.effect === 'set-column' && sort === 'column') {
    const column = entryOf(entryOf(after.relations, qualifiedName(effect.table))?.columns, effect.column);
    return column === undefined ? null : { column };
  }
  if (effect.effect === 'set-constraint' && sort === 'constraint') {
    const constraint = entryOf(entryOf(after.relations, qualifiedName(effect.table))?.constraints, effect.name);
    return constraint === undefined ? null : { constraint };
  }
  return null;
}
