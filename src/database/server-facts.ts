// Who are we on this server, what can it do, and does a pooler stand between?
import type pg from 'pg';

export interface ServerFacts {
  readonly version: string;
  readonly versionNumber: number;
  readonly database: string;
  readonly user: string;
  readonly superuser: boolean;
  readonly inRecovery: boolean;
  readonly readOnlyByDefault: boolean;
  readonly pid: number;
  readonly startedAt: string;
}

/** As text, in a form that no setting of the session changes; together with the pid it names a backend for good. */
export const startOfBackend = `to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const question = `select current_setting('server_version') as version,
  current_setting('server_version_num')::int as "versionNumber",
  current_database() as database,
  current_user as "user",
  current_setting('is_superuser') = 'on' as superuser,
  pg_is_in_recovery() as "inRecovery",
  current_setting('default_transaction_read_only') = 'on' as "readOnlyByDefault",
  pg_backend_pid() as pid,
  (select ${startOfBackend} from pg_stat_get_activity(pg_backend_pid())) as "startedAt"`;

/** One round trip. */
export async function readFacts(client: pg.Client): Promise<ServerFacts> {
  const result = await client.query(question);
  const [facts] = result.rows;
  // "16.14 (Debian 16.14-1.pgdg120+1)": what stands behind the number is the package’s.
  return Object.freeze({
    ...facts,
    version: String(facts.version).split(' ')[0] ?? '',
    startedAt: facts.startedAt ?? '',
  });
}

/** The driver keeps the process id that the greeting gave; its type declarations leave it out. */
function greetedPid(client: pg.Client): number | null {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : null;
}

/** A server greets with its own process id; a pooler makes one up, since it has no backend yet. */
export function behindPooler(client: pg.Client, facts: ServerFacts): boolean {
  return greetedPid(client) !== facts.pid;
}

async function backendOf(client: pg.Client): Promise<string> {
  const { pid, startedAt } = await readFacts(client);
  return `${pid} ${startedAt}`;
}

/**
 * Whether a pooler gives each transaction whatever backend is free. Two clients that are both connected and see the same
 * backend prove it, and so does one that sees two, or that waits for one after it had one. In session mode the second
 * client gets a backend of its own, or waits for one: that proves nothing, so the time runs out with false.
 */
export async function sharesBackends(
  client: pg.Client,
  facts: ServerFacts,
  open: (signal: AbortSignal) => Promise<pg.Client>,
  withinMs: number,
): Promise<boolean> {
  const end = new AbortController();
  let second: pg.Client | null = null;
  let weWait = false;
  const ours = new Set([`${facts.pid} ${facts.startedAt}`]);
  const theirs = new Set<string>();
  const ask = async (): Promise<void> => {
    weWait = true;
    ours.add(await backendOf(client));
    weWait = false;
  };
  const compare = async (): Promise<boolean> => {
    const other = await open(end.signal);
    second = other;
    if (end.signal.aborted) closeAtOnce(other);
    for (let round = 0; round < 3; round += 1) {
      // Twice, for a pooler that hands its backends out in turn.
      await ask();
      await ask();
      theirs.add(await backendOf(other));
      // While its transaction is open, a pooler that shares must have another backend for us.
      await other.query('begin');
      theirs.add(await backendOf(other));
      const shared = [...ours].some((backend) => theirs.has(backend));
      if (!shared) await ask();
      await other.query('commit');
      if (shared || ours.size > 1 || theirs.size > 1) return true;
    }
    return false;
  };
  const tooLate = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(weWait), withinMs).unref();
  });
  try {
    return await Promise.race([compare(), tooLate]);
  } catch {
    // A second client was refused: not known. One whose transaction was refused: a pooler in statement mode.
    return second !== null;
  } finally {
    end.abort();
    closeAtOnce(second);
  }
}

function closeAtOnce(client: pg.Client | null): void {
  client?.connection.stream.destroy();
}
