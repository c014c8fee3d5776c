// What did the service do when a tenant was an account?
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Surroundings } from '../../service/listen.ts';
import { hashPassword, hashSecret, isPassword } from '../../service/passwords.ts';
import { bodyOf, isTaken, refused, text } from '../../service/read-request.ts';
import { configs, type LetIn } from './configs.ts';
import { bearer, claimsOf, newApiKey, token } from './tokens.ts';

export function oldService({ pool, secret }: Surroundings) {
  const app = new Hono<LetIn>();

  app.post('/api/v1/auth/register', async (context) => {
    const body = await bodyOf(context);
    const key = newApiKey();
    const tenant = [
      text(body, 'name'),
      text(body, 'email'),
      await hashPassword(text(body, 'password')),
      hashSecret(key),
    ];
    await pool
      .query('INSERT INTO tenants (name, email, hashed_password, api_key_hash) VALUES ($1, $2, $3, $4)', tenant)
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the address is taken') : error;
      });
    return context.json({ api_key: key }, 201);
  });

  app.post('/api/v1/auth/login', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query<{ id: string; hashed_password: string }>(
      'SELECT id, hashed_password FROM tenants WHERE email = $1',
      [text(body, 'email')],
    );
    const tenant = rows[0];
    if (tenant === undefined || !(await isPassword(text(body, 'password'), tenant.hashed_password)))
      throw refused(401, 'wrong address or password');
    return context.json({ access_token: await token(secret, { sub: tenant.id, tenant: tenant.id }, 'access') });
  });

  const letIn = createMiddleware<LetIn>(async (context, next) => {
    const key = context.req.header('x-api-key');
    const shown = bearer(context.req.header('authorization'));
    const { rows } =
      key === undefined
        ? { rows: [] }
        : await pool.query<{ id: string }>(
            'SELECT id FROM tenants WHERE api_key_hash = $1 ORDER BY created_at, id LIMIT 1',
            [hashSecret(key)],
          );
    const claims = shown === null ? null : await claimsOf(secret, shown, 'access');
    const tenant = rows[0]?.id ?? claims?.tenant;
    if (tenant === undefined) throw refused(401, 'sign in first');
    context.set('caller', { tenant, may: ['read', 'write'] });
    await next();
  });

  app.use('/api/v1/namespaces/*', letIn);
  app.route('/api/v1/namespaces', configs(pool));
  return app;
}
