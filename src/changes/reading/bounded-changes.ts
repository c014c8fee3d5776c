// Which changes leave a table as the catalog has it, but for what they name?
import type { Change, Name } from '../../model/change.ts';
import type { Way } from '../way.ts';
import { namedIn } from './named-in.ts';

/** Leaves definitions as they are, whatever it names. */
export const harmless: ReadonlySet<string> = new Set([
  'update-rows',
  'insert-rows',
  'delete-rows',
  'merge-rows',
  'select',
  'lock-table',
  'analyze',
  'truncate',
  'drop-not-null',
  'drop-default',
]);

/** Changes only what it names, and what is of columns that it names. */
export const bounded: ReadonlySet<string> = new Set([
  'add-column',
  'drop-column',
  'create-index',
  'drop-index',
  'create-statistics',
  'set-default',
  'set-not-null',
  'add-not-null-constraint',
  'add-check',
  'add-unique',
  'add-primary-key',
  'add-exclusion',
  'add-foreign-key',
  'validate-constraint',
  'drop-constraint',
  'add-identity',
  'drop-identity',
  'alter-identity',
  'set-column-statistics',
  'set-column-options',
  'set-column-storage',
  'set-column-compression',
  'storage-parameters',
  'comment-on',
  'create-policy',
  'create-table',
]);

/** Whether what the catalog says of the table itself still holds: where its rows are kept, and by which key they are spread. */
export function isSameTable(table: Name, { touchedBy }: Pick<Way, 'touchedBy'>): boolean {
  return touchedBy(table).every(({ kind }) => harmless.has(kind) || bounded.has(kind));
}

/** Whether a constraint of the table is as the catalog has it: partitions come and go without changing it. */
export function isSameConstraint(table: Name, constraint: string, way: Pick<Way, 'touchedBy' | 'treeOf'>): boolean {
  return way.touchedBy(table).every((one: Change) => {
    if (one.kind === 'attach-partition' || harmless.has(one.kind)) return true;
    const tree = way.treeOf(one);
    if (tree === null || !bounded.has(one.kind) || one.kind === 'drop-column') return false;
    const { words } = namedIn(tree);
    return !words.has(constraint) && !words.has('DROP_CASCADE');
  });
}
