// Which relations are known in a schema?
import type { Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';

/** Tables come before what goes with them, such as their indexes. */
export function relationsIn(schema: string, facts: Facts): readonly Name[] {
  const prefix = `${schema}.`;
  return Object.entries(facts.relations)
    .filter(([key]) => key.startsWith(prefix))
    .sort(([, a], [, b]) => Number(a.table !== undefined) - Number(b.table !== undefined))
    .map(([key]) => ({ schema, name: key.slice(prefix.length) }));
}
