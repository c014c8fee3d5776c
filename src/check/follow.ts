// Which other facts name a relation or a column, and follow when it is renamed or taken away?
import type { ConstraintFacts, Facts, RelationFacts } from '../model/facts.ts';
import { copied } from './settle.ts';

/** Indexes, foreign keys and children name a table by its key. */
export function renameRelation(facts: Facts, from: string, to: string): Facts {
  const renamed = (key: string) => (key === from ? to : key);
  return mapRelations(facts, (known) => ({
    ...known,
    parents: known.parents.map(renamed),
    ...(known.table === undefined ? {} : { table: renamed(known.table) }),
    constraints: mapConstraints(known, (constraint) =>
      constraint.references === undefined
        ? constraint
        : { ...constraint, references: { ...constraint.references, table: renamed(constraint.references.table) } },
    ),
  }));
}

/** A table takes its indexes with it; an index leaves its columns without one. */
export function takeRelation(facts: Facts, key: string): Facts {
  const taken = facts.relations[key];
  const relations = copied(
    facts.relations,
    Object.keys(facts.relations).filter((other) => other !== key && facts.relations[other]?.table !== key),
  );
  const table = taken?.table === undefined ? undefined : relations[taken.table];
  if (taken?.table === undefined || table === undefined) return { ...facts, relations };
  const indexed = taken.indexed.reduce<readonly string[]>((rest, columns) => {
    const at = rest.indexOf(columns);
    return rest.filter((_, index) => index !== at);
  }, table.indexed);
  return { ...facts, relations: { ...relations, [taken.table]: { ...table, indexed } } };
}

export function renameColumn(facts: Facts, table: string, from: string, to: string): Facts {
  const names = (columns: readonly string[]) => columns.map((column) => (column === from ? to : column));
  const lists = (indexed: readonly string[]) => indexed.map((columns) => names(columns.split(',')).join(','));
  return mapRelations(facts, (known, key) => ({
    ...known,
    ...(key === table || known.table === table ? { indexed: lists(known.indexed) } : {}),
    constraints: mapConstraints(known, (constraint) => ({
      ...constraint,
      ...(key === table ? { columns: names(constraint.columns) } : {}),
      ...(key === table && constraint.proves !== undefined ? { proves: names(constraint.proves) } : {}),
      ...(constraint.references?.table === table
        ? { references: { table, columns: names(constraint.references.columns) } }
        : {}),
    })),
  }));
}

/** A column takes with it the constraints and indexes that it is part of. */
export function takeColumn(facts: Facts, table: string, column: string): Facts {
  const has = (columns: string) => columns.split(',').includes(column);
  const isIndex = (key: string) => {
    const known = facts.relations[key];
    return known?.table === table && known.indexed.some(has);
  };
  const kept = Object.keys(facts.relations).filter((key) => !isIndex(key));
  const relations = copied(facts.relations, kept, (known, key) => {
    if (key !== table) return known;
    const constraints = Object.fromEntries(
      Object.entries(known.constraints).filter(([, { columns }]) => !columns.includes(column)),
    );
    return { ...known, indexed: known.indexed.filter((columns) => !has(columns)), constraints };
  });
  return { ...facts, relations };
}

function mapRelations(facts: Facts, alter: (known: RelationFacts, key: string) => RelationFacts): Facts {
  return { ...facts, relations: copied(facts.relations, Object.keys(facts.relations), alter) };
}

function mapConstraints(
  { constraints }: RelationFacts,
  alter: (constraint: ConstraintFacts) => ConstraintFacts,
): RelationFacts['constraints'] {
  return Object.fromEntries(Object.entries(constraints).map(([name, constraint]) => [name, alter(constraint)]));
}
