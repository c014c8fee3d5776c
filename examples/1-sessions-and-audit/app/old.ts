// What did the service do before there were sessions and an audit trail?
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { hashPassword, isPassword } from '../../service/passwords.ts';
import { bodyOf, isTaken, optionalText, refused, text } from '../../service/read-request.ts';
import { reading } from './reading.ts';
import { accessToken, type SignedIn, signedIn } from './signed-in.ts';

export function oldService({ pool, secret }: Surroundings) {
  const app = new Hono<SignedIn>();

  app.post('/users', async (context) => {
    const body = await bodyOf(context);
    const id = randomUUID();
    const user = [id, text(body, 'email'), optionalText(body, 'full_name'), await hashPassword(text(body, 'password'))];
    await pool
      .query('INSERT INTO users (id, email, full_name, password_hash) VALUES ($1, $2, $3, $4)', user)
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the address is taken') : error;
      });
    return context.json({ id }, 201);
  });

  app.post('/login', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query<{ id: string; password_hash: string }>(
      'SELECT id, password_hash FROM users WHERE email = $1',
      [text(body, 'email')],
    );
    const user = rows[0];
    if (user === undefined || !(await isPassword(text(body, 'password'), user.password_hash)))
      throw refused(401, 'wrong address or password');
    return context.json({ access_token: await accessToken(secret, { id: user.id }) });
  });

  app.patch('/users/:id', signedIn(secret), async (context) => {
    const body = await bodyOf(context);
    const { rowCount } = await pool.query('UPDATE users SET full_name = $2 WHERE id = $1', [
      context.req.param('id'),
      optionalText(body, 'full_name'),
    ]);
    if (rowCount === 0) throw refused(404, 'no such user');
    return context.body(null, 204);
  });

  app.route('/users', reading({ pool, secret }, 'id, email, full_name, created_at', '$2::text IS NOT NULL'));
  return app;
}
