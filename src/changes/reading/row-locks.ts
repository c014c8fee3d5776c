// Which tables does a change of rows lock: its own, and those that foreign keys lead to?
import type { Lock, Name } from '../../model/change.ts';
import { type ConstraintFacts, type Facts, qualifiedName } from '../../model/facts.ts';
import { isNew, printName, relationFacts } from '../name.ts';

/** ROW EXCLUSIVE; a view passes it on to tables that its text alone does not tell. */
export function writeLocks(table: Name, facts: Facts): readonly Lock[] {
  if (isNew(table, facts)) return [];
  const isView = relationFacts(table, facts)?.kind === 'view';
  return [{ relation: isView ? '*' : printName(table), mode: 'ROW EXCLUSIVE' }];
}

/** The rows referred to are locked FOR KEY SHARE, which takes ROW SHARE; `columns` null means all of them are written. */
export function referredLocks(table: Name, columns: readonly string[] | null, facts: Facts): readonly Lock[] {
  return once(
    keysOf(table, facts).flatMap(({ columns: own, references }) =>
      references !== undefined && (columns === null || own.some((column) => columns.includes(column)))
        ? [{ relation: references.table, mode: 'ROW SHARE' }]
        : [],
    ),
    table,
    facts,
  );
}

/** Tables that refer to the rows are looked into, and changed where the key says ON DELETE or ON UPDATE CASCADE, and so on from there. */
export function referringLocks(table: Name, facts: Facts): readonly Lock[] {
  return once(
    tablesReferring([qualifiedName(table)], facts).map((relation) => ({ relation, mode: 'ROW EXCLUSIVE' })),
    table,
    facts,
  );
}

/** Keys of the tables whose foreign keys lead, over one or more steps, to these. */
export function tablesReferring(keys: readonly string[], facts: Facts): readonly string[] {
  const found = new Set(keys);
  for (const key of found) {
    const own = [key, ...(facts.relations[key]?.parents ?? [])];
    for (const [other, { constraints }] of Object.entries(facts.relations)) {
      if (Object.values(constraints).some(({ references }) => references && own.includes(references.table)))
        found.add(other);
    }
  }
  return [...found].filter((key) => !keys.includes(key));
}

/** Foreign keys of a table that refer to this one and have no index to find a row's referrers by. */
export function unindexedReferrers(
  table: Name,
  facts: Facts,
): readonly { readonly table: string; readonly columns: readonly string[] }[] {
  const key = qualifiedName(table);
  return Object.entries(facts.relations).flatMap(([other, { constraints, indexed, isNew: made }]) =>
    Object.values(constraints).flatMap(({ references, columns }) => {
      const served = indexed.some((list) => columns.every((column, at) => list.split(',')[at] === column));
      return references?.table === key && !served && !made ? [{ table: other, columns }] : [];
    }),
  );
}

/** Whether an UPDATE of these columns changes what foreign keys of other tables refer to. */
export function isReferredKey(table: Name, columns: readonly string[], facts: Facts): boolean {
  const key = qualifiedName(table);
  const primary = Object.values(relationFacts(table, facts)?.constraints ?? {}).find(
    ({ kind }) => kind === 'primary-key',
  );
  const isReferred = ({ references }: ConstraintFacts) => {
    if (references?.table !== key) return false;
    const referred = references.columns.length > 0 ? references.columns : (primary?.columns ?? columns);
    return referred.some((column) => columns.includes(column));
  };
  // Thousands of relations are asked for each statement: no list of them is made.
  for (const other in facts.relations) {
    const constraints = facts.relations[other]?.constraints;
    for (const name in constraints) {
      const constraint = constraints[name];
      if (constraint !== undefined && isReferred(constraint)) return true;
    }
  }
  return false;
}

/** A partition has the keys of what it is part of. */
function keysOf(table: Name, facts: Facts): readonly ConstraintFacts[] {
  const known = relationFacts(table, facts);
  return [known, ...(known?.parents ?? []).map((parent) => facts.relations[parent])].flatMap((relation) =>
    Object.values(relation?.constraints ?? {}),
  );
}

function once(locks: readonly { relation: string; mode: Lock['mode'] }[], table: Name, facts: Facts): readonly Lock[] {
  const byRelation = new Map(locks.map((lock) => [lock.relation, lock]));
  return [...byRelation.values()].filter(
    ({ relation }) => relation !== qualifiedName(table) && facts.relations[relation]?.isNew !== true,
  );
}
