// What do foreign keys do to other rows when rows are deleted, and which of them look at the table itself?
import type { Name } from '../../model/change.ts';
import { type ConstraintFacts, type Facts, qualifiedName } from '../../model/facts.ts';
import { relationFacts } from '../name.ts';

interface ForeignKey {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly onDelete: 'cascade' | 'set' | null;
  readonly deferred: boolean;
}

function foreignKeys(facts: Facts): readonly ForeignKey[] {
  return Object.entries(facts.relations).flatMap(([from, { constraints }]) =>
    Object.values(constraints).flatMap(({ references, columns, deferrable }) =>
      references === undefined
        ? []
        : [
            {
              from,
              to: references.table,
              columns,
              onDelete: references.onDelete ?? null,
              deferred: deferrable === 'deferred',
            },
          ],
    ),
  );
}

export interface DeleteEffects {
  /** Keys of tables whose rows go, or change, with rows of this one. */
  readonly changed: ReadonlySet<string>;
  /** What may stop a row from going, although all rows together could go: they refer to each other. */
  readonly entangled: boolean;
}

/** A partition stands for what it is part of, and that for it. */
export function deleteEffects(table: Name, facts: Facts): DeleteEffects {
  const keys = foreignKeys(facts);
  const gone = new Set([qualifiedName(table)]);
  const changed = new Set<string>();
  for (const key of gone) {
    const own = familyOf(key, facts);
    for (const each of own) if (each !== key) gone.add(each);
    for (const { from, to, onDelete } of keys) {
      if (!own.has(to) || onDelete === null) continue;
      changed.add(from);
      if (onDelete === 'cascade') gone.add(from);
    }
  }
  const target = familyOf(qualifiedName(table), facts);
  const refers = keys.some(({ from, to }) => target.has(from) && gone.has(to));
  // Rows that go by two ways, and refuse to go one before the other.
  const holds = keys.some(({ from, to, onDelete }) => onDelete === null && changed.has(from) && changed.has(to));
  return { changed, entangled: refers || holds };
}

/** A foreign key from the table to itself over one of these columns; null: over any. */
export function refersToItself(table: Name, columns: readonly string[] | null, facts: Facts): boolean {
  const own = familyOf(qualifiedName(table), facts);
  return foreignKeys(facts).some(
    (key) =>
      own.has(key.from) && own.has(key.to) && (columns === null || key.columns.some((one) => columns.includes(one))),
  );
}

/**
 * Whether a change of rows may break a constraint that is only checked when the transaction ends. `columns`: those that
 * are written, null for all of them.
 */
export function isDeferred(
  table: Name,
  does: { readonly writes: readonly string[] | null; readonly deletes: boolean },
  facts: Facts,
): boolean {
  const touches = (columns: readonly string[]) =>
    does.writes === null || columns.some((column) => does.writes?.includes(column));
  const family = familyOf(qualifiedName(table), facts);
  const own = Object.values(relationFacts(table, facts)?.constraints ?? {});
  const referring = foreignKeys(facts).filter(({ to, deferred }) => deferred && family.has(to));
  return (
    own.some(({ deferrable, columns }) => deferrable === 'deferred' && touches(columns)) ||
    (referring.length > 0 && (does.deletes || own.some((key) => isKey(key) && touches(key.columns))))
  );
}

function isKey({ kind }: ConstraintFacts): boolean {
  return kind === 'primary-key' || kind === 'unique';
}

/** The table with its partitions or children, and what it is a part of, over all steps. */
export function familyOf(key: string, facts: Facts): ReadonlySet<string> {
  const found = new Set([key]);
  for (const each of found) for (const parent of facts.relations[each]?.parents ?? []) found.add(parent);
  const down = new Set([key]);
  for (const each of down) {
    for (const [child, { parents }] of Object.entries(facts.relations)) if (parents.includes(each)) down.add(child);
  }
  return new Set([...found, ...down]);
}

export function hasChildren(table: Name, facts: Facts): boolean {
  const key = qualifiedName(table);
  return Object.values(facts.relations).some(({ parents }) => parents.includes(key));
}
