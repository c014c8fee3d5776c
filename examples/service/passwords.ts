// Is this the password?
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(12).toString('hex');
  return `scrypt$${salt}$${(await stretched(password, salt)).toString('hex')}`;
}

/** Knows the salted SHA-256 of the old days too. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, salt = '', hex = ''] = stored.split('$');
  if (scheme !== 'scrypt' && scheme !== 'sha256') return false;
  const hash =
    scheme === 'scrypt'
      ? await stretched(password, salt)
      : createHash('sha256')
          .update(salt + password)
          .digest();
  return same(hash, Buffer.from(hex, 'hex'));
}

/** For random secrets, which cannot be guessed from a list. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Takes the same time wherever the two differ. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function stretched(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
