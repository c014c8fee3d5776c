// How does a test get something that listens and is not, or not quite, a PostgreSQL server?
import { createServer, type Socket } from 'node:net';

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Listens on a free port of 127.0.0.1 and hands each connection to `serve`. */
export async function listen(serve: (socket: Socket) => void): Promise<Listening> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A message of the protocol: type, length, content. */
export function message(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function fatal(sqlstate: string, text: string): Buffer {
  return message('E', `SFATAL`, `VFATAL`, `C${sqlstate}`, `M${text}`, Buffer.from([0]));
}

export const ready = message('Z', Buffer.from('I'));

/** Greets without asking for a password. */
export function greeting(pid: number, secret = 1): Buffer {
  return Buffer.concat([message('R', int32(0)), message('K', int32(pid), int32(secret)), ready]);
}

/** One row of text columns, as the answer to a simple query. */
export function row(columns: Readonly<Record<string, { readonly type: number; readonly value: string }>>): Buffer {
  const names = Object.entries(columns);
  const described = names.map(([name, { type }]) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]),
  );
  const values = names.map(([, { value }]) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  return Buffer.concat([
    message('T', int16(names.length), ...described),
    message('D', int16(names.length), ...values),
    message('C', 'SELECT 1'),
    ready,
  ]);
}

/** Refuses TLS, then answers the start-up message and each query after it with what is given. */
export function speaks(startup: Buffer, query: Buffer): (socket: Socket) => void {
  return (socket) => {
    let greeted = false;
    socket.on('data', (chunk) => {
      if (chunk.length === 8 && chunk.readInt32BE(4) === 80877103) return socket.write('N');
      if (!greeted) {
        greeted = true;
        return socket.write(startup);
      }
      if (chunk[0] === 0x51) socket.write(query);
    });
  };
}
