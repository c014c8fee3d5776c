// How are parked rows destroyed for good, once somebody has said so?
import type { Connection } from '../database/connection.ts';
import { explained } from '../database/explained.ts';
import { requireWritable } from '../database/fitness.ts';
import { acquireLease, ensureJournal, finishRun, holderHere, readJournal, startRun } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { InterruptedEntry } from '../model/journal.ts';
import type { ParkedObject, PurgeOptions, PurgeOutcome } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';
import { version } from '../model/version.ts';
import { openDatabase, readProject } from '../read/index.ts';
import { destroy, destroyUnused } from './destroy.ts';
import { findParked } from './find-parked.ts';
import { isUndoOf, undoId } from './targets.ts';

const defaultMaxWaitMs = 600_000;

/** Nothing is touched before `confirm` has answered, and nothing where it says no. */
export async function purge(options: PurgeOptions): Promise<PurgeOutcome> {
  const project = await readProject(options);
  await using connection = await openDatabase(project, options);
  return await explained(async () => {
    const chosen = choose(await findParked(connection), options);
    const inUse = (await readJournal(connection))?.interrupted ?? null;
    const { free, problems } = apart(chosen, inUse, options);
    const wished = free.length > 0 && (await options.confirm(free));
    if (!wished) return await outcomeOf(connection, [], problems);
    requireWritable(connection);
    const maxWaitMs = options.maxWaitMs ?? project.configuration.maxWaitMs ?? defaultMaxWaitMs;
    const purged = await underLease(connection, free, options, maxWaitMs);
    return await outcomeOf(connection, purged, problems);
  });
}

/** By age and migration. An id that parked nothing is a mistake. */
function choose(all: readonly ParkedObject[], { ids, olderThanMs = 0 }: PurgeOptions): readonly ParkedObject[] {
  const unknown = ids?.find((id) => !all.some((one) => one.id === id));
  if (unknown !== undefined) throw nothingParked(unknown, all);
  const before = Date.now() - olderThanMs;
  return all.filter(
    ({ id, parkedAt }) => (ids?.includes(id) ?? true) && (olderThanMs === 0 || Date.parse(parkedAt) <= before),
  );
}

/** What an interrupted migration has parked it still needs, and so does an undo what it brings back. */
function apart(
  chosen: readonly ParkedObject[],
  interrupted: InterruptedEntry | null,
  { ids }: PurgeOptions,
): { readonly free: readonly ParkedObject[]; readonly problems: readonly Problem[] } {
  const isNeeded = ({ id }: ParkedObject) =>
    id === interrupted?.id || (interrupted?.undoing === true && isPartOf(id, interrupted.id));
  const needed = chosen.filter(isNeeded);
  if (needed.length === 0 || interrupted === null) return { free: chosen, problems: [] };
  const found = problem('parked-in-use', `${interrupted.id} is interrupted, and needs what it has parked`, {
    severity: ids === undefined ? 'warning' : 'error',
    detail: `It keeps ${needed.map(({ object }) => object).join(', ')}. Nothing of it was destroyed.`,
    hint: `Run \`roadbook ${interrupted.undoing ? 'undo' : 'apply'}\` first: it goes on where that stopped.`,
  });
  if (found.severity === 'error') throw new Failure(found, 'usage');
  return { free: chosen.filter((one) => !isNeeded(one)), problems: [found] };
}

/** Parked by the migration that is being taken back, or by its undo. */
function isPartOf(id: string, interrupted: string): boolean {
  const undone = interrupted.slice(undoId('').length);
  return id === undone || isUndoOf(id, undone);
}

async function underLease(
  connection: Connection,
  wanted: readonly ParkedObject[],
  { onEvent, signal = new AbortController().signal }: PurgeOptions,
  maxWaitMs: number,
): Promise<readonly ParkedObject[]> {
  await ensureJournal(connection, version);
  const holder = holderHere(version, 'purge');
  await using lease = await acquireLease(connection, { waitMs: maxWaitMs, holder, onEvent, signal });
  // Another run may have destroyed or parked some meanwhile.
  const there = new Map((await findParked(connection)).map((one) => [one.relation, one]));
  const still = wanted.filter(({ relation, parkedAt }) => there.get(relation)?.parkedAt === parkedAt);
  const runId = await startRun(connection, lease, holder);
  try {
    for (const one of still) {
      await destroy(connection, one, { lease, runId, maxWaitMs, signal, onEvent });
      onEvent?.({ type: 'purged', object: one.object, id: one.id, rows: one.rows });
    }
    await destroyUnused(connection, lease);
    await finishRun(connection, runId, 'done');
  } catch (error) {
    const failure = error instanceof Failure ? error : null;
    await finishRun(
      connection,
      runId,
      failure?.reason === 'stopped' ? 'interrupted' : 'failed',
      failure?.problem,
    ).catch(() => {});
    throw error;
  }
  return still;
}

async function outcomeOf(
  connection: Connection,
  purged: readonly ParkedObject[],
  problems: readonly Problem[],
): Promise<PurgeOutcome> {
  const { server } = connection;
  return {
    database: { version: server.version, name: server.database, embedded: server.embedded },
    purged,
    parked: await findParked(connection),
    problems,
  };
}

function nothingParked(id: string, all: readonly ParkedObject[]): Failure {
  const ids = [...new Set(all.map((one) => one.id))];
  return new Failure(
    problem('nothing-parked', `nothing is parked of ${id}`, {
      detail: ids.length === 0 ? 'Nothing is parked in this database.' : `Parked is something of ${ids.join(', ')}.`,
      hint: 'Run `roadbook parked` to see what there is.',
    }),
    'usage',
  );
}
