// What did a migration take away that nothing holds any more?
import type { Catalog } from '../database/catalog/index.ts';
import { type Before, propertiesIn } from '../definitions/before.ts';
import { keyOf, textOf } from '../definitions/define.ts';
import { isStored } from '../definitions/stored.ts';
import { type Renames, splitKey, wholeName } from '../definitions/under-names.ts';
import type { ColumnBack } from './columns-back.ts';
import type { Kept } from './kept.ts';

interface Parts {
  readonly before: Before;
  readonly live: Catalog;
  readonly target: Catalog;
  readonly names: Renames;
  readonly kept: readonly Kept[];
  readonly columns: readonly ColumnBack[];
}

/** Whole sentences. */
export function notKept({ before, live, target, names, kept, columns }: Parts): readonly string[] {
  const back = new Set([...names.values(), ...columns.map(({ column }) => keyOf('column', column))]);
  const isGone = (key: string) => {
    const [kind, name] = splitKey(key);
    return propertiesIn(live, kind, name) === undefined && !back.has(key);
  };
  const tables = Object.entries(before.was.table ?? {}).flatMap(([name, properties]) => {
    const key = keyOf('table', name);
    const isOther = before.replaced.includes(key) && !back.has(key);
    if (!(isGone(key) || isOther) || properties['partition key'] !== undefined) return [];
    return [`The rows of table ${name} were not kept: it comes back empty.`];
  });
  const retyped = new Set(kept.flatMap((one) => (one.sort === 'values' ? [one.column] : [])));
  const values = Object.entries(before.was.column ?? {}).flatMap(([name, properties]) => {
    const on = textOf(properties, 'on') ?? '';
    const type = /^composite type (.*)$/s.exec(on)?.[1];
    if (type !== undefined && isGone(keyOf('column', name)) && before.was['composite type']?.[type] === undefined)
      return isStored(target, type)
        ? [`What values of type ${type} had in ${name} was not kept: it comes back empty.`]
        : [];
    if (!on.startsWith('table ') || before.was.table?.[wholeName(name)] !== undefined) return [];
    if (properties.generated !== undefined || properties.local === false || retyped.has(name)) return [];
    return isGone(keyOf('column', name)) ? [`The values of column ${name} were not kept: it comes back empty.`] : [];
  });
  const sequences = Object.entries(before.was.sequence ?? {}).flatMap(([name, properties]) => {
    const owner = textOf(properties, 'owner column')?.replace(/^identity of /, '');
    // One that counts for a column goes on behind its values.
    if (owner !== undefined && propertiesIn(target, 'column', owner) !== undefined) return [];
    return isGone(keyOf('sequence', name))
      ? [`How far sequence ${name} had counted was not kept: it starts at ${String(properties.start)}.`]
      : [];
  });
  return [...tables, ...values, ...sequences];
}
