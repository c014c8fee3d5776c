// How is a statement stopped that runs on another connection?
import type pg from 'pg';
import { attempt, type Circumstances, type Way } from './attempt.ts';
import { dial } from './dial.ts';
import { type ServerFacts, startOfBackend } from './server-facts.ts';

const withinMs = 5_000;

/** The key that the greeting gave; the driver keeps it, its type declarations leave it out. */
function keyOf(client: pg.Client): { readonly pid: number; readonly secret: number } | null {
  if (!('processID' in client) || !('secretKey' in client)) return null;
  const { processID: pid, secretKey: secret } = client;
  return typeof pid === 'number' && typeof secret === 'number' ? { pid, secret } : null;
}

/** The protocol’s own request; a pooler passes it on to whichever backend works for us. */
async function request(client: pg.Client, way: Way, { target }: Circumstances): Promise<void> {
  const key = keyOf(client);
  if (key === null) return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80877102, 4);
  message.writeInt32BE(key.pid, 8);
  message.writeInt32BE(key.secret, 12);
  const { socket } = await dial(target, way.host, way.address, way.tls, way.orPlain, AbortSignal.timeout(withinMs));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), withinMs);
    socket.on('error', () => {});
    // The other side closes when the signal is sent. PgBouncer 1.18 dies where we close, or half close, before that.
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    socket.write(message);
  });
}

/** Through a second connection; where a pooler stands between, or none can be had, by the request. */
export async function cancelBackend(
  client: pg.Client,
  facts: ServerFacts,
  behindPooler: boolean,
  way: Way,
  circumstances: Circumstances,
): Promise<void> {
  if (!behindPooler) {
    const second = await attempt(way, { ...circumstances, signal: undefined, timeoutMs: withinMs });
    if (second.ok) {
      try {
        const sql = `select pg_cancel_backend(pid) as sent from pg_stat_activity where pid = $1 and ${startOfBackend} = $2`;
        const { rows } = await second.client.query(sql, [facts.pid, facts.startedAt]);
        if (rows.length > 0) return;
      } finally {
        await second.client.end();
      }
    }
  }
  await request(client, way, circumstances);
}
