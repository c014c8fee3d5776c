// How does a project get its embedded server: by attaching to the one that runs, or by starting it?
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OnEvent } from '../../model/event.ts';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { type Attached, attach } from './attach.ts';
import { type Binaries, findBinaries, installedMajors } from './binaries.ts';
import { bringUp } from './bring-up.ts';
import { fileFailure } from './failed-start.ts';
import { type ChoosePort, freePort } from './free-port.ts';
import type { Lifetime, WatchOptions } from './lifetime.ts';
import { homeOf, makeHome } from './places.ts';
import { databaseName } from './seed.ts';
import { closeSession, ownerName, urlOf } from './session.ts';
import { tryLock } from './start-lock.ts';
import { stopServer } from './stop.ts';

export interface StartOptions {
  /** The project's folder; the data lie in its `.roadbook`. */
  readonly directory: string;
  /** Default: the one major the project has data of, else the newest installed. */
  readonly major?: number;
  /** Data apart from the project's own database, which may be thrown away: faster, not safe from a crash of the machine. */
  readonly ephemeral?: boolean;
  /** `idle`: outlives this process, stops when nobody used it for a while. `process`: stops when its processes have ended. */
  readonly lifetime?: Lifetime;
  /** How long nobody must have used it; whoever starts the server decides. Default: five minutes. */
  readonly idleMs?: number;
  /** Server settings besides our own: they count when this call starts the server. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: a socket where the platform has them, else loopback TCP with a password. */
  readonly transport?: 'socket' | 'tcp';
  readonly timeoutMs?: number;
  readonly choosePort?: ChoosePort;
  readonly onEvent?: OnEvent;
}

export interface EmbeddedServer extends AsyncDisposable {
  /** Of the database `roadbook`, for the superuser. Over TCP it holds a password. */
  readonly url: string;
  /** As people write it: `18.4`. */
  readonly version: string;
  readonly major: number;
  /** Whether this call started it; else it ran already. */
  readonly started: boolean;
  /** The data directory. */
  readonly directory: string;
  /** The same for another database of the server. */
  urlFor(database: string): string;
  /** Lifetime `process`: gives up our share, and stops the server if nobody else has one. Else stops the server. */
  stop(): Promise<void>;
}

const fiveMinutes = 300_000;
const patienceMs = 30_000;

export async function startEmbedded(options: StartOptions): Promise<EmbeddedServer> {
  const project = resolve(options.directory);
  const ephemeral = options.ephemeral ?? false;
  const home = homeOf(project, ephemeral);
  const binaries = findBinaries(options.major ?? majorOf(home, project), project);
  const watch: WatchOptions = { lifetime: options.lifetime ?? 'idle', idleMs: options.idleMs ?? idleFromEnvironment() };
  const timeoutMs = options.timeoutMs ?? 60_000;
  const deadline = Date.now() + timeoutMs + patienceMs;
  const attempt = {
    project,
    name: String(binaries.major),
    binaries,
    watch,
    ephemeral,
    timeoutMs,
    settings: options.settings ?? {},
    tcp: options.transport === 'tcp',
    choosePort: options.choosePort ?? freePort,
  };
  try {
    for (;;) {
      const data = existingData(home, attempt.name);
      const found = data ? await attach(data, binaries, watch) : undefined;
      if (data && found) return handle(found, { data, binaries, started: false });
      const lock = tryLock(join(makeHome(project, ephemeral), `${binaries.major}.lock`));
      if (!lock.held) {
        if (Date.now() > deadline) throw heldTooLong(home, lock.pid);
        await new Promise((done) => setTimeout(done, 15 + Math.random() * 20));
        continue;
      }
      try {
        const up = await bringUp(attempt);
        if (up.started) options.onEvent?.({ type: 'server-started', version: up.attached.version, directory: up.data });
        return handle(up.attached, { data: up.data, binaries, started: up.started });
      } finally {
        lock.release();
      }
    }
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(home, error);
  }
}

function existingData(home: string, name: string): string | undefined {
  const wanted = join(home, name);
  return existsSync(wanted) ? realpathSync(wanted) : undefined;
}

/** A project stays with the major its data were made by, also when a newer server was installed since. */
function majorOf(home: string, project: string): number | undefined {
  const own = existsSync(home) ? readdirSync(home).filter((name) => /^\d+$/.test(name)) : [];
  const [only] = own;
  return own.length === 1 && only !== undefined ? Number(only) : installedMajors(project).at(-1);
}

function idleFromEnvironment(): number {
  const minutes = Number(process.env.ROADBOOK_EMBEDDED_IDLE_MINUTES || Number.NaN);
  return Number.isFinite(minutes) && minutes > 0 ? Math.round(minutes * 60_000) : fiveMinutes;
}

interface Where {
  readonly data: string;
  readonly binaries: Binaries;
  readonly started: boolean;
}

function handle(attached: Attached, { data, binaries, started }: Where): EmbeddedServer {
  const { address, version, owner } = attached;
  const stop = async () => {
    if (owner) {
      owner.hold();
      const others = await owner.client
        .query('select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()', [ownerName])
        .catch(() => ({ rowCount: 0 }));
      await closeSession(owner.client);
      if (others.rowCount) return;
    }
    await stopServer(data, binaries.major);
  };
  return Object.freeze({
    url: urlOf(address, databaseName),
    version,
    major: binaries.major,
    started,
    directory: data,
    urlFor: (database: string) => urlOf(address, encodeURIComponent(database)),
    stop,
    [Symbol.asyncDispose]: stop,
  });
}

function heldTooLong(home: string, pid: number | undefined): Failure {
  return new Failure(
    problem('server-start-held', 'another process has been starting the embedded server for too long', {
      detail: pid ? `Process ${pid} holds the lock in ${home}.` : `The lock lies in ${home}.`,
      hint: 'Wait for that process, or end it and run again.',
    }),
    'connection',
  );
}
