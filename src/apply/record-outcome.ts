// How is it kept what the database looks like after a run?
import { fingerprint, serializeCatalog } from '../database/catalog/index.ts';
import { serverError } from '../database/server-error.ts';
import { recordCatalog, recordVerdict } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { ApplyOutcome } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';
import { readPatiently } from '../verify/read-patiently.ts';
import type { Executed } from './execute.ts';
import type { Held } from './held.ts';

export interface Outcome {
  readonly runId: number;
  /** What the run applied. */
  readonly ids: readonly string[];
  /** The last one that is applied. */
  readonly afterId: string | null;
  /** The run failed or was stopped: nobody should wait for long any more. */
  readonly stopping: boolean;
  readonly outcome: ApplyOutcome;
}

const hurriedMs = 2_000;

/**
 * What `verify` compares with later. The migrations are committed by now: that it cannot be written down is a warning,
 * and the next run makes up for it.
 */
export async function recordOutcome(
  { lease, options, maxWaitMs, signal }: Held,
  { connection }: Pick<Executed, 'connection'>,
  { runId, ids, afterId, stopping }: Outcome,
): Promise<readonly Problem[]> {
  if (lease.signal.aborted) return [];
  const { onEvent } = options;
  onEvent?.({ type: 'verifying', what: 'the catalog' });
  try {
    const patience = stopping ? { waitMs: hurriedMs, onEvent } : { waitMs: maxWaitMs, onEvent, signal };
    const catalog = await readPatiently(connection, patience);
    const print = fingerprint(catalog);
    await Promise.all([
      recordVerdict(connection, ids, 'verified', { catalog: print }),
      ...(afterId === null
        ? []
        : [
            recordCatalog(connection, lease, {
              runId,
              afterId,
              fingerprint: print,
              catalog: serializeCatalog(catalog),
            }),
          ]),
    ]);
    return [];
  } catch (error) {
    const why = error instanceof Failure ? error.problem : null;
    if (why === null && serverError(error) === null) throw error;
    return [unrecorded(why?.message ?? serverError(error)?.message ?? '', why?.detail)];
  }
}

function unrecorded(why: string, more: string | undefined): Problem {
  return problem('catalog-unrecorded', 'what the database looks like now could not be recorded', {
    severity: 'warning',
    detail: `All that was applied stays applied. The reason: ${why}.${more === undefined ? '' : ` ${more}`}`,
    hint: 'Run `roadbook apply` once more: with nothing left to apply it records the catalog as it is then.',
  });
}
