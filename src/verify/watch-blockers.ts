// Who keeps a connection waiting for a lock, in words?
import { type Blocker, blockers, type LongTransaction } from '../database/blockers.ts';
import type { Connection } from '../database/connection.ts';
import { withoutLiterals } from '../sql/redact.ts';

/** A statement that waits for less than this is not worth a word. */
const firstLookMs = 300;
const betweenMs = 1_000;

export interface Watch extends AsyncDisposable {
  /** What was seen last, in words. */
  readonly last: () => readonly string[];
  /** Something got done: look again only when the next one takes long. */
  readonly progress: () => void;
  readonly stop: () => Promise<void>;
}

/** Looks, through a connection of its own, who blocks the connection that is at work for as long as it waits. */
export function watchBlockers(atWork: () => Connection, onSeen: (blockers: readonly string[]) => void): Watch {
  let seen: readonly string[] = [];
  let observer: Connection | null = null;
  let stopped = false;
  let looking: Promise<void> = Promise.resolve();
  let timer = setTimeout(look, firstLookMs);

  function look(): void {
    looking = (async () => {
      try {
        const { backend, another } = atWork();
        observer ??= await another();
        const found = (await blockers(observer, backend.pid)).map(sentence);
        if (found.length > 0 && !stopped) {
          if (found.join() !== seen.join()) onSeen(found);
          seen = found;
        }
      } catch {
        // Not being able to look must not stop what is looked at.
        const lost = observer;
        observer = null;
        await lost?.close().catch(() => {});
      }
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(look, betweenMs);
    })();
  }

  async function stop(): Promise<void> {
    stopped = true;
    clearTimeout(timer);
    await looking;
    await observer?.close().catch(() => {});
  }

  return {
    last: () => seen,
    progress: () => {
      seen = [];
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(look, firstLookMs);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** `pid 4242, psql, ada: idle in transaction for 12 s, holds AccessShareLock on users: select …`. */
export function sentence(session: LongTransaction | Blocker): string {
  const who = [session.pid === 0 ? '' : `pid ${session.pid}`, session.application, session.user]
    .filter((word) => word !== '')
    .join(', ');
  const locks = 'locks' in session ? session.locks : [];
  const held = locks.map(({ relation, mode }) => `${mode} on ${relation}`).join(', ');
  const query = withoutLiterals(session.query);
  return [
    `${who}: ${session.state} for ${Math.round(session.transactionAgeMs / 1000)} s`,
    held === '' ? '' : `, holds ${held}`,
    query === '' ? '' : `: ${query}`,
  ].join('');
}
