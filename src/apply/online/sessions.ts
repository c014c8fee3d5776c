// Through which connections do several sessions go over the same table?
import type { Connection } from '../../database/connection.ts';
import { isLeaseLost } from '../../journal/index.ts';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { At } from './at.ts';

export interface Sessions extends AsyncDisposable {
  /** The run's own is the first. */
  readonly connections: readonly Connection[];
}

/** Each carries the lease: what is left of one after a kill is known to the next run. As many as can be had. */
export async function openSessions({ connection, run, migration }: At, wished: number): Promise<Sessions> {
  const { lease, onEvent } = run;
  const further: Connection[] = [];
  const cancel = () => {
    for (const each of further) void each.cancel().catch(() => {});
  };
  lease.signal.addEventListener('abort', cancel, { once: true });
  const close = async () => {
    lease.signal.removeEventListener('abort', cancel);
    await Promise.all(further.map((each) => each.close().catch(() => {})));
  };
  try {
    while (further.length + 1 < wished && !run.signal.aborted) {
      const next = await connection.another();
      try {
        await lease.register(next);
      } catch (error) {
        await next.close().catch(() => {});
        throw error;
      }
      further.push(next);
      next.onNotice(({ code, message, detail }) => {
        // That there was nothing to roll back is no news.
        if (code === '25P01') return;
        const more = detail === undefined ? {} : { detail: withoutSecrets(detail) };
        onEvent({ type: 'server-notice', id: migration.id, message: withoutSecrets(message), ...more });
      });
    }
  } catch (error) {
    const lost = isLeaseLost(error) || (error instanceof Failure && error.reason === 'held');
    if (lost || run.signal.aborted) {
      await close();
      throw error;
    }
    await further
      .pop()
      ?.close()
      .catch(() => {});
    onEvent({ type: 'problem', problem: fewer(further.length + 1, wished, error) });
  }
  return { connections: [connection, ...further], [Symbol.asyncDispose]: close };
}

function fewer(had: number, wished: number, error: unknown) {
  const why = error instanceof Error ? withoutSecrets(error.message) : 'no further connection could be had';
  return problem('fewer-workers', `${had} of ${wished} sessions go over the rows`, {
    severity: 'warning',
    detail: `The next connection was refused: ${why}.`,
    hint: 'Look at max_connections of the server, or at the size of the pool; or give a smaller number to --workers.',
  });
}
