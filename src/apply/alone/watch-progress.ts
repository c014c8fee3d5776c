// How far is the server with an index it builds?
import type { Connection } from '../../database/connection.ts';
import type { OnEvent, RunEvent } from '../../model/event.ts';

const betweenMs = 1_000;

type Progress = Omit<Extract<RunEvent, { type: 'statement-progress' }>, 'type' | 'id'>;

const progressSql = `
select phase,
  case when lockers_total > 0 and phase like 'waiting%' then 'sessions' when blocks_total > 0 then 'blocks' else 'rows' end as unit,
  (case when lockers_total > 0 and phase like 'waiting%' then lockers_done when blocks_total > 0 then blocks_done else tuples_done end)::float8 as done,
  (case when lockers_total > 0 and phase like 'waiting%' then lockers_total when blocks_total > 0 then blocks_total else tuples_total end)::float8 as total
from pg_stat_progress_create_index where pid = $1`;

/** Tells every second, through a connection of its own, until it is disposed. */
export function watchProgress(atWork: Connection, id: string, onEvent: OnEvent): AsyncDisposable {
  let observer: Connection | null = null;
  let stopped = false;
  let looking: Promise<void> = Promise.resolve();
  let timer = setTimeout(look, betweenMs);

  function look(): void {
    looking = (async () => {
      try {
        observer ??= await atWork.another();
        const { rows } = await observer.query<Progress>(progressSql, [atWork.backend.pid]);
        const [progress] = rows;
        if (progress !== undefined && !stopped) onEvent({ type: 'statement-progress', id, ...progress });
      } catch {
        // Not being able to look must not stop what is looked at.
        const lost = observer;
        observer = null;
        await lost?.close().catch(() => {});
      }
      if (!stopped) timer = setTimeout(look, betweenMs);
    })();
  }

  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await observer?.close().catch(() => {});
    },
  };
}
