// Which steps wait for a later one, to be done in the same moment?
import type { Draft } from '../recipes/draft.ts';
import type { Group } from './group.ts';
import type { PlannedClause } from './planned-clause.ts';

/** Takes out what the draft gathers and hands it back with the draft's own group, held together. */
export function gathered(groups: Group[], { gathers = [] }: Draft, own: Group): readonly Group[] {
  const isWanted = ({ changes }: Group) => changes.length > 0 && changes.every((change) => gathers.includes(change));
  const taken = gathers.length === 0 ? [] : groups.filter(isWanted);
  if (taken.length === 0) return [own];
  const stay = groups.filter((group) => !isWanted(group));
  groups.splice(0, groups.length, ...stay);
  return [...taken, own].map((group, index) => (index === 0 ? group : { ...group, together: true }));
}

/** Whether a clause is carried out in a way that takes care of what is away meanwhile. */
export function gathers(clauses: readonly PlannedClause[]): boolean {
  return clauses.some(({ drafts }) => drafts?.some(({ gathers: taken = [] }) => taken.length > 0) === true);
}
