// How does a test run apply in processes of their own?
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Project } from './project.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Told {
  readonly type: string;
  readonly [name: string]: unknown;
}

export interface Ended {
  readonly applied: readonly string[];
  readonly reason: string;
  readonly code?: string;
}

export interface Running {
  readonly told: readonly Told[];
  readonly stderr: () => string;
  /** Null where it was killed. */
  readonly ended: Promise<Ended | null>;
  /** `kill -9`; resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

export interface Runner extends Disposable {
  readonly start: (home: Project, maxWaitMs?: number, workers?: number) => Running;
}

/** Node 20 runs no TypeScript: the program is bundled inside the project, where its packages are found. */
export async function buildRunner(): Promise<Runner> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'roadbook-runner-'));
  const outfile = join(folder, 'run-apply.mjs');
  await build({
    entryPoints: [join(root, 'test/unit/apply/run-apply.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  });
  const children: ChildProcess[] = [];
  return {
    start: (home, maxWaitMs = 20_000, workers = 1) => {
      const child = spawn(
        process.execPath,
        ['--trace-warnings', outfile, home.directory, home.database.url, `${maxWaitMs}`, `${workers}`],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      children.push(child);
      return follow(child);
    },
    [Symbol.dispose]: () => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess): Running {
  const told: Told[] = [];
  let stderr = '';
  let ended: Ended | null = null;
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.type === 'ended') ended = event;
      told.push(event);
    });
  const closed = new Promise<Ended | null>((resolve) => child.once('close', () => resolve(ended)));
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  return { told, stderr: () => stderr, ended: closed, kill };
}
