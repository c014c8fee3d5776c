// How do we speak to a server of ours, and what do we learn first?
import type { Socket } from 'node:net';
import pg from 'pg';
import { errorCode } from './processes.ts';

export interface Address {
  /** A socket's folder or an address. */
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
}

/** Application names by which sessions of ours are told from everybody else's. */
export const watchName = 'roadbook watch';
export const ownerName = 'roadbook owner';
const visitorName = 'roadbook start';

/** Timeouts that a user may have set for role or database do not count here: what startup options say, wins. */
const untimed = ['statement_timeout', 'lock_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout'];

export interface SessionOptions {
  readonly name?: string;
  /** Settings besides the timeouts: `name=value`. */
  readonly settings?: readonly string[];
  /** The socket to connect, for who wants to do something with it. */
  readonly socket?: Socket;
}

/** Every setting that the environment (PGOPTIONS, PGSSLMODE …) could bring in is given. */
export async function openSession(
  address: Address,
  database: string,
  { name = visitorName, settings = [], socket }: SessionOptions = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    user: 'postgres',
    password: address.password ?? 'none',
    database,
    ssl: false,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    options: [...untimed.map((setting) => `${setting}=0`), ...settings].map((each) => `-c ${each}`).join(' '),
    ...(socket ? { stream: () => socket } : {}),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

export async function closeSession(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}

export interface Greeting {
  readonly version: string;
  readonly directory: string;
  readonly watches: readonly string[];
}

export async function greet(client: pg.Client): Promise<Greeting> {
  const { rows } = await client.query<Greeting>(
    `select current_setting('server_version') as version, current_setting('data_directory') as directory,
       array(select application_name from pg_stat_activity where application_name like '${watchName}%') as watches`,
  );
  const [greeting] = rows;
  if (!greeting) throw new Error('a SELECT without FROM gave no row');
  return greeting;
}

/** Whether a failed connection means that there is no server, or not yet, or no more: the next try may find it otherwise. */
export function isAbsent(error: unknown): boolean {
  const absent = [
    'ENOENT',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ENOTSOCK',
    '57P01', // admin_shutdown
    '57P02', // crash_shutdown
    '57P03', // cannot_connect_now: starting up or shutting down
  ];
  return (
    absent.includes(errorCode(error)) ||
    (error instanceof Error && error.message === 'Connection terminated unexpectedly')
  );
}

export function urlOf(address: Address, database: string): string {
  if (!address.host.startsWith('/')) {
    const password = address.password ? `:${encodeURIComponent(address.password)}` : '';
    return `postgres://postgres${password}@${address.host}:${address.port}/${database}`;
  }
  const host = encodeURIComponent(address.host).replaceAll('%2F', '/');
  return `postgres:///${database}?host=${host}&port=${address.port}&user=postgres`;
}
