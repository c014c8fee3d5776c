// How is a client cut off from its server for good, as if its machine had lost power?
import { createServer, connect as dial, type Socket } from 'node:net';

export interface Cable extends AsyncDisposable {
  /** Leads to the same database, through the cable. */
  readonly url: string;
  /** Nothing goes through any more, and nobody is told goodbye. */
  readonly cut: () => void;
}

export async function layCable(target: string): Promise<Cable> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {}).once('close', () => open.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the cable has no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = `${address.port}`;
  const cut = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { url: url.href, cut, [Symbol.asyncDispose]: async () => cut() };
}
