// Which sequence counts an identity column, and with which options is it made?
import { type CatalogObject, textOf } from './define.ts';

/** Null where the column is none. */
export function ownSequence(column: CatalogObject): CatalogObject | null {
  const { catalog, properties, name } = column;
  if (properties.identity === undefined) return null;
  for (const [sequence, its] of Object.entries(catalog.objects.sequence ?? {}))
    if (textOf(its, 'owner column') === `identity of ${name}`)
      return { kind: 'sequence', name: sequence, properties: its, catalog };
  return null;
}

/** Without the type, which is the column's. */
export function identityOptions(sequence: CatalogObject, named: boolean): string {
  return [...(named ? [`SEQUENCE NAME ${sequence.name}`] : []), ...sequenceOptions(sequence)].join(' ');
}

export function sequenceOptions({ properties }: CatalogObject): readonly string[] {
  const { start, increment, minimum, maximum, cache, cycle } = properties;
  return [
    `INCREMENT BY ${String(increment)}`,
    `MINVALUE ${String(minimum)}`,
    `MAXVALUE ${String(maximum)}`,
    `START WITH ${String(start)}`,
    `CACHE ${String(cache)}`,
    cycle === true ? 'CYCLE' : 'NO CYCLE',
  ];
}
