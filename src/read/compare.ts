// Which migrations are pending, and is what was applied still what the files say?

import { Failure } from '../model/failure.ts';
import type { AppliedEntry } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import { checksumScheme, schemeOf } from '../sql/checksum.ts';
import { loadParser, type Parser } from '../sql/parser.ts';
import { compare } from './list.ts';
import { readMigration } from './migration.ts';
import { sourceScheme } from './source-scheme.ts';

export interface Order {
  /** In the order in which they run. */
  readonly pending: readonly MigrationFile[];
  /** Errors and notes; nothing is thrown. */
  readonly problems: readonly Problem[];
}

type Label = (file: MigrationFile) => string;
type Recorded = Pick<AppliedEntry, 'id' | 'checksum' | 'digest'>;

/** Pending in the order of their ids. An older one than the newest applied, merged from a branch, runs as well, in its place among them. */
export function orderMigrations(
  files: readonly MigrationFile[],
  appliedIds: readonly string[],
  label: Label = ({ path }) => path,
): Order {
  const applied = new Set(appliedIds);
  const present = new Set(files.map(({ id }) => id));
  const newest = appliedIds.toSorted(compare).at(-1) ?? '';
  const pending = files.filter(({ id }) => !applied.has(id)).toSorted((a, b) => compare(a.id, b.id));
  const missing = appliedIds.filter((id) => !present.has(id)).map(gone);
  const late = pending.filter(({ id }) => id < newest).map((file) => fromBranch(file, newest, label(file)));
  return { pending, problems: [...missing, ...late] };
}

/** Compares what was applied with the files as well: by digest, and only where that differs by parsing. */
export async function compareWithJournal(
  files: readonly MigrationFile[],
  applied: readonly Recorded[],
  label: Label = ({ path }) => path,
): Promise<Order> {
  const order = orderMigrations(
    files,
    applied.map(({ id }) => id),
    label,
  );
  const recorded = new Map(applied.map((entry) => [entry.id, entry]));
  const problems: Problem[] = [];
  let parser: Parser | undefined;
  for (const file of files) {
    const entry = recorded.get(file.id);
    if (!entry || entry.digest === file.digest) continue;
    parser ??= await loadParser();
    const found = await compareOne(file, entry, parser, label(file));
    if (found) problems.push(found);
  }
  return { pending: order.pending, problems: [...problems, ...order.problems] };
}

async function compareOne(
  file: MigrationFile,
  entry: Recorded,
  parser: Parser,
  label: string,
): Promise<Problem | null> {
  const scheme = schemeOf(entry.checksum);
  if (scheme !== checksumScheme && scheme !== sourceScheme) return incomparable(file, entry, label);
  try {
    const { checksum } = await readMigration(file, parser, label);
    return checksum === entry.checksum
      ? null
      : changed(file, label, 'What it does is not what was applied; white space and comments do not count.');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return changed(file, label, `It cannot be read any more: ${error.problem.message}.`);
  }
}

function changed({ id }: MigrationFile, label: string, detail: string): Problem {
  return problem('migration-changed', `${id} was changed after it was applied`, {
    detail,
    hint: 'Take the change back, for example with git, and write what is to be different as a new migration: `roadbook new NAME`.',
    where: { file: label, line: 1, column: 1 },
  });
}

function incomparable({ id }: MigrationFile, { checksum }: Recorded, label: string): Problem {
  return problem('checksum-scheme', `whether ${id} was changed cannot be told`, {
    severity: 'warning',
    detail: `Its text was changed since it was applied, and its sum was made as ${schemeOf(checksum) || 'none that is known'}, not ${checksumScheme}: by another version of Roadbook.`,
    hint: 'Look with git whether more than white space and comments was changed, and take that back.',
    where: { file: label, line: 1, column: 1 },
  });
}

function gone(id: string): Problem {
  return problem('migration-missing', `${id} was applied, but there is no such file`, {
    detail: 'Without its file the database cannot be built again from the migrations.',
    hint: 'Bring the file back, for example with git; if it is on another branch, merge that one first.',
  });
}

function fromBranch({ id }: MigrationFile, newest: string, label: string): Problem {
  return problem('migration-from-branch', `${id} is pending, but older than ${newest}, which is applied`, {
    severity: 'note',
    detail: 'It came later, as from a branch that was merged. It runs now, in its place among the pending ones.',
    hint: 'Nothing is to be done if the two do not depend on each other; else rename it to a later date and time.',
    where: { file: label, line: 1, column: 1 },
  });
}
