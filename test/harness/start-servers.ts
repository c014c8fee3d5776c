// Which PostgreSQL servers do the tests run on, and who starts and stops them? (vitest's global set-up)
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../src/database/embedded/free-port.ts';
import { installedMajors, startEmbedded, stopEmbedded } from '../../src/database/embedded/index.ts';
import { isAlive } from '../../src/database/embedded/processes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    servers: Record<string, string>;
  }
}

/** Tests want TCP without a password, and room; the rest is as on a server that nobody has set up. */
async function startFor(directory: string, access: string, major: number): Promise<[string, string]> {
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    hba_file: access,
    max_connections: '200',
    wal_level: 'logical',
    client_connection_check_interval: '0',
  };
  await startEmbedded({ directory, major, ephemeral: true, lifetime: 'process', settings });
  return [String(major), `postgres://postgres@127.0.0.1:${port}/postgres`];
}

/** Folders of runs that were killed; their servers stopped by themselves. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^roadbook-servers-(\d+)-/.exec(name)?.[1];
    if (owner && !isAlive(Number(owner))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweep();
  const directory = mkdtempSync(join(tmpdir(), `roadbook-servers-${process.pid}-`));
  chmodSync(directory, 0o755);
  const access = join(directory, 'access.conf');
  writeFileSync(
    access,
    'local all all trust\nhost all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n',
  );
  const started = await Promise.all(installedMajors().map((major) => startFor(directory, access, major)));
  project.provide('servers', Object.fromEntries(started));
  return async () => {
    await stopEmbedded(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}
