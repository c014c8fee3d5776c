// What does a database URL say, read the way libpq reads it?
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import { isParameter, objection, type Parameter } from './libpq-parameters.ts';

export type UrlParameters = { -readonly [Name in Parameter]?: string };

const example = 'postgres://user:password@host:5432/database';
const encode = 'In a user name or a password write @ as %40, : as %3A, / as %2F, ? as %3F and % as %25.';

/** No part of the URL is repeated in the message: a broken one may hold the password anywhere. */
function broken(message: string, hint: string, detail?: string): Failure {
  return new Failure(problem('database-url', message, { hint, ...(detail === undefined ? {} : { detail }) }), 'usage');
}

function decode(text: string, what: string): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Reported below: the URIError would repeat nothing, but says nothing either.
  }
  throw broken(`the ${what} in the database URL is not percent-encoded correctly`, encode);
}

function otherScheme(text: string): Failure {
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(text)?.[1]?.toLowerCase();
  const write = `Write it as ${example}.`;
  if (/^["'`]/.test(text)) {
    return broken(
      'the database URL has quotes around it',
      'Take the quotes away: docker --env-file and some shells keep them.',
    );
  }
  if (scheme === 'prisma' || scheme === 'prisma+postgres') {
    return broken(
      `the database URL begins with ${scheme}:, which leads to Prisma’s own service`,
      'Give the direct URL of the PostgreSQL server behind it (Prisma’s directUrl).',
    );
  }
  if (scheme === 'jdbc') return broken('the database URL is one for the JDBC driver', `Take “jdbc:” away. ${write}`);
  if (scheme !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return broken(
      `the database URL begins with ${scheme}:, which is not PostgreSQL`,
      `Roadbook works on PostgreSQL only. ${write}`,
    );
  }
  if (/^\s*[a-z_]+\s*=/i.test(text)) return broken('the database is given as keywords, not as a URL', write);
  return broken('the database URL does not begin with postgres:// or postgresql://', write);
}

function hostsAndPorts(text: string): { readonly host: string; readonly port: string } {
  const hosts: string[] = [];
  const ports: string[] = [];
  for (const one of text.split(',')) {
    const match = /^(?:\[([0-9a-f:.]+(?:%[^\]]+)?)\]|([^:[\]]*))(?::(\d*))?$/i.exec(one);
    if (!match) {
      throw broken(
        'the host or port in the database URL cannot be read',
        `The port is a number, an IPv6 address stands in square brackets. ${encode}`,
      );
    }
    hosts.push(match[1] ?? decode(match[2] ?? '', 'host'));
    ports.push(match[3] ?? '');
  }
  return { host: hosts.join(','), port: ports.join(',') };
}

/** libpq takes the first @ as the end of the user's part; one more after it was meant to be in the password. */
function splitAuthority(authority: string): {
  readonly user?: string;
  readonly password?: string;
  readonly hosts: string;
} {
  const at = authority.indexOf('@');
  if (at < 0) return { hosts: authority };
  const hosts = authority.slice(at + 1);
  if (hosts.includes('@')) throw broken('the database URL has more than one @ before the database name', encode);
  const credentials = authority.slice(0, at);
  const colon = credentials.indexOf(':');
  if (colon < 0) return { user: decode(credentials, 'user name'), hosts };
  return {
    user: decode(credentials.slice(0, colon), 'user name'),
    password: decode(credentials.slice(colon + 1), 'password'),
    hosts,
  };
}

function readQuery(query: string, into: UrlParameters): void {
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 0)
      throw broken('a parameter in the database URL has no value', 'Parameters are written ?name=value&name=value.');
    const name = decode(pair.slice(0, equals), 'name of a parameter');
    const value = decode(pair.slice(equals + 1), 'value of a parameter');
    if (isParameter(name)) {
      into[name] = value;
    } else if (name === 'ssl' && (value === 'true' || value === '1')) {
      into.sslmode = 'require';
    } else {
      const reason = objection(name, value);
      // A name is repeated only where it looks like one: in a broken URL it could be a piece of the password.
      const shown =
        reason && /^[A-Za-z_]{1,40}$/.test(name) ? reason.what : 'a parameter that PostgreSQL does not know';
      if (reason) throw broken(`the database URL has ${shown}`, reason.hint);
    }
  }
}

/** The parameters a URL gives; what it leaves out is absent. */
export function parseDatabaseUrl(given: string): UrlParameters {
  const text = given.trim();
  const scheme = /^postgres(?:ql)?:\/\//.exec(text)?.[0];
  if (scheme === undefined) throw otherScheme(text);
  const rest = text.slice(scheme.length);
  const mark = rest.indexOf('?');
  const beforeQuery = mark < 0 ? rest : rest.slice(0, mark);
  const slash = beforeQuery.indexOf('/');
  const authority = slash < 0 ? beforeQuery : beforeQuery.slice(0, slash);
  const name = slash < 0 ? '' : beforeQuery.slice(slash + 1);
  if (name.includes('@') && !authority.includes('@')) {
    throw broken('the database URL has a / before the @', encode);
  }
  if (slash < 0 && mark >= 0 && !authority.includes('@') && rest.includes('@')) {
    throw broken('the database URL has a ? before the @', encode);
  }
  const found: UrlParameters = {};
  const { user, password, hosts } = splitAuthority(authority);
  const { host, port } = hostsAndPorts(hosts);
  if (user) found.user = user;
  if (password) found.password = password;
  if (host) found.host = host;
  if (port.replaceAll(',', '')) found.port = port;
  if (name) found.dbname = decode(name, 'database name');
  if (mark >= 0 && rest.length > mark + 1) readQuery(rest.slice(mark + 1), found);
  return found;
}
