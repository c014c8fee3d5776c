// Which columns are to be NOT NULL again, though rows without a value may have been written since?
import type { Catalog } from '../database/catalog/index.ts';
import { propertiesIn } from '../definitions/before.ts';
import { textOf } from '../definitions/define.ts';

/** Names of columns of tables that are there. */
export function tightenedColumns(from: Catalog, target: Catalog): readonly string[] {
  return Object.entries(target.objects.column ?? {}).flatMap(([name, properties]) => {
    const there = propertiesIn(from, 'column', name);
    if (there === undefined || properties['not null'] !== true || there['not null'] === true) return [];
    const isOwn = textOf(properties, 'on')?.startsWith('table ') === true && properties.local !== false;
    return isOwn && properties.generated === undefined ? [name] : [];
  });
}
