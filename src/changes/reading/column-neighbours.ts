// What hangs together with a column: tables across its foreign keys, constraints and indexes that have it?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { relationFacts } from '../name.ts';
import { nameOfKey } from './key.ts';

export interface ColumnNeighbours {
  /** What its own foreign keys refer to. */
  readonly referred: readonly Name[];
  /** Other tables whose foreign keys refer to it. */
  readonly referring: readonly Name[];
  /** CHECK constraints that mention it. */
  readonly checks: readonly string[];
  /** Keys and indexes it shares with other columns. */
  readonly sharedKeys: readonly string[];
  readonly isPrimaryKey: boolean;
  readonly isIndexed: boolean;
}

/** As far as is known. */
export function columnNeighbours(table: Name, column: string, facts: Facts): ColumnNeighbours {
  const key = qualifiedName(table);
  const known = relationFacts(table, facts);
  const own = Object.entries(known?.constraints ?? {}).filter(([, { columns }]) => columns.includes(column));
  const primary = Object.values(known?.constraints ?? {}).find(({ kind }) => kind === 'primary-key')?.columns ?? [];
  const isReferred = (references: { readonly table: string; readonly columns: readonly string[] }) =>
    references.table === key && (references.columns.length > 0 ? references.columns : primary).includes(column);
  const relations = Object.keys(facts.relations);
  const referring = relations.filter(
    (other) =>
      other !== key &&
      Object.values(facts.relations[other]?.constraints ?? {}).some(
        ({ references }) => references && isReferred(references),
      ),
  );
  const referred = own.flatMap(([, { references }]) =>
    references && references.table !== key ? [references.table] : [],
  );
  const has = (columns: string) => columns.split(',').includes(column);
  const indexes = relations.filter((index) => {
    const { table: of, indexed = [] } = facts.relations[index] ?? {};
    return of === key && indexed.some((columns) => has(columns) && columns !== column);
  });
  const shared = own.filter(([, { kind, columns }]) => kind !== 'not-null' && columns.length > 1).map(([name]) => name);
  return {
    referred: [...new Set(referred)].map(nameOfKey),
    referring: referring.map(nameOfKey),
    checks: own.filter(([, { kind }]) => kind === 'check').map(([name]) => name),
    sharedKeys: [...new Set([...shared, ...indexes.map((index) => nameOfKey(index).name)])].sort(),
    isPrimaryKey: primary.includes(column),
    isIndexed: (known?.indexed ?? []).some(has),
  };
}
