// What do other clients feel of a backfill, and how far does it hold back for them?
import type { Connection } from '../../database/connection.ts';
import { problem } from '../../model/problem.ts';
import { pause } from '../pause.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { createShare } from './share.ts';
import type { PacedAt } from './surroundings.ts';

export interface Feeler {
  /** So short a batch that nobody feels its COMMIT. */
  readonly targetMs: number;
  /** Before a batch, and after it: what is felt meanwhile is felt because of it. */
  readonly begins: () => void;
  readonly ends: () => void;
  /** How long to rest after a batch that took so long. */
  readonly restMs: (tookMs: number) => number;
  readonly stop: () => Promise<void>;
}

/**
 * The smallest transaction that has to reach the disk: it waits for the processor, for the log, for the disk and for synchronous standbys as each COMMIT
 * of a client does, and touches no table. Every role may; a subscriber of logical replication that did not ask for messages gets none.
 */
export const probeSql = "SELECT pg_catalog.pg_logical_emit_message(true, 'roadbook', '')";

const everyMs = 15;
const gentleTargetMs = 10;

export async function createFeeler(at: PacedAt): Promise<Feeler> {
  const own = await ownConnection(at);
  const share = createShare();
  let atWork = 0;
  let stopped = false;
  /** How many batches have begun. */
  let begun = 0;
  const feeling = (async () => {
    while (!stopped && own !== null) {
      const before = { working: atWork > 0, begun };
      const took = await probe(own);
      // By how it began: a slow probe meets a batch sooner than a quick one, so all that meet one would seem slow.
      if (before.working || begun === before.begun) share.felt(took, before.working);
      await pause(everyMs);
    }
  })().catch(() => {
    // Without a feeling it goes on as slowly as it was last.
  });
  return {
    targetMs: gentleTargetMs,
    begins: () => {
      atWork += 1;
      begun += 1;
    },
    ends: () => {
      atWork -= 1;
    },
    restMs: (tookMs) => tookMs * (1 / share.share() - 1),
    stop: async () => {
      stopped = true;
      await feeling;
      await own?.close().catch(() => {});
    },
  };
}

/** Null where no further connection can be had: then a fixed share of the time has to do. */
async function ownConnection({ connection, run }: PacedAt): Promise<Connection | null> {
  try {
    const own = await connection.another();
    await run.lease.register(own);
    return own;
  } catch (error) {
    const why = error instanceof Error ? withoutSecrets(error.message) : 'no further connection could be had';
    run.onEvent({
      type: 'problem',
      problem: problem('gentle-by-guess', 'what other clients feel is not known', {
        severity: 'warning',
        detail: `The connection that asks for it was refused: ${why}. The backfill works a fifth of its time instead.`,
        hint: 'Look at max_connections of the server, or at the size of the pool.',
      }),
    });
    return null;
  }
}

async function probe(connection: Connection): Promise<number> {
  const since = performance.now();
  await connection.run(probeSql);
  return performance.now() - since;
}
