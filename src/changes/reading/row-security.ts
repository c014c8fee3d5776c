// Which rows do the policies of a table let through, as far as is known?
import type { Name } from '../../model/change.ts';
import type { Facts, PolicySort } from '../../model/facts.ts';
import type { Hazard } from '../../model/hazard.ts';
import { printName, relationFacts } from '../name.ts';

export interface RowSecurity {
  /** Null where it is not known. */
  readonly enabled: boolean | null;
  readonly policies: Readonly<Record<string, PolicySort>> | null;
}

/** A table that a migration made has what migrations gave it, and no more. */
export function rowSecurity(table: Name, facts: Facts): RowSecurity {
  const known = relationFacts(table, facts);
  const isWhole = known !== undefined && known.kind !== 'unknown' && !facts.live;
  return {
    enabled: known?.rowSecurity ?? (isWhole ? false : null),
    policies: known?.policies ?? (isWhole ? {} : null),
  };
}

export function hidesEverything({ enabled, policies }: RowSecurity): boolean {
  return enabled === true && policies !== null && !Object.values(policies).includes('permissive');
}

export function hidesAllRows(
  table: Name,
  severity: Hazard['severity'],
  instead = 'Create the policies first, in the same migration, and enable row-level security after them.',
  unless = '',
): Hazard {
  return {
    code: 'row-security-hides-all-rows',
    family: 'application',
    severity,
    message: `no permissive policy lets anybody see a row of table ${printName(table)}${unless}`,
    why: 'With row-level security on and no permissive policy, every role but the owner, superusers and those with BYPASSRLS reads an empty table and cannot write a row.',
    instead,
  };
}

export function changesRows(object: string): Hazard {
  return {
    code: 'policy-change-alters-rows',
    family: 'application',
    severity: 'warning',
    message: `the rows that ${object} lets through change for the running application`,
    why: 'Queries do not fail when a policy changes: they see and write other rows than before, from the moment the migration is committed.',
    instead:
      'Compare as the application’s role, on a copy, what SELECT count(*) says before and after; deploy what needs the new rows with it.',
  };
}
