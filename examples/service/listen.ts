// How does an example's service listen, and how does it end without cutting anybody off?
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import pg from 'pg';

/** What a service needs from outside. */
export interface Surroundings {
  readonly pool: pg.Pool;
  /** Signs the tokens that it hands out. */
  readonly secret: string;
}

export interface Listening extends AsyncDisposable {
  readonly url: string;
}

interface Service {
  readonly fetch: Parameters<typeof serve>[0]['fetch'];
}

/** Listens on the port, or a free one; closing waits for requests that are under way. */
export async function listen(
  make: (given: Surroundings) => Service,
  database: string,
  secret: string,
  port = 0,
): Promise<Listening> {
  // Columns without a time zone hold UTC, whatever the server's own zone is.
  const pool = new pg.Pool({ connectionString: database, max: 8, options: '-c timezone=UTC' });
  pool.on('error', () => {});
  const { fetch } = make({ pool, secret });
  const server = serve({ fetch, port, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const address: AddressInfo | string | null = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      });
      await pool.end();
    },
  };
}

/** For the command line: the old version or the new one, as `--old` says. */
export async function listenAsAsked(versions: {
  readonly old: (given: Surroundings) => Service;
  readonly new: (given: Surroundings) => Service;
}): Promise<void> {
  const { DATABASE_URL, SERVICE_SECRET, PORT } = process.env;
  if (!DATABASE_URL || !SERVICE_SECRET) throw new Error('DATABASE_URL and SERVICE_SECRET must be set');
  const version = process.argv.includes('--old') ? 'old' : 'new';
  const { url } = await listen(versions[version], DATABASE_URL, SERVICE_SECRET, Number(PORT ?? 8000));
  console.log(`the ${version} version listens on ${url}`);
}
