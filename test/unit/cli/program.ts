// How does a test run the command line as a process of its own?
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when stderr contains the text. */
  readonly says: (text: string) => Promise<void>;
  readonly closeStdout: () => void;
}

export interface Program extends Disposable {
  readonly run: (
    args: readonly string[],
    options?: { env?: Record<string, string>; directory?: string },
  ) => Promise<Ended>;
  readonly start: (args: readonly string[], options?: { env?: Record<string, string>; directory?: string }) => Running;
}

/** Bundles an entry inside the project, where its packages are found, two folders below a package.json. */
export async function buildProgram(entry: string): Promise<Program> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const home = mkdtempSync(join(cache, 'roadbook-test-'));
  const outfile = join(home, 'dist/cli/main.mjs');
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  const start: Program['start'] = (args, { env = {}, directory = home } = {}) =>
    startProcess(outfile, args, env, directory);
  return {
    start,
    run: (args, options) => start(args, options).ended,
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

function startProcess(
  outfile: string,
  args: readonly string[],
  env: Record<string, string>,
  directory: string,
): Running {
  const child = spawn(process.execPath, [outfile, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(text)) resolve();
      };
      waiting.add(look);
      look();
      child.once('close', () => reject(new Error(`ended without saying "${text}":\n${stderr}`)));
    });
  return { ended, says, kill: (signal) => child.kill(signal), closeStdout: () => child.stdout.destroy() };
}
