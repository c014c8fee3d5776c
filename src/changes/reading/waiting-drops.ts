// What is dropped right before a change of type for its sake, and can wait for the moment in which the column is exchanged?
import { type Catalog, type Properties, partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { qualifiedName } from '../../model/facts.ts';
import { columnObject } from './altered-column.ts';

/** A run of changes that ends where the change of type begins; meanwhile the application has what they drop. */
export function waitingDrops(
  before: readonly Change[],
  statement: number,
  table: Name,
  columns: readonly string[],
): readonly Change[] {
  const own = columns.map((column) => columnObject(table, column));
  const found: Change[] = [];
  for (const change of before.toReversed()) {
    if (change.statement === statement && change.kind === 'alter-column-type') continue;
    const waits =
      change.kind === 'drop-default' ? own.includes(change.object) : droppedObjects(change, table).length > 0;
    if (!waits) break;
    found.unshift(change);
  }
  return found;
}

/** The catalog as it is when they are done. */
export function withoutDropped(catalog: Catalog, drops: readonly Change[]): { readonly catalog: Catalog } {
  const gone = new Set(drops.flatMap((change) => droppedObjects(change, null)));
  if (gone.size === 0) return { catalog };
  const objects = Object.fromEntries(
    Object.entries(catalog.objects).map(([kind, named]): [string, Readonly<Record<string, Properties>>] => [
      kind,
      Object.fromEntries(
        Object.entries(named).filter(([printed]) => !gone.has(`${kind} ${partsOfName(printed).join('.')}`)),
      ),
    ]),
  );
  return { catalog: { ...catalog, objects } };
}

/** `view public.v`, `trigger public.items.touch`: of the table, where one is given. */
function droppedObjects(change: Change, table: Name | null): readonly string[] {
  if ('cascade' in change && change.cascade === true) return [];
  if (change.kind === 'drop-view' && 'views' in change && Array.isArray(change.views))
    return change.views.flatMap((name: unknown) => (isName(name) ? [`view ${qualifiedName(name)}`] : []));
  const kind = onTable.find((each) => change.kind === `drop-${each}`);
  if (kind === undefined || !('table' in change) || !isName(change.table) || !(kind in change)) return [];
  if (table !== null && qualifiedName(change.table) !== qualifiedName(table)) return [];
  const name: unknown = Object.entries(change).find(([field]) => field === kind)?.[1];
  return typeof name === 'string' ? [`${kind} ${qualifiedName(change.table)}.${name}`] : [];
}

const onTable = ['policy', 'trigger', 'rule', 'constraint'] as const;

function isName(value: unknown): value is Name {
  return typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;
}
