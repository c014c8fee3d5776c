// Which statements take a drifted database back to what the journal says?
import type { Catalog } from '../database/catalog/index.ts';
import { wayBetween } from '../definitions/difference.ts';
import type { RepairStatement } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';

export interface Repair {
  readonly statements: readonly RepairStatement[];
  /** What no statement takes back. */
  readonly problems: readonly Problem[];
}

/** Kinds that hold rows. */
const holding = /^(table|column|materialized view|foreign table|sequence) /;

/** Null where the two were printed by different major versions: texts of definitions differ then without a difference. */
export function repairOf({
  expected,
  actual,
}: {
  readonly expected: Catalog;
  readonly actual: Catalog;
}): Repair | null {
  if (expected.server.major !== actual.server.major) return null;
  const { moves, cannot } = wayBetween(actual, expected);
  return {
    statements: moves.flatMap(({ statements, object, does }) =>
      statements.map((sql) => ({ sql, object, destroys: does === 'take' && holding.test(object) })),
    ),
    problems: cannot.map((sentence) =>
      problem('drift-stays', 'a part of the drift cannot be taken back by a statement', {
        severity: 'note',
        detail: sentence,
        hint: 'Write what is there now down as a migration, or take it back in another way.',
      }),
    ),
  };
}
