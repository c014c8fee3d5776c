// How is an enum made, changed and taken away?
import { quoteLiteral } from '../../sql/quote.ts';
import { type CatalogObject, listOf, type ObjectDefinition } from '../define.ts';
import { ofType } from './composites.ts';

export const enums: ObjectDefinition = {
  make: (object) => ({
    statements: [`CREATE TYPE ${object.name} AS ENUM (${labelsOf(object).map(quoteLiteral).join(', ')})`],
  }),
  take: ({ name }) => [`DROP TYPE ${name}`],
  alter: (from, to) => {
    const steps = labelSteps(labelsOf(from), labelsOf(to));
    if (steps === null) return null;
    const statements = steps.map((step) => `ALTER TYPE ${to.name} ${step}`);
    // A label that was added cannot be used in the same transaction, one that was renamed can.
    const adds = steps.some((step) => step.startsWith('ADD VALUE'));
    return adds ? { statements: [], first: statements, commits: true } : { statements };
  },
  address: ofType,
};

function labelsOf({ properties }: CatalogObject): readonly string[] {
  return listOf(properties, 'labels');
}

/** Null where a label has to go or to move, for which PostgreSQL has no statement. */
export function labelSteps(from: readonly string[], to: readonly string[]): readonly string[] | null {
  if (from.length === to.length) {
    const renamed = from.flatMap((label, place) => (label === to[place] ? [] : [[label, to[place] ?? label] as const]));
    if (renamed.some(([was, is]) => to.includes(was) || from.includes(is))) return null;
    return renamed.map(([was, is]) => `RENAME VALUE ${quoteLiteral(was)} TO ${quoteLiteral(is)}`);
  }
  if (to.filter((label) => from.includes(label)).join('\0') !== from.join('\0')) return null;
  return to.flatMap((label, place) => {
    if (from.includes(label)) return [];
    const before = to[place - 1];
    if (before !== undefined) return [`ADD VALUE ${quoteLiteral(label)} AFTER ${quoteLiteral(before)}`];
    const first = from[0];
    return [`ADD VALUE ${quoteLiteral(label)}${first === undefined ? '' : ` BEFORE ${quoteLiteral(first)}`}`];
  });
}
