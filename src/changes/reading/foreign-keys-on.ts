// Which foreign keys need this key of a table?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { relationFacts } from '../name.ts';
import { nameOfKey } from './key.ts';

export interface Dependent {
  readonly table: Name;
  readonly constraint: string;
  /** The table's own. */
  readonly isSelf: boolean;
}

/** As far as is known. A foreign key that names no columns refers to the primary key. */
export function foreignKeysOn(table: Name, columns: readonly string[], facts: Facts): readonly Dependent[] {
  const key = qualifiedName(table);
  const primary = Object.values(relationFacts(table, facts)?.constraints ?? {}).find(
    ({ kind }) => kind === 'primary-key',
  );
  return Object.entries(facts.relations).flatMap(([other, { constraints }]) =>
    Object.entries(constraints).flatMap(([constraint, { references }]) => {
      if (references?.table !== key) return [];
      const needed = references.columns.length > 0 ? references.columns : (primary?.columns ?? []);
      const same = needed.length === columns.length && needed.every((column) => columns.includes(column));
      return same ? [{ table: nameOfKey(other), constraint, isSelf: other === key }] : [];
    }),
  );
}
