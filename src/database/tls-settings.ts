// With which certificates, and with how much distrust, is a connection encrypted?
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { Failure } from '../model/failure.ts';
import { problem } from '../model/problem.ts';
import type { Host, Target } from './target.ts';

export interface TlsSettings {
  readonly options: ConnectionOptions;
  /** Sent as SNI, which takes no addresses. */
  readonly serverName: string | undefined;
  /** Whether the certificate must be for the host's name. */
  readonly checkName: boolean;
}

function fail(code: string, message: string, hint: string, detail?: string): Failure {
  return new Failure(problem(code, message, { hint, ...(detail === undefined ? {} : { detail }) }), 'connection');
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function read(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw fail(
      'certificate-file',
      `the ${what} ${path} cannot be read${code}`,
      'Look at the path and at the rights of the file.',
    );
  }
}

/** libpq wants a key that only its owner reads, or one that belongs to root and a group reads. */
function checkKeyRights(path: string): void {
  if (process.platform === 'win32') return;
  const { mode, uid } = statSync(path);
  const allowed = uid === 0 ? 0o740 : 0o700;
  if (mode & 0o777 & ~allowed) {
    throw fail(
      'client-key-rights',
      `the private key ${path} can be read by others`,
      `Run: chmod 600 ${path}`,
      'libpq refuses such a key too: mode 0600 or less, or 0640 where root owns it.',
    );
  }
}

function clientCertificate(ssl: Target['ssl']): ConnectionOptions {
  const certificate = ssl.certificate ?? join(ssl.folder, 'postgresql.crt');
  if (ssl.certificate === undefined && !exists(certificate)) return {};
  const key = ssl.key ?? join(ssl.folder, 'postgresql.key');
  if (!exists(key)) {
    throw fail(
      'certificate-file',
      `there is a client certificate, but no private key ${key}`,
      'Give the key with sslkey.',
    );
  }
  checkKeyRights(key);
  return {
    cert: read(certificate, 'client certificate'),
    key: read(key, 'private key'),
    ...(ssl.keyPassword === undefined ? {} : { passphrase: ssl.keyPassword() }),
  };
}

function rootCertificate(ssl: Target['ssl']): string | 'system' | null {
  if (ssl.rootCertificate === 'system') return 'system';
  const path = ssl.rootCertificate ?? join(ssl.folder, 'root.crt');
  if (exists(path)) return read(path, 'root certificate');
  if (ssl.mode === 'verify-ca' || ssl.mode === 'verify-full') {
    throw fail(
      'certificate-file',
      `the root certificate ${path} does not exist`,
      'Give the authority’s certificate with sslrootcert=PATH, or write sslrootcert=system to trust the public authorities.',
      `sslmode=${ssl.mode} needs the certificate of the authority that signed the server’s certificate.`,
    );
  }
  return null;
}

/** As libpq means each sslmode: a root certificate that is there is used in every mode, the name is checked in verify-full only. */
export function tlsSettings(target: Target, host: Host): TlsSettings {
  const { ssl } = target;
  const root = rootCertificate(ssl);
  const checkName = ssl.mode === 'verify-full';
  if (checkName && host.name === '') {
    throw fail(
      'certificate-name',
      'sslmode=verify-full needs the name of the host',
      'Give the name with host, hostaddr alone does not do.',
    );
  }
  return {
    serverName: ssl.sendName && host.name !== '' && !isIP(host.name) ? host.name : undefined,
    checkName,
    options: {
      ...clientCertificate(ssl),
      ...(root === null || root === 'system' ? {} : { ca: root }),
      ...(ssl.revoked === undefined ? {} : { crl: read(ssl.revoked, 'revocation list') }),
      rejectUnauthorized: root !== null,
      minVersion: ssl.minVersion,
      ...(ssl.maxVersion === undefined ? {} : { maxVersion: ssl.maxVersion }),
    },
  };
}
