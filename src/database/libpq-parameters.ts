// Which connection parameters does libpq know, which of them do we follow, and which variable fills each?

/** Parameters we follow, with the environment variable that fills them where the URL is silent. */
const followed = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  fallback_application_name: undefined,
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
  keepalives: undefined,
  keepalives_idle: undefined,
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslcrl: 'PGSSLCRL',
  sslsni: 'PGSSLSNI',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
} as const;

export type Parameter = keyof typeof followed;
export type Parameters = Readonly<Partial<Record<Parameter, string>>>;

/** Known to libpq, without effect here: accepted and left alone. */
const withoutEffect = new Set([
  'sslcompression',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'krbsrvname',
  'gsslib',
  'gssdelegation',
  'min_protocol_version',
  'max_protocol_version',
  'sslkeylogfile',
  'uselibpqcompat',
]);

/** Known to libpq; each of these values asks for nothing that we do not do, any other value does. */
const onlyValues: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer'],
  gssencmode: ['disable', 'prefer'],
  client_encoding: ['utf8', 'utf-8', 'unicode', 'auto'],
  replication: ['false', 'off', 'no', '0'],
  sslcertmode: ['allow', 'disable'],
};

/** Known to libpq; to leave them out would connect elsewhere, or less safely, than was asked. */
const unsupported: Readonly<Record<string, string>> = {
  service: 'Write the service’s host, dbname and user into the URL.',
  servicefile: 'Write the service’s host, dbname and user into the URL.',
  requirepeer: 'Take it out, or connect through TLS with sslmode=verify-full.',
  require_auth: 'Take it out, or connect through TLS with sslmode=verify-full.',
  sslcrldir: 'Give one file with sslcrl instead.',
  scram_client_key: 'Give the password instead.',
  scram_server_key: 'Give the password instead.',
  oauth_issuer: 'Use a password or a client certificate instead.',
  oauth_client_id: 'Use a password or a client certificate instead.',
  oauth_client_secret: 'Use a password or a client certificate instead.',
  oauth_scope: 'Use a password or a client certificate instead.',
};

const otherVariables: Readonly<Record<string, string>> = {
  PGSERVICE: 'service',
  PGREQUIREPEER: 'requirepeer',
  PGREQUIREAUTH: 'require_auth',
  PGCHANNELBINDING: 'channel_binding',
  PGGSSENCMODE: 'gssencmode',
  PGSSLCRLDIR: 'sslcrldir',
};

/** Parameters of other programs that people leave in the URL, and what they mean for us. */
const foreign: Readonly<Record<string, string>> = {
  schema:
    'This is Prisma’s parameter. Take it out of the URL that Roadbook gets; to work in another schema than public, write options=-c%20search_path%3DNAME instead.',
  pgbouncer:
    'This is Prisma’s parameter. It says that the URL leads to a pooler; give Roadbook the direct URL of the database instead (Prisma’s directUrl).',
  connection_limit: 'This is Prisma’s parameter. Take it out: Roadbook opens few connections.',
  pool_timeout: 'This is Prisma’s parameter. Take it out.',
  socket_timeout: 'This is Prisma’s parameter. Take it out.',
  statement_cache_size: 'This is Prisma’s parameter. Take it out.',
  sslaccept:
    'This is Prisma’s parameter. Write sslmode=require for “accept_invalid_certs”, sslmode=verify-full for “strict”.',
  sslidentity: 'This is Prisma’s parameter. Write sslcert and sslkey instead.',
  currentSchema: 'This is the JDBC driver’s parameter. Write options=-c%20search_path%3DNAME instead.',
  search_path: 'Write options=-c%20search_path%3DNAME instead.',
  supa: 'This is Supabase’s parameter. Take it out.',
};

export function isParameter(name: string): name is Parameter {
  return Object.hasOwn(followed, name);
}

export const parameters: readonly Parameter[] = Object.keys(followed).filter(isParameter);

export function variableOf(name: Parameter): string | undefined {
  return followed[name];
}

/** Variables that ask for something we do not follow in full, with the parameter each one fills. */
export const variablesToJudge: readonly (readonly [variable: string, parameter: string])[] =
  Object.entries(otherVariables);

/** Why a parameter outside the followed ones cannot stand; null when it does no harm. */
export function objection(name: string, value: string): { readonly what: string; readonly hint: string } | null {
  if (withoutEffect.has(name)) return null;
  const allowed = onlyValues[name];
  if (allowed?.includes(value.toLowerCase())) return null;
  if (allowed)
    return {
      what: `a value of ${name} that Roadbook does not support`,
      hint: `Take it out, or write one of: ${allowed.join(', ')}.`,
    };
  const instead = unsupported[name];
  if (instead) return { what: `a parameter that Roadbook does not support: ${name}`, hint: instead };
  const theirs = Object.hasOwn(foreign, name) ? foreign[name] : undefined;
  return {
    what: `a parameter that PostgreSQL does not know: ${name}`,
    hint: theirs ?? 'Take it out, or look for its right name among the connection parameters of libpq.',
  };
}
