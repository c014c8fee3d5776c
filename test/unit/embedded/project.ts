// How do the embedded server's tests get projects, and processes of their own that start servers in them?
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { findBinaries } from '../../../src/database/embedded/binaries.ts';
import {
  embeddedStatus,
  removeEmbedded,
  type StartOptions,
  startEmbedded,
} from '../../../src/database/embedded/index.ts';
import { packageNames, platformName } from '../../../src/database/embedded/packages.ts';
import { isAlive } from '../../../src/database/embedded/processes.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Problem } from '../../../src/model/problem.ts';

export const asRoot = process.geteuid?.() === 0;

const made: string[] = [];
const children: ChildProcess[] = [];

/** An empty project with the packages linked in, as npm would have put them there. */
export function project(base: string = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(base, 'roadbook-project-')));
  made.push(folder);
  chmodSync(folder, 0o755);
  for (const major of [17, 18]) {
    const place = join(folder, 'node_modules', packageNames(major, platformName())[0] ?? '');
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(dirname(findBinaries(major).native), place);
  }
  return folder;
}

/** Ends the children, stops the servers and removes the projects: for afterAll. */
export async function cleanUp(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of made) {
    await removeEmbedded(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  if (bundled) rmSync(dirname(await bundled), { recursive: true, force: true });
}

/** What a child says of the server it got, or of the problem it met. */
export interface Said {
  readonly url: string;
  readonly started: boolean;
  readonly directory: string;
  readonly uid: number;
  readonly ms: number;
  readonly problem?: Problem;
}

export interface Child {
  readonly process: ChildProcess;
  readonly said: Promise<Said>;
  readonly ended: Promise<number | null>;
}

let bundled: Promise<string> | undefined;

/** The child's program as one file that any user can read. */
async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'roadbook-child-'));
  chmodSync(folder, 0o755);
  const outfile = join(folder, 'child.mjs');
  const banner = {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  };
  const entry = fileURLToPath(new URL('./child.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner,
    logLevel: 'error',
  });
  return outfile;
}

export interface ChildOptions {
  /** `end`: when it has its server. `stay`: until it is killed. */
  readonly after?: 'end' | 'stay';
  readonly user?: { readonly uid?: number; readonly gid?: number };
  readonly env?: NodeJS.ProcessEnv;
}

export async function startInChild(
  options: StartOptions,
  { after = 'end', user = {}, env = {} }: ChildOptions = {},
): Promise<Child> {
  bundled ??= bundle();
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [await bundled, JSON.stringify(options), after], {
    ...user,
    cwd: '/',
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said = new Promise<Said>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) =>
      setTimeout(() => reject(new Error(`the child ended with ${code} and said nothing`)), 500),
    );
  });
  said.catch(() => {});
  return { process: child, said, ended };
}

/** The problem with which starting fails. */
export async function problemOf(options: StartOptions): Promise<Problem> {
  try {
    await startEmbedded(options);
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
  throw new Error('it started');
}

export function serverPid(folder: string): number {
  return embeddedStatus(folder).find((each) => each.running)?.pid ?? 0;
}

export async function gone(pid: number, withinMs: number): Promise<boolean> {
  return eventually(() => !isAlive(pid), withinMs);
}

export async function eventually(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const started = Date.now(); Date.now() - started < withinMs; ) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}

export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
