// What does the service do now that tenants are organisations with people and API keys?
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { hashPassword, isPassword } from '../../service/passwords.ts';
import { bodyOf, isTaken, optionalText, refused, text } from '../../service/read-request.ts';
import { apiKeys } from './api-keys.ts';
import { allowed, configs, type LetIn } from './configs.ts';
import { letIn, type Person, roles } from './let-in.ts';
import { bothTokens, claimsOf } from './tokens.ts';

interface User {
  readonly id: string;
  readonly tenant_id: string;
  readonly hashed_password: string;
}

export function newService({ pool, secret }: Surroundings) {
  const app = new Hono<LetIn<Person>>();

  app.post('/api/v1/auth/register', async (context) => {
    const body = await bodyOf(context);
    const owner = [text(body, 'email'), await hashPassword(text(body, 'password')), optionalText(body, 'full_name')];
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { rows: made } = await client.query<{ id: string }>('INSERT INTO tenants (name) VALUES ($1) RETURNING id', [
        text(body, 'tenant_name'),
      ]);
      const tenant = made[0]?.id ?? '';
      const { rows } = await client.query<{ id: string }>(
        "INSERT INTO users (tenant_id, email, hashed_password, full_name, role) VALUES ($1, $2, $3, $4, 'owner') RETURNING id",
        [tenant, ...owner],
      );
      await client.query('COMMIT');
      return context.json(await bothTokens(secret, { sub: rows[0]?.id ?? '', tenant }), 201);
    } catch (error) {
      await client.query('ROLLBACK');
      throw isTaken(error) ? refused(409, 'the address is taken') : error;
    } finally {
      client.release();
    }
  });

  app.post('/api/v1/auth/login', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query<User>(
      'SELECT id, tenant_id, hashed_password FROM users WHERE email = $1 AND is_active',
      [text(body, 'email')],
    );
    const user = rows[0];
    if (user === undefined || !(await isPassword(text(body, 'password'), user.hashed_password)))
      throw refused(401, 'wrong address or password');
    return context.json(await bothTokens(secret, { sub: user.id, tenant: user.tenant_id }));
  });

  app.post('/api/v1/auth/refresh', async (context) => {
    const claims = await claimsOf(secret, text(await bodyOf(context), 'refresh_token'), 'refresh');
    const { rows } = await pool.query<User>('SELECT id, tenant_id FROM users WHERE id = $1 AND is_active', [
      claims?.sub,
    ]);
    if (rows[0] === undefined) throw refused(401, 'sign in again');
    return context.json(await bothTokens(secret, { sub: rows[0].id, tenant: rows[0].tenant_id }));
  });

  app.use('/api/v1/namespaces/*', letIn({ pool, secret }));
  app.use('/api/v1/users/*', letIn({ pool, secret }), allowed('manage'));
  app.use('/api/v1/api-keys/*', letIn({ pool, secret }), allowed('manage'));

  app.get('/api/v1/users', async (context) => {
    const { rows } = await pool.query(
      'SELECT id, email, full_name, role, is_active FROM users WHERE tenant_id = $1 ORDER BY email',
      [context.get('caller').tenant],
    );
    return context.json(rows);
  });

  app.post('/api/v1/users', async (context) => {
    const body = await bodyOf(context);
    const role = roles.find((each) => each === (body.role ?? 'member'));
    if (role === undefined) throw refused(400, `role is one of ${roles.join(', ')}`);
    const { tenant, may } = context.get('caller');
    if (role === 'owner' && !may.includes('own')) throw refused(403, 'only an owner makes owners');
    const user = [tenant, text(body, 'email'), await hashPassword(text(body, 'password')), role];
    const { rows } = await pool
      .query('INSERT INTO users (tenant_id, email, hashed_password, role) VALUES ($1, $2, $3, $4) RETURNING id', user)
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the address is taken') : error;
      });
    return context.json(rows[0], 201);
  });

  app.delete('/api/v1/users/:id{[0-9a-f-]{36}}', async (context) => {
    const { tenant, may } = context.get('caller');
    const { rowCount } = await pool.query(
      "UPDATE users SET is_active = false WHERE id = $1 AND tenant_id = $2 AND (role <> 'owner' OR $3)",
      [context.req.param('id'), tenant, may.includes('own')],
    );
    if (rowCount === 0) throw refused(404, 'no such user');
    return context.body(null, 204);
  });

  app.route('/api/v1/api-keys', apiKeys(pool));
  app.route('/api/v1/namespaces', configs(pool));
  return app;
}
