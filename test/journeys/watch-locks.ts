// For how long at most does somebody hold a lock on these tables that keeps readers or writers out?
import pg from 'pg';

export interface WatchedLocks extends AsyncDisposable {
  /** Stops watching. */
  longest(): Promise<{ readonly ms: number; readonly what: string }>;
}

/** Looks every few milliseconds; a lock seen by the same transaction twice was held in between. */
export async function watchLocks(url: string, tables: readonly string[]): Promise<WatchedLocks> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const since = new Map<string, number>();
  let longest = { ms: 0, what: '' };
  let watching = true;
  const look = async () => {
    while (watching) {
      const { rows } = await client.query<{ held: string }>(
        `select distinct l.virtualtransaction || ' ' || l.relation::regclass || ' ' || l.mode as held
         from pg_locks l where l.granted and l.pid <> pg_backend_pid() and l.relation = any ($1::regclass[])
           and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`,
        [tables],
      );
      const now = performance.now();
      const held = new Set(rows.map((row) => row.held));
      for (const each of since.keys()) if (!held.has(each)) since.delete(each);
      for (const each of held) {
        const from = since.get(each) ?? now;
        since.set(each, from);
        if (now - from > longest.ms) longest = { ms: now - from, what: each };
      }
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  };
  const looking = look();
  const stop = async () => {
    watching = false;
    await looking;
    await client.end().catch(() => {});
  };
  let stopped: Promise<void> | null = null;
  return {
    longest: async () => {
      stopped ??= stop();
      await stopped;
      return longest;
    },
    [Symbol.asyncDispose]: async () => {
      stopped ??= stop();
      await stopped;
    },
  };
}
