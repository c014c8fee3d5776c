// What do we tell the user when no connection came about?
import pg from 'pg';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Refused, Way } from './attempt.ts';
import { DialError } from './dial.ts';
import { redact } from './redact.ts';
import type { Target } from './target.ts';
import { tlsProblem } from './tls-problem.ts';

/** `127.0.0.1:5432`, or a socket's directory. */
export function addressText(way: Pick<Way, 'host' | 'address'>): string {
  if ('path' in way.address)
    return way.address.path.replace(/\/?\.s\.PGSQL\.(\d+)$/, (_, port) => (port === '5432' ? '' : `:${port}`));
  const name = way.host.name || way.address.ip;
  return name.includes(':') ? `[${name}]:${way.host.port}` : `${name}:${way.host.port}`;
}

const checkAddress = 'Look at the host and the port, whether the server runs, and whether a firewall stands between.';

function socketProblem(error: DialError, where: string, way: Way | null, timeoutMs: number): Problem {
  const { code, step } = error;
  if (step === 'lookup') {
    const again = code === 'EAI_AGAIN';
    return problem('host-unknown', `the host ${where} is unknown`, {
      detail: again
        ? 'The name service did not answer (EAI_AGAIN).'
        : `The name service knows no address of that name (${code}).`,
      hint: 'Look at the host in the database URL. A password with @, / or # in it must be percent-encoded.',
    });
  }
  if (error.reason === 'not-postgres') {
    return problem('not-postgres', `what answers on ${where} is not a PostgreSQL server`, {
      hint: 'Look at the host and the port. PostgreSQL’s own port is 5432, a pooler often has 6432.',
    });
  }
  if (code === 'ABORTED') {
    return problem('connection-timeout', `no answer from ${where} within ${timeoutMs / 1000} s`, {
      detail:
        step === 'connect'
          ? 'Nothing answered at all.'
          : 'Something accepted the connection and then said nothing more.',
      hint: `${checkAddress} Where the way is slow, give connect_timeout=SECONDS in the URL.`,
    });
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    const socket = way !== null && 'path' in way.address;
    return problem('connection-refused', `no server listens on ${where}`, {
      ...(code === 'ENOENT' && socket
        ? { detail: 'There is no socket of a PostgreSQL server in that directory.' }
        : {}),
      hint: socket ? 'Look at the directory and the port, and whether the server runs.' : checkAddress,
    });
  }
  if (error.reason === 'no-ssl') {
    return problem('ssl-unsupported', `the server on ${where} does not speak TLS, and sslmode asks for it`, {
      hint: 'Switch ssl on at the server. Only where nobody can listen on the way, write sslmode=disable or sslmode=prefer.',
    });
  }
  const reset = code === 'CLOSED' || code === 'ECONNRESET' || code === 'EPIPE';
  return problem(
    'connection-failed',
    reset
      ? `${where} closed the connection before it was of use`
      : `the connection to ${where} failed (${code || error.message})`,
    {
      hint: reset ? 'Look into the log of the server, or of the proxy before it.' : checkAddress,
    },
  );
}

function authenticationProblem(
  error: pg.DatabaseError,
  target: Target,
  where: string,
  refused: Refused,
  overSocket: boolean,
): Problem | null {
  const { message, code } = error;
  const user = target.user;
  if (/requires a valid client certificate|certificate authentication failed/i.test(message)) {
    return problem('client-certificate-required', `the server wants a client certificate of the user ${user}`, {
      detail: `It said: ${message}.`,
      hint: 'Give the certificate and its key with sslcert=PATH and sslkey=PATH. Its common name is the user name, unless the server maps it.',
    });
  }
  // “No encryption” tells nothing where the server itself had none to offer.
  const couldEncrypt =
    !refused.encrypted && target.ssl.mode === 'disable' && !overSocket && /no encryption/.test(message);
  if (couldEncrypt || /SSL (?:is )?required|SSL connection is required|insecure|sslmode=require/i.test(message)) {
    return problem('ssl-required', `the server on ${where} takes no unencrypted connection of the user ${user}`, {
      detail: `It said: ${message}.`,
      hint: 'Write sslmode=require in the URL, or better sslmode=verify-full with sslrootcert. If that fails too, pg_hba.conf has no line for this user.',
    });
  }
  if (/no pg_hba\.conf entry|pg_hba\.conf rejects/i.test(message)) {
    return problem(
      'not-allowed',
      `the server on ${where} lets the user ${user} not into the database ${target.database} from here`,
      {
        detail: `It said: ${message}.`,
        hint: 'Add a line for this user, database and address to pg_hba.conf, and reload the server.',
      },
    );
  }
  if (code === '28P01' || /password authentication failed/i.test(message)) {
    return problem('password-wrong', `the server did not accept the password of the user ${user}`, {
      ...(refused.fromFile === undefined
        ? {}
        : { detail: `The password came from the file ${refused.fromFile.path}.` }),
      hint: 'Look at the user and the password. In a URL a password with @, : or / in it must be percent-encoded. The server says the same where there is no such user.',
    });
  }
  if (code === '28000' && /role ".*" does not exist/i.test(message)) {
    return problem('role-unknown', `there is no user ${user} on ${where}`, {
      hint: 'Look at the user in the database URL, or create the role.',
    });
  }
  if (/is not permitted to log in/i.test(message)) {
    return problem('role-unknown', `the role ${user} may not log in`, {
      hint: 'Take a role that may, or run: ALTER ROLE … LOGIN.',
    });
  }
  return null;
}

function serverSaid(
  error: pg.DatabaseError,
  target: Target,
  where: string,
  refused: Refused,
  overSocket: boolean,
): Problem {
  const known = authenticationProblem(error, target, where, refused, overSocket);
  if (known) return known;
  const { message, code } = error;
  const said = { detail: [`The server said: ${message}.`, error.detail].filter(Boolean).join(' ') };
  if (code === '3D000' || /^no such database/i.test(message)) {
    return problem('database-unknown', `there is no database ${target.database} on ${where}`, {
      hint: 'Look at the database name in the URL, or create the database.',
    });
  }
  if (
    code === '53300' ||
    /too many connections|no more connections allowed|remaining connection slots/i.test(message)
  ) {
    return problem('too-many-connections', `the server on ${where} has no connection free`, {
      ...said,
      hint: 'Try again when others have closed theirs, or raise max_connections or the limit of the role or database.',
    });
  }
  if (code === '57P03') {
    return problem('server-starting', `the server on ${where} takes no connections now`, {
      ...said,
      hint: 'Try again in a moment.',
    });
  }
  if (/unsupported startup parameter/i.test(message)) {
    return problem('pooler-refuses-settings', `the pooler on ${where} refuses a setting that the URL gives`, {
      ...said,
      hint: 'Take options out of the URL (and PGOPTIONS out of the environment), or give the server’s own address instead of the pooler’s.',
    });
  }
  if (code === '42501') {
    return problem('no-connect-right', `the user ${target.user} may not connect to the database ${target.database}`, {
      ...said,
      hint: 'Run as an owner of the database: GRANT CONNECT ON DATABASE … TO …',
    });
  }
  return problem('connection-rejected', `the server on ${where} refused the connection: ${message}`, {
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

function secretsOf(target: Target, refused: Refused): readonly string[] {
  return [target.password?.(), target.ssl.keyPassword?.(), refused.fromFile?.password()].filter(
    (secret) => secret !== undefined,
  );
}

/** A password of three letters would be cut out of half the words, and it is nowhere in what a server says. */
function clean(found: Problem, target: Target, refused: Refused): Problem {
  const secrets = secretsOf(target, refused).filter((secret) => secret.length > 3);
  const text = (value: string) => redact(value, secrets);
  return Object.freeze({
    ...found,
    message: text(found.message),
    ...(found.detail === undefined ? {} : { detail: text(found.detail) }),
    ...(found.hint === undefined ? {} : { hint: text(found.hint) }),
  });
}

function explain(
  error: unknown,
  refused: Refused,
  target: Target,
  where: string,
  way: Way | null,
  timeoutMs: number,
): Problem {
  if (error instanceof Failure) return error.problem;
  if (error instanceof DialError) {
    const handshake = error.step === 'tls' && error.code !== 'ABORTED';
    return handshake ? tlsProblem(error, target, where) : socketProblem(error, where, way, timeoutMs);
  }
  if (error instanceof pg.DatabaseError)
    return serverSaid(error, target, where, refused, way !== null && 'path' in way.address);
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^ERR_SSL|^ERR_TLS/.test(code))
    return tlsProblem(new DialError('tls', 'failed', error.message, code), target, where);
  if (/SASL|SCRAM|authenticationOk/i.test(error.message)) {
    return problem(
      'authentication-unsupported',
      `the server on ${where} wants to authenticate in a way that Roadbook does not know`,
      {
        detail: `${error.message}.`,
        hint: 'Let pg_hba.conf ask this user for scram-sha-256, md5, password, cert or trust.',
      },
    );
  }
  return socketProblem(new DialError('greeting', 'failed', error.message, code || 'CLOSED'), where, way, timeoutMs);
}

/** From what one attempt came to; what was thrown and is no error is thrown on, as a bug. */
export function connectionProblem(
  refused: Refused,
  target: Target,
  where: string,
  way: Way | null,
  timeoutMs: number,
): Problem {
  return clean(explain(refused.error, refused, target, where, way, timeoutMs), target, refused);
}
