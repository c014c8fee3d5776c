// How does the driver take over a socket that is open already, and what does it send first?
import type { Socket } from 'node:net';
import pg from 'pg';
import { parserFor } from './values.ts';

export interface Startup {
  readonly user: string;
  readonly database: string;
  readonly password: () => Promise<string>;
  readonly options?: string | undefined;
  readonly applicationName: string;
}

/**
 * The driver's client on a socket of ours. Its own start-up message would take PG* variables of this process and leave
 * client_encoding out, so this one says exactly what is sent. No timeouts are among it: poolers refuse them.
 */
class WireClient extends pg.Client {
  readonly #startup: Startup;

  constructor(socket: Socket, startup: Startup) {
    super({
      user: startup.user,
      database: startup.database,
      password: startup.password,
      ssl: false,
      sslnegotiation: 'postgres',
      pipeline: true,
      stream: () => socket,
      types: { getTypeParser: parserFor },
    });
    this.#startup = startup;
  }

  /** The driver calls this when it builds the start-up message. */
  getStartupConf(): Readonly<Record<string, string>> {
    const { user, database, options, applicationName } = this.#startup;
    return {
      user,
      database,
      client_encoding: 'UTF8',
      application_name: applicationName,
      ...(options === undefined ? {} : { options }),
    };
  }
}

/** The socket is connected, so the driver's own connecting is answered at once. */
function alreadyConnected(socket: Socket): Socket {
  socket.connect = () => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}

export function wireClient(socket: Socket, startup: Startup): pg.Client {
  return new WireClient(alreadyConnected(socket), startup);
}
