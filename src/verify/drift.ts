// Is the live catalog still what the journal recorded?
import {
  type Catalog,
  catalogFormat,
  compareCatalogs,
  comparisonNotes,
  fingerprint,
} from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { latestCatalog } from '../journal/index.ts';
import type { Journal } from '../model/journal.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Difference } from '../model/verdict.ts';
import { differenceSentence } from './difference-sentence.ts';
import { type Patience, readPatiently } from './read-patiently.ts';

export interface Drift {
  /** `unknown`: no catalog was recorded after the last migration. */
  readonly catalog: 'equal' | 'differs' | 'unknown';
  readonly differences: readonly Difference[];
  /** Both sides, where they differ. */
  readonly catalogs: { readonly expected: Catalog; readonly actual: Catalog } | null;
  /** What the reader of the catalog could not take in, or why nothing could be compared. */
  readonly problems: readonly Problem[];
}

export interface DriftOptions extends Patience {
  /** Differences that are none, since an interrupted migration explains them. */
  readonly except?: (difference: Difference) => boolean;
  /** Where it was read already. */
  readonly actual?: Catalog;
}

/** How long `status` and `verify` wait for a catalog that others have locked. */
export const readerWaitMs = 10_000;

/** Compares the database with the catalog recorded after the last run. */
export async function findDrift(connection: Connection, journal: Journal, options: DriftOptions): Promise<Drift> {
  const { except = () => false } = options;
  const recorded = await latestCatalog(connection);
  const last = journal.applied.at(-1);
  if (recorded === null || (last !== undefined && recorded.afterId !== last.id))
    return { catalog: 'unknown', differences: [], catalogs: null, problems: [unrecorded(last?.id)] };
  const actual = options.actual ?? (await readPatiently(connection, options));
  const expected: Catalog = JSON.parse(recorded.catalog);
  if (expected.format !== catalogFormat)
    return { catalog: 'unknown', differences: [], catalogs: null, problems: [otherFormat()] };
  const all = fingerprint(actual) === recorded.fingerprint ? [] : compareCatalogs(expected, actual);
  const differences = all.filter((difference) => !except(difference));
  const problems = comparisonNotes(expected, actual).map((note) =>
    problem('catalog-compared-in-part', note, { severity: 'note' }),
  );
  return differences.length === 0
    ? { catalog: 'equal', differences, catalogs: null, problems }
    : { catalog: 'differs', differences, catalogs: { expected, actual }, problems };
}

/** One problem for each difference, for `status`. */
export function driftProblems(differences: readonly Difference[]): readonly Problem[] {
  return differences.map((difference) =>
    problem('drift', differenceSentence(difference), {
      severity: 'warning',
      detail: 'The database was changed behind the journal since the last migration.',
      hint: 'Take the change back, or write it down as a migration.',
    }),
  );
}

function otherFormat(): Problem {
  return problem('catalog-format', 'the recorded catalog was written by another version of Roadbook', {
    severity: 'warning',
    detail:
      'What is known of the database then and now cannot be compared, so it cannot be told whether it was changed since.',
    hint: 'The next migration that is applied records it anew; use the same version of Roadbook everywhere.',
  });
}

function unrecorded(id: string | undefined): Problem {
  return problem(
    'catalog-unrecorded',
    `what the database looked like after ${id ?? 'the last migration'} is not recorded`,
    {
      severity: 'warning',
      detail:
        'The run that applied it was cut off before it could write that down, so it cannot be told whether the database was changed since.',
      hint: 'Run `roadbook apply`: with nothing left to apply it records the catalog as it is now.',
    },
  );
}
