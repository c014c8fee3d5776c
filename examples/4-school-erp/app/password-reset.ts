// How does somebody who forgot their password get a new one?
import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { hashPassword, hashSecret } from '../../service/passwords.ts';
import { refused } from '../../service/read-request.ts';
import type { Outside } from './new.ts';

const minutes = 60;

export async function forgotten(pool: Pool, address: string, { send, frontEnd }: Outside): Promise<void> {
  const token = randomBytes(24).toString('base64url');
  const { rows } = await pool.query<{ email: string }>(
    `UPDATE "users" SET "passwordResetToken" = $2, "passwordResetExpires" = CURRENT_TIMESTAMP + make_interval(mins => ${minutes})
     WHERE "email" = $1 RETURNING "email"`,
    [address, hashSecret(token)],
  );
  if (rows[0] === undefined) return;
  await send({
    to: rows[0].email,
    subject: 'A new password',
    text: `Somebody, you we hope, wants a new password. Within ${minutes} minutes:\n${frontEnd}/reset?token=${token}\n`,
  });
}

/** A token is good once. */
export async function setAnew(pool: Pool, token: string, password: string): Promise<void> {
  const { rows } = await pool.query(
    `WITH changed AS (
       UPDATE "users" SET "password" = $2, "passwordResetToken" = NULL, "passwordResetExpires" = NULL
       WHERE "passwordResetToken" = $1 AND "passwordResetExpires" > CURRENT_TIMESTAMP RETURNING "id"
     )
     INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description")
     SELECT $3, "id", 'OTHER', 'UPDATE', 'auth', 'set a new password' FROM changed RETURNING "id"`,
    [hashSecret(token), await hashPassword(password), randomUUID()],
  );
  if (rows.length === 0) throw refused(410, 'the token is not valid any more');
}
