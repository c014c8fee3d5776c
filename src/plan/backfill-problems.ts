// Why can a function not go over the rows of a table, or not write what it says?
import { printName, relationFacts } from '../changes/name.ts';
import type { Name } from '../model/change.ts';
import { entryOf, type Facts, type RelationFacts } from '../model/facts.ts';
import type { Batch } from '../model/plan.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { BackfillWork } from '../read/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';

export interface Seen {
  readonly isParent: boolean;
  readonly key: Batch['key'];
  /** What is known of it may be out of date. */
  readonly opaque: boolean;
}

export function tableProblems(table: Name, known: RelationFacts | undefined, seen: Seen): readonly Problem[] {
  const name = printName(table);
  if (known === undefined) {
    if (seen.opaque) return [];
    return [
      problem('backfill-table-missing', `there is no table ${name} whose rows could be gone over`, {
        hint: 'Correct the name, with its schema, or write the migration that makes the table before this one.',
      }),
    ];
  }
  if (known.kind !== 'table' && known.kind !== 'partitioned-table' && known.kind !== 'unknown') {
    return [
      problem('backfill-no-table', `${name} is no table, so its rows cannot be gone over`, {
        detail: `It is a ${known.kind.replaceAll('-', ' ')}.`,
        hint: 'Name the table that its rows come from.',
      }),
    ];
  }
  if (seen.key.length > 0 || (seen.opaque && !seen.isParent)) return [];
  return [
    problem('backfill-without-key', `${name} has no key by which its rows could be told apart`, {
      detail: seen.isParent
        ? 'Tables inherit from it, and each has keys of its own.'
        : 'It has no primary key, nor a unique key of columns that are NOT NULL, so it could not be said which rows are done.',
      hint: seen.isParent
        ? 'Write the change as an UPDATE in a .sql migration.'
        : 'Give it a primary key in a migration before this one, or write the change as an UPDATE in a .sql migration.',
    }),
  ];
}

export function columnProblems(
  table: Name,
  known: RelationFacts | undefined,
  { columns, sets }: BackfillWork,
  key: Batch['key'],
): readonly Problem[] {
  const own = known?.columns ?? null;
  if (own === null) return [];
  const missing = [...new Set([...(columns ?? []), ...sets])].filter((name) => entryOf(own, name) === undefined);
  const ofKey = sets.filter((name) => key.some((column) => column.name === quoteIdentifier(name)));
  return [
    ...missing.map((name) => noColumn(table, name)),
    ...ofKey.map((name) =>
      problem('backfill-sets-key', `${name} of ${printName(table)} is what its rows are counted off by`, {
        detail: 'A row whose key changes could be gone over twice, or not at all.',
        hint: 'Leave it out of sets; change keys with an UPDATE in a .sql migration.',
      }),
    ),
  ];
}

export function targetProblems(table: Name, columns: readonly string[], facts: Facts): readonly Problem[] {
  const own = relationFacts(table, facts)?.columns ?? null;
  if (own === null) return [];
  return columns.filter((name) => entryOf(own, name) === undefined).map((name) => noColumn(table, name));
}

function noColumn(table: Name, name: string): Problem {
  return problem('backfill-column-missing', `${printName(table)} has no column ${name}`, {
    detail: 'Names are taken as they are written, capital letters too.',
    hint: 'Correct the name, or write the migration that adds the column before this one.',
  });
}
