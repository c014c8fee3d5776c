// How does a test get certificates, with nothing but node:crypto? (X.509 version 3, RFC 5280, EC keys)
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const octets = (content: Buffer) => der(0x04, content);
const truth = () => der(0x01, Buffer.from([0xff]));
const bits = (content: Buffer, unused = 0) => der(0x03, Buffer.from([unused]), content);
const text = (value: string) => der(0x0c, Buffer.from(value, 'utf8'));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const nameOf = (commonName: string) => sequence(der(0x31, sequence(oid('2.5.4.3'), text(commonName))));

function extension(id: string, critical: boolean, content: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [truth()] : []), octets(content));
}

/** DNS names and IPv4 addresses. */
function alternativeNames(names: readonly string[]): Buffer {
  return sequence(
    ...names.map((name) =>
      isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name, 'ascii')),
    ),
  );
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

interface Signed {
  readonly subject: string;
  readonly subjectKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly authority: boolean;
  readonly names: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

function certificate(parts: Signed): string {
  const publicKey = parts.subjectKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(publicKey).digest();
  const extensions = [
    extension('2.5.29.19', true, parts.authority ? sequence(truth()) : sequence()),
    extension('2.5.29.14', false, octets(keyId)),
    ...(parts.authority ? [extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1))] : []),
    ...(parts.names.length > 0 ? [extension('2.5.29.17', false, alternativeNames(parts.names))] : []),
  ];
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)]));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    nameOf(parts.issuer),
    sequence(time(parts.from), time(parts.to)),
    nameOf(parts.subject),
    publicKey,
    der(0xa3, sequence(...extensions)),
  );
  return pem(sequence(body, ecdsaWithSha256, bits(sign('sha256', body, parts.issuerKey))));
}

export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** DNS names and IPv4 addresses. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
}

export interface Authority {
  readonly certificate: string;
  issue(request: CertificateRequest): Issued;
}

const day = 86_400_000;
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

export function newAuthority(name: string): Authority {
  const own = newKeys();
  const period = { from: new Date(Date.now() - day), to: new Date(Date.now() + 30 * day) };
  const issuer = { issuer: name, issuerKey: own.privateKey };
  return {
    certificate: certificate({
      ...issuer,
      ...period,
      subject: name,
      subjectKey: own.publicKey,
      authority: true,
      names: [],
    }),
    issue: ({ commonName, names = [], from = period.from, to = period.to }) => {
      const keys = newKeys();
      return {
        certificate: certificate({
          ...issuer,
          from,
          to,
          subject: commonName,
          subjectKey: keys.publicKey,
          authority: false,
          names,
        }),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
