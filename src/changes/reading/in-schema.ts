// Which relations and types are known in a schema?
import { partsOfName } from '../../database/catalog/index.ts';
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

/** But for rows of its relations; of most sorts a type is known by its columns only. */
export function typesIn(schema: string, facts: Facts): readonly Name[] {
  const columns = Object.values(facts.relations).flatMap((known) => Object.values(known.columns ?? {}));
  const printed = [...columns.map(({ type }) => type), ...Object.values(facts.domains ?? {}).map(({ base }) => base)];
  const parts = printed.map((type) => partsOfName((type ?? '').replace(/(?:\([^()]*\))?(?:\[\d*\])*$/, '')));
  const keys = [...facts.newTypes, ...Object.keys(facts.enums ?? {}), ...Object.keys(facts.domains ?? {})];
  const prefix = `${schema}.`;
  const names = new Set([
    ...parts.flatMap(([first, name]) => (first === schema && name !== undefined ? [name] : [])),
    ...keys.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])),
  ]);
  return [...names]
    .filter((name) => facts.relations[`${prefix}${name}`] === undefined)
    .map((name) => ({ schema, name }));
}
