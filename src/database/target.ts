// Which server, database and user are meant, and how are they reached?
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { parseDatabaseUrl, type UrlParameters } from './database-url.ts';
import { objection, type Parameters, parameters, variableOf, variablesToJudge } from './libpq-parameters.ts';

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];
const sessionAttributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof sessionAttributes)[number];
const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

export interface Host {
  /** A name, an address, or a socket's directory; empty for the place where a local server listens by default. */
  readonly name: string;
  /** Where to connect instead of looking the name up. */
  readonly address?: string;
  readonly port: number;
}

/** Where to connect. The secrets are behind functions, so that neither JSON nor inspect() can show them. */
export interface Target {
  readonly source: 'option' | 'environment' | 'configuration';
  readonly hosts: readonly Host[];
  readonly database: string;
  readonly user: string;
  readonly password?: () => string;
  readonly passwordFile: { readonly path: string; readonly given: boolean };
  readonly options?: string;
  readonly applicationName?: string;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly sessionAttributes: SessionAttributes;
  readonly anyOrder: boolean;
  readonly ssl: {
    readonly mode: SslMode;
    readonly negotiation: 'postgres' | 'direct';
    /** `system` or a path. */
    readonly rootCertificate?: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly keyPassword?: () => string;
    readonly revoked?: string;
    readonly sendName: boolean;
    readonly minVersion: TlsVersion;
    readonly maxVersion?: TlsVersion;
    /** Where the certificates lie that nobody named: `~/.postgresql`. */
    readonly folder: string;
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface TargetRequest {
  /** What `--database` gave. */
  readonly database?: string | undefined;
  readonly env: Environment;
  /** What the configuration gives. */
  readonly configured?: string | undefined;
}

function wrong(message: string, hint: string): Failure {
  return new Failure(problem('database-url', message, { hint }), 'usage');
}

function oneOf<const Value extends string>(
  name: string,
  given: string | undefined,
  values: readonly Value[],
  otherwise: Value,
): Value {
  if (given === undefined || given === '') return otherwise;
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  const more = name === 'sslmode' && given === 'no-verify' ? ' What node calls no-verify is require in libpq.' : '';
  throw wrong(`${name} has a value that is not one of libpq’s`, `Write one of: ${values.join(', ')}.${more}`);
}

function wholeNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined || given.trim() === '') return undefined;
  if (!/^\s*[+-]?\d+\s*$/.test(given))
    throw wrong(`${name} is not a whole number`, `Give ${name} as a number, or leave it out.`);
  return Number(given);
}

function fromEnvironment(found: UrlParameters, env: Environment): Parameters {
  for (const [variable, parameter] of variablesToJudge) {
    const value = env[variable];
    const reason = value ? objection(parameter, value) : null;
    if (reason) throw wrong(`the variable ${variable} gives ${reason.what}`, `Unset ${variable}. ${reason.hint}`);
  }
  const all: UrlParameters = { ...found };
  for (const name of parameters) {
    const variable = variableOf(name);
    const value = variable === undefined ? undefined : env[variable];
    if (all[name] === undefined && value) all[name] = value;
  }
  return all;
}

function hostsOf(given: Parameters): readonly Host[] {
  const names = given.host?.split(',') ?? [];
  const addresses = given.hostaddr?.split(',') ?? [];
  const ports = given.port?.split(',') ?? [];
  const count = Math.max(names.length, addresses.length, 1);
  if (addresses.length > 0 && names.length > 0 && addresses.length !== names.length) {
    throw wrong(
      'host and hostaddr do not have the same number of entries',
      'Give one address for each host, or leave hostaddr out.',
    );
  }
  if (ports.length > 1 && ports.length !== count) {
    throw wrong(
      'the number of ports does not fit the number of hosts',
      'Give one port for all hosts, or one for each.',
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const port = wholeNumber('port', ports[index] ?? ports[0]) ?? 5432;
    if (port < 1 || port > 65535)
      throw wrong('the port is not between 1 and 65535', 'Look the port of the server up; PostgreSQL’s own is 5432.');
    const address = addresses[index];
    return { name: names[index] ?? '', port, ...(address ? { address } : {}) };
  });
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

function certificates(given: Parameters, home: string, folder: string): Target['ssl'] {
  const path = (value: string) => value.replace(/^~(?=\/)/, home);
  const system = given.sslrootcert === 'system';
  const direct = oneOf('sslnegotiation', given.sslnegotiation, ['postgres', 'direct'], 'postgres') === 'direct';
  const mode = oneOf('sslmode', given.sslmode, sslModes, system ? 'verify-full' : direct ? 'require' : 'prefer');
  if (system && mode !== 'verify-full') {
    throw wrong(
      `sslrootcert=system goes with sslmode=verify-full only`,
      'Anyone can have a certificate from a public authority, so the host name must be verified too.',
    );
  }
  if (direct && ['disable', 'allow', 'prefer'].includes(mode)) {
    throw wrong(
      `sslnegotiation=direct needs sslmode=require or stricter`,
      'Write sslmode=require, verify-ca or verify-full, or leave sslnegotiation out.',
    );
  }
  const secret = given.sslpassword;
  return {
    mode,
    negotiation: direct ? 'direct' : 'postgres',
    ...(given.sslrootcert ? { rootCertificate: path(given.sslrootcert) } : {}),
    ...(given.sslcert ? { certificate: path(given.sslcert) } : {}),
    ...(given.sslkey ? { key: path(given.sslkey) } : {}),
    ...(secret ? { keyPassword: () => secret } : {}),
    ...(given.sslcrl ? { revoked: path(given.sslcrl) } : {}),
    sendName: given.sslsni !== '0',
    minVersion: oneOf('ssl_min_protocol_version', given.ssl_min_protocol_version, tlsVersions, 'TLSv1.2'),
    ...(given.ssl_max_protocol_version
      ? { maxVersion: oneOf('ssl_max_protocol_version', given.ssl_max_protocol_version, tlsVersions, 'TLSv1.3') }
      : {}),
    folder,
  };
}

/** `--database`, else DATABASE_URL, else the configuration, else null: the embedded server, which the caller starts. */
export function resolveTarget(request: TargetRequest): Target | null {
  const { env } = request;
  const candidates = [
    ['option', request.database],
    ['environment', env.DATABASE_URL],
    ['configuration', request.configured],
  ] as const;
  const chosen = candidates.find(([source, url]) =>
    source === 'option' ? url !== undefined : url !== undefined && url.trim() !== '',
  );
  if (chosen === undefined) return null;
  const [source, url = ''] = chosen;
  if (url.trim() === '')
    throw wrong(
      'the database URL is empty',
      'Give --database a URL such as postgres://user:password@host:5432/database.',
    );
  const given = fromEnvironment(parseDatabaseUrl(url), env);
  const home = env.HOME || homedir();
  const windows = process.platform === 'win32';
  const folder = windows ? join(env.APPDATA ?? home, 'postgresql') : join(home, '.postgresql');
  const user = given.user ?? systemUser();
  const timeout = wholeNumber('connect_timeout', given.connect_timeout);
  const { password } = given;
  const applicationName = given.application_name ?? given.fallback_application_name;
  return Object.freeze<Target>({
    source,
    hosts: hostsOf(given),
    user,
    database: given.dbname ?? user,
    ...(password ? { password: () => password } : {}),
    passwordFile: given.passfile
      ? { path: given.passfile.replace(/^~(?=\/)/, home), given: true }
      : { path: windows ? join(folder, 'pgpass.conf') : join(home, '.pgpass'), given: false },
    ...(given.options ? { options: given.options } : {}),
    ...(applicationName ? { applicationName } : {}),
    // libpq waits for ever where nobody says otherwise, and so it does when it is told 0.
    connectTimeoutMs: timeout === undefined ? 10_000 : timeout <= 0 ? 0 : timeout * 1000,
    keepAliveMs: given.keepalives === '0' ? 0 : (wholeNumber('keepalives_idle', given.keepalives_idle) || 30) * 1000,
    sessionAttributes: oneOf('target_session_attrs', given.target_session_attrs, sessionAttributes, 'any'),
    anyOrder: oneOf('load_balance_hosts', given.load_balance_hosts, ['disable', 'random'], 'disable') === 'random',
    ssl: certificates(given, home, folder),
  });
}
