// How does this database stand: what is applied, pending, interrupted, drifted?
import type { Connection } from '../database/connection.ts';
import { explained } from '../database/explained.ts';
import { readJournal, readUnmapped } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { ProjectOptions, Status } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { compareWithJournal, openWithFiles, readProject } from '../read/index.ts';
import { findParked } from '../undo/find-parked.ts';
import { type Drift, driftProblems, findDrift, readerWaitMs } from '../verify/drift.ts';
import { exceptInterrupted } from '../verify/interrupted-names.ts';
import { historiesOfOtherTools, otherHistoryNote } from './other-tools.ts';

/** Reads only, and creates nothing. */
export async function status(options: ProjectOptions): Promise<Status> {
  return explained(() => read(options));
}

async function read(options: ProjectOptions): Promise<Status> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  const { server } = connection;
  const journal = await answer;
  const applied = journal?.applied ?? [];
  const compared = await compareWithJournal(files, applied, project.label);
  const drift = journal === null || applied.length === 0 ? null : await driftOf(connection, journal, files, options);
  const others = journal === null ? (await historiesOfOtherTools(connection)).map(otherHistoryNote) : [];
  const interrupted = journal?.interrupted ?? null;
  const differences = drift?.differences ?? [];
  const problems: Problem[] = [...compared.problems, ...(drift?.problems ?? []), ...others];
  return {
    database: { version: server.version, name: server.database, embedded: server.embedded },
    state:
      interrupted !== null
        ? 'interrupted'
        : differences.length > 0
          ? 'drifted'
          : compared.pending.length > 0
            ? 'pending'
            : 'current',
    applied: applied.map(({ id, checksum, appliedAt, durationMs, verdict }) => ({
      id,
      checksum,
      appliedAt,
      durationMs,
      verdict,
    })),
    pending: compared.pending.map(({ id }) => ({ id })),
    interrupted:
      interrupted === null
        ? null
        : {
            id: interrupted.id,
            // All of them may be done, and only the end not written down.
            stage: Math.min(interrupted.stage, interrupted.stages),
            stages: interrupted.stages,
            ...(interrupted.undoing ? { undoing: true } : {}),
          },
    drift: driftProblems(differences),
    parked: await findParked(connection),
    unmapped: journal === null ? [] : await readUnmapped(connection, journal),
    problems,
  };
}

/** Where the catalog cannot be read, the rest of the status is worth having all the same. */
async function driftOf(
  connection: Connection,
  journal: Journal,
  files: readonly MigrationFile[],
  { onEvent, signal }: ProjectOptions,
): Promise<Drift> {
  const except = await exceptInterrupted(connection, journal, files);
  try {
    return await findDrift(connection, journal, { waitMs: readerWaitMs, onEvent, signal, except });
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.code !== 'catalog-locked') throw error;
    return {
      catalog: 'unknown',
      differences: [],
      catalogs: null,
      problems: [{ ...error.problem, severity: 'warning' }],
    };
  }
}
