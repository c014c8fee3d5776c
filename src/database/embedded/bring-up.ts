// How is a server brought up from whatever state its data directory is in, by the one who holds the lock?
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from '../../model/failure.ts';
import { type Attached, attach, passwordFile } from './attach.ts';
import { type Binaries, runnable } from './binaries.ts';
import { checkVersion, failedStart, readLog } from './failed-start.ts';
import { type ChoosePort, noFreePort } from './free-port.ts';
import { type Identity, serverIdentity } from './identity.ts';
import { type Launch, type Launched, launch, PortTaken } from './launch.ts';
import type { WatchOptions } from './lifetime.ts';
import { makeHome, placeData, socketDirectory } from './places.ts';
import { disownPostmasterFile, readPostmasterFile, runningServer } from './postmaster-file.ts';
import { isKnown } from './processes.ts';
import { makeData, runSingle } from './seed.ts';
import { stopServer } from './stop.ts';

export interface Attempt {
  readonly project: string;
  /** The name of the data directory in its home. */
  readonly name: string;
  readonly binaries: Binaries;
  readonly watch: WatchOptions;
  readonly ephemeral: boolean;
  readonly timeoutMs: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly tcp: boolean;
  readonly choosePort: ChoosePort;
}

export interface Up {
  readonly attached: Attached;
  readonly data: string;
  readonly started: boolean;
}

export async function bringUp(attempt: Attempt): Promise<Up> {
  const { project, name, ephemeral, watch } = attempt;
  const home = makeHome(project, ephemeral);
  const data = placeData(home, name, serverIdentity(project));
  const identity = ownerOf(data) ?? serverIdentity(project);
  const binaries = runnable(attempt.binaries, identity);
  if (!checkVersion(data, binaries.major)) makeData(data, binaries, identity);
  const there = await settle(data, binaries, watch);
  if (there) return { attached: there, data, started: false };
  try {
    return await start(attempt, data, binaries, identity);
  } catch (error) {
    if (!ephemeral || !(error instanceof Failure) || error.problem.code !== 'database-corrupted') throw error;
    // Throw-away data run without fsync, so a crash of the machine may break them; nobody's work is in them.
    rmSync(data, { recursive: true, force: true });
    makeData(data, binaries, identity);
    return start(attempt, data, binaries, identity);
  }
}

/** As root: whose the data are. PostgreSQL runs as no one else. */
function ownerOf(data: string): Identity | undefined {
  if (process.geteuid?.() !== 0 || !existsSync(data)) return undefined;
  const { uid, gid } = lstatSync(data);
  return uid === 0 ? undefined : { uid, gid };
}

/** A server that stops says so in its file, so one that is ready and does not answer will not. */
const unansweredMs = 1_000;
const recoveringMs = 60_000;

/**
 * What the last server left: nothing; a server that is stopping, or recovering, which is waited for; one that cannot be
 * reached any more (its socket was deleted), which is stopped; a pid that is another process's by now, which is disowned.
 */
async function settle(data: string, binaries: Binaries, watch: WatchOptions): Promise<Attached | undefined> {
  const started = Date.now();
  for (let server = runningServer(data); server; server = runningServer(data)) {
    const attached = await attach(data, binaries, watch);
    if (attached) return attached;
    if (Date.now() - started > (server.ready ? unansweredMs : recoveringMs)) await stopServer(data, binaries.major);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const file = readPostmasterFile(data);
  // PostgreSQL takes every id that the system knows for a server.
  if (file && isKnown(file.pid)) disownPostmasterFile(data);
  return undefined;
}

async function start(attempt: Attempt, data: string, binaries: Binaries, identity: Identity | undefined): Promise<Up> {
  const { ephemeral, settings, timeoutMs, watch } = attempt;
  const socket = attempt.tcp ? undefined : socketDirectory(data, identity);
  if (!socket) givePassword(data, binaries, identity, attempt.project);
  const { letGo } = await launched(
    { binaries, data, identity, socket, port: 5432, ephemeral, settings, timeoutMs },
    attempt.choosePort,
  );
  try {
    const attached = await attach(data, binaries, watch);
    if (!attached) throw failedStart(data, readLog(data));
    return { attached, data, started: true };
  } catch (error) {
    await stopServer(data, binaries.major).catch(() => {});
    throw error;
  } finally {
    letGo();
  }
}

const portTries = 5;
const orphanTries = 25;

async function launched(options: Launch, choosePort: ChoosePort): Promise<Launched> {
  for (let taken = 0, orphaned = 0; ; ) {
    try {
      return await launch(options.socket ? options : { ...options, port: await choosePort() });
    } catch (error) {
      if (error instanceof PortTaken) {
        taken += 1;
        if (taken >= portTries) throw noFreePort();
      } else if (/pre-existing shared memory block/.test(readLog(options.data)) && orphaned < orphanTries) {
        // The server was killed, and its children need a moment to notice.
        orphaned += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
      } else throw error;
    }
  }
}

/** A new password where none is known: set in the data first, so that a file is never there without its password. */
function givePassword(data: string, binaries: Binaries, identity: Identity | undefined, project: string): void {
  if (existsSync(passwordFile(data))) return;
  const password = randomBytes(24).toString('base64url');
  runSingle(binaries, data, identity, `alter role postgres password '${password}'`);
  const building = `${passwordFile(data)}.new`;
  rmSync(building, { force: true });
  writeFileSync(building, `${password}\n`, { flag: 'wx', mode: 0o600 });
  if (process.geteuid?.() === 0) chownSync(building, lstatSync(project).uid, lstatSync(project).gid);
  renameSync(building, passwordFile(data));
}
