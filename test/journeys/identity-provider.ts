// Who signs users in, for one test? A provider with a key of its own, which it publishes.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

export interface IdentityProvider extends AsyncDisposable {
  readonly provider: { readonly issuer: string; readonly audience: string; readonly keys: string };
  readonly token: (subject: string, email: string, claims?: object) => string;
  /** Signed with a key that is not published. */
  readonly forged: (subject: string, email: string) => string;
}

export async function identityProvider(): Promise<IdentityProvider> {
  const mine = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = JSON.stringify({
    keys: [{ ...mine.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
  });
  const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(keys));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the provider has no port');
  const issuer = `http://127.0.0.1:${address.port}/`;
  const provider = { issuer, audience: 'grantfinder', keys: `${issuer}.well-known/jwks.json` };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed =
    (key: typeof mine.privateKey) =>
    (subject: string, email: string, claims: object = {}) => {
      const exp = Math.floor(Date.now() / 1000) + 600;
      const said = { iss: issuer, aud: provider.audience, sub: subject, email, exp, ...claims };
      const text = `${part({ alg: 'RS256', kid: 'one' })}.${part(said)}`;
      return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
    };
  return {
    provider,
    token: signed(mine.privateKey),
    forged: signed(other.privateKey),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
