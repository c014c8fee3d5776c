// Which loopback port is free?
import { createServer } from 'node:net';
import { Failure } from '../../model/failure.ts';
import { problem } from '../../model/problem.ts';
import { errorCode } from './processes.ts';

export type ChoosePort = () => Promise<number>;

/** The system chooses. Another process may take the port before the server does; then the next one is asked for. */
export const freePort: ChoosePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(errorCode(error) === 'EADDRINUSE' ? noFreePort(error) : error));
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(noFreePort());
      });
    });
  });

export function noFreePort(cause?: unknown): Failure {
  return new Failure(
    problem('no-free-port', 'no free port was found on 127.0.0.1', {
      detail: 'The embedded PostgreSQL server needs one where it cannot use a socket.',
      hint: 'Close programs that hold many connections, or wait a minute for closed ones to be released.',
    }),
    'connection',
    cause === undefined ? {} : { cause },
  );
}
