// How does a test get a pooler in transaction mode, without installing one?
import { randomInt } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { fatal, int32, type Listening, listen, message, ready } from './fake-server.ts';

export interface PoolerWish {
  /** The server behind, which must trust us. */
  readonly port: number;
  readonly backends?: number;
  /** In session mode a client keeps its backend until it leaves. */
  readonly mode?: 'transaction' | 'session';
  /** PgBouncer hands out the backend given back last; `rotating` changes it with every transaction. */
  readonly order?: 'last' | 'rotating';
}

interface Backend {
  readonly socket: Socket;
  readonly key: Buffer;
  greeting: Buffer;
  client: Client | null;
}

interface Client {
  readonly socket: Socket;
  readonly key: Buffer;
  waiting: Buffer[];
  backend: Backend | null;
  unanswered: number;
}

// What PgBouncer takes without being told to ignore it.
const taken = new Set([
  'user',
  'database',
  'client_encoding',
  'application_name',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
]);

/** Cuts a stream into messages; the first ones of a client have no type. */
function messages(socket: Socket, untyped: boolean, each: (whole: Buffer, typed: boolean) => boolean): void {
  let left: Buffer = Buffer.alloc(0);
  let first = untyped;
  socket.on('data', (chunk) => {
    left = Buffer.concat([left, chunk]);
    for (;;) {
      const at = first ? 0 : 1;
      if (left.length < at + 4) return;
      const length = left.readInt32BE(at) + at;
      if (left.length < length) return;
      const whole = left.subarray(0, length);
      left = left.subarray(length);
      first = each(whole, !first);
    }
  });
}

function startupParameters(whole: Buffer): Map<string, string> {
  const words = whole.toString('utf8', 8).split('\0');
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length && words[at]; at += 2) pairs.set(words[at] ?? '', words[at + 1] ?? '');
  return pairs;
}

function startup(parameters: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.from([...parameters].map(([name, value]) => `${name}\0${value}\0`).join('') + '\0');
  return Buffer.concat([int32(body.length + 8), int32(196608), body]);
}

export async function transactionPooler(wish: PoolerWish): Promise<Listening> {
  const { port, backends: limit = 2, mode = 'transaction', order = 'last' } = wish;
  const idle: Backend[] = [];
  const all = new Set<Backend>();
  const clients = new Set<Client>();
  const queue: Client[] = [];
  let opening = 0;

  function give(backend: Backend, client: Client): void {
    backend.client = client;
    client.backend = backend;
    for (const chunk of client.waiting.splice(0)) forward(client, chunk);
  }

  function release(backend: Backend): void {
    if (backend.client) backend.client.backend = null;
    backend.client = null;
    const next = queue.shift();
    if (next) give(backend, next);
    else if (order === 'last') idle.unshift(backend);
    else idle.push(backend);
  }

  function open(parameters: ReadonlyMap<string, string>, use: (backend: Backend) => void): void {
    opening += 1;
    const socket = connect({ host: '127.0.0.1', port });
    const backend: Backend = { socket, key: Buffer.alloc(8), greeting: Buffer.alloc(0), client: null };
    let greeted = false;
    socket.on('error', () => {});
    socket.on('close', () => all.delete(backend));
    socket.write(startup(parameters));
    messages(socket, false, (whole) => {
      const type = String.fromCharCode(whole[0] ?? 0);
      if (greeted) {
        const { client } = backend;
        client?.socket.write(whole);
        if (type === 'Z' && client) {
          client.unanswered -= 1;
          if (client.unanswered <= 0 && whole[5] === 0x49 && mode === 'transaction') release(backend);
        }
      } else if (type === 'K') whole.copy(backend.key, 0, 5, 13);
      else if (type === 'S') backend.greeting = Buffer.concat([backend.greeting, whole]);
      else if (type === 'Z') {
        greeted = true;
        opening -= 1;
        all.add(backend);
        use(backend);
      }
      return false;
    });
  }

  function forward(client: Client, whole: Buffer): void {
    const type = whole[0];
    if (type === 0x51 || type === 0x53) client.unanswered += 1;
    client.backend?.socket.write(whole);
  }

  function want(client: Client, parameters: ReadonlyMap<string, string>): void {
    const backend = order === 'rotating' && all.size + opening < limit ? undefined : idle.shift();
    if (backend) give(backend, client);
    if (backend || queue.includes(client)) return;
    queue.push(client);
    if (all.size + opening < limit) open(parameters, release);
  }

  function serve(socket: Socket): void {
    const key = Buffer.concat([int32(randomInt(1_000_000, 2_000_000_000)), int32(randomInt(1, 2_000_000_000))]);
    const client: Client = { socket, key, waiting: [], backend: null, unanswered: 0 };
    let parameters = new Map<string, string>();
    socket.on('close', () => {
      clients.delete(client);
      if (!client.backend) return;
      if (client.unanswered > 0) client.backend.socket.destroy();
      else release(client.backend);
    });
    messages(socket, true, (whole, typed) => {
      if (!typed) {
        const code = whole.readInt32BE(4);
        if (code === 80877103) {
          socket.write('N');
          return true;
        }
        if (code === 80877102) {
          const asked = [...clients].find((one) => one.key.equals(whole.subarray(8, 16)));
          if (asked?.backend) {
            const { key: theirs } = asked.backend;
            const request = connect({ host: '127.0.0.1', port }, () =>
              request.end(Buffer.concat([int32(16), int32(80877102), theirs])),
            );
            request.on('error', () => {}).on('close', () => socket.end());
          } else socket.end();
          return false;
        }
        parameters = startupParameters(whole);
        const refused = [...parameters.keys()].find((name) => !taken.has(name.toLowerCase()));
        if (refused) {
          socket.end(fatal('08P01', `unsupported startup parameter: ${refused}`));
          return false;
        }
        const greet = (backend: Backend) => {
          clients.add(client);
          socket.write(Buffer.concat([message('R', int32(0)), backend.greeting, message('K', key), ready]));
        };
        const [known] = all;
        if (known) greet(known);
        else
          open(parameters, (backend) => {
            greet(backend);
            release(backend);
          });
        return false;
      }
      if (whole[0] === 0x58) {
        socket.end();
        return false;
      }
      if (client.backend) forward(client, whole);
      else {
        client.waiting.push(whole);
        want(client, parameters);
      }
      return false;
    });
  }

  const listening = await listen(serve);
  return {
    port: listening.port,
    [Symbol.asyncDispose]: async () => {
      for (const backend of all) backend.socket.destroy();
      await listening[Symbol.asyncDispose]();
    },
  };
}
