// Why did the encryption of a connection not come about, and what helps?
import { type Problem, problem } from '../model/problem.ts';
import type { DialError } from './dial.ts';
import type { Target } from './target.ts';

const untrusted =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA|CERT_CHAIN_TOO_LONG)$/;

export function tlsProblem(error: DialError, target: Target, where: string): Problem {
  const { code, message } = error;
  const root = target.ssl.rootCertificate;
  if (untrusted.test(code)) {
    return problem(
      'certificate-untrusted',
      `the certificate of the server on ${where} is not signed by an authority we trust`,
      {
        detail: `${root === 'system' ? 'Only public authorities are trusted' : `Trusted is ${root ?? `${target.ssl.folder}/root.crt`}`} (${code}).`,
        hint: 'Give the certificate of the authority that signed the server’s with sslrootcert=PATH.',
      },
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return problem('certificate-expired', `the certificate of the server on ${where} ${when}`, {
      hint: 'Renew it at the server; look at the clock of this machine too.',
    });
  }
  if (code === 'CERT_REVOKED') {
    return problem('certificate-revoked', `the certificate of the server on ${where} was revoked`, {
      hint: 'Give the server a new certificate.',
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return problem('certificate-name', `the certificate of the server on ${where} is for another host name`, {
      detail: `${message.replace(/^Hostname\/IP does not match certificate's altnames: /, '').replace(/\.$/, '')}.`,
      hint: 'Connect by a name that the certificate has (hostaddr=IP says where it is), or write sslmode=verify-ca to leave the name unchecked.',
    });
  }
  if (
    /ALERT_(?:CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE)/.test(
      code,
    ) &&
    /CERTIFICATE|UNKNOWN_CA/.test(code)
  ) {
    return problem('client-certificate-required', `the server on ${where} did not accept our certificate`, {
      detail: `It broke the handshake off (${code}).`,
      hint: 'Give a certificate that the server’s ssl_ca_file signed, and its key, with sslcert=PATH and sslkey=PATH.',
    });
  }
  return problem('tls-failed', `the encryption of the connection to ${where} failed`, {
    detail: `${code ? `${code}: ` : ''}${message.replace(/\.$/, '')}.`,
    hint: 'Look at the certificates given, at ssl_min_protocol_version here and at the server, and into the server’s log.',
  });
}
