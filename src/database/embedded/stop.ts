// Which servers does a project run, and how are they stopped?
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { findBinaries, program } from './binaries.ts';
import { notOurs } from './failed-start.ts';
import { homeOf } from './places.ts';
import { runningServer } from './postmaster-file.ts';
import { errorCode, isAlive } from './processes.ts';

export interface EmbeddedStatus {
  readonly major: number;
  /** Throw-away data, for twins and tests. */
  readonly ephemeral: boolean;
  /** The data directory. */
  readonly directory: string;
  readonly running: boolean;
  readonly pid: number | undefined;
}

/** Every data directory of a project, with or without a server. */
export function embeddedStatus(projectDirectory: string): readonly EmbeddedStatus[] {
  return [false, true].flatMap((ephemeral) => {
    const home = homeOf(projectDirectory, ephemeral);
    if (!existsSync(home)) return [];
    return readdirSync(home)
      .filter((name) => /^\d+$/.test(name) && existsSync(join(home, name)))
      .map((name) => {
        const directory = realpathSync(join(home, name));
        const server = runningServer(directory);
        return { major: Number(name), ephemeral, directory, running: server !== undefined, pid: server?.pid };
      })
      .sort((a, b) => a.major - b.major);
  });
}

/** Stops every server of the project; returns those that ran. Data stay. */
export async function stopEmbedded(projectDirectory: string): Promise<readonly EmbeddedStatus[]> {
  const running = embeddedStatus(projectDirectory).filter((each) => each.running);
  await Promise.all(running.map((each) => stopServer(each.directory, each.major)));
  return running;
}

/** Stops every server of the project and deletes its data, also those that lie elsewhere: for demonstrations and tests. */
export async function removeEmbedded(projectDirectory: string): Promise<void> {
  await stopEmbedded(projectDirectory);
  for (const { directory } of embeddedStatus(projectDirectory)) {
    rmSync(directory, { recursive: true, force: true });
    try {
      // Outside the project it had a folder of its own.
      rmdirSync(dirname(directory));
    } catch {}
  }
  for (const ephemeral of [false, true]) {
    const home = homeOf(projectDirectory, ephemeral);
    if (existsSync(home)) rmSync(home, { recursive: true });
  }
}

const politeMs = 20_000;

/** A fast shutdown; after a while an immediate one, from which the next start recovers. True if there was a server. */
export async function stopServer(data: string, major: number): Promise<boolean> {
  const server = runningServer(data);
  if (!server) return false;
  signal(server.pid, data, major, 'fast');
  const started = Date.now();
  for (let waited = 0, hurried = false; isAlive(server.pid); waited = Date.now() - started) {
    if (waited > politeMs && !hurried) {
      hurried = true;
      signal(server.pid, data, major, 'immediate');
    }
    if (waited > 2 * politeMs) throw notStopped(data, server.pid);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

function signal(pid: number, data: string, major: number, mode: 'fast' | 'immediate'): void {
  if (process.platform === 'win32') {
    spawnSync(program(findBinaries(major), 'pg_ctl'), ['stop', '-D', data, '-m', mode, '-W'], { windowsHide: true });
    return;
  }
  try {
    process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch (error) {
    if (errorCode(error) === 'EPERM') throw notOurs(data);
  }
}

function notStopped(data: string, pid: number): Failure {
  return new Failure(
    problem('server-not-stopped', `the embedded PostgreSQL server ${pid} did not stop`, {
      detail: `It runs on ${data}, and took neither a fast nor an immediate shutdown.`,
      hint: 'See its log; the system may be holding it up (a disk that does not answer).',
    }),
    'connection',
  );
}
