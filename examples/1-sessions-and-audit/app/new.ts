// What does the service do now that it has sessions, tenants and an audit trail?
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { PoolClient } from 'pg';
import type { Surroundings } from '../../service/listen.ts';
import { hashPassword, isPassword } from '../../service/passwords.ts';
import { bodyOf, isTaken, optionalText, refused, text } from '../../service/read-request.ts';
import { auditQuery, changeUser, record } from './audit.ts';
import { reading } from './reading.ts';
import { begin, end, type Issued, renew } from './sessions.ts';
import { accessToken, firstTenant, origin, type SignedIn, signedIn } from './signed-in.ts';

interface User {
  readonly id: string;
  readonly tenant_id: string;
  readonly password_hash: string;
  readonly status: string;
}

export function newService({ pool, secret }: Surroundings) {
  const app = new Hono<SignedIn>();

  const together = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const done = await work(client);
      await client.query('COMMIT');
      return done;
    } catch (error) {
      await client.query('ROLLBACK');
      throw isTaken(error) ? refused(409, 'the address is taken') : error;
    } finally {
      client.release();
    }
  };

  const tokens = async (id: string, tenant: string, { session, refreshToken }: Issued) => ({
    access_token: await accessToken(secret, { id, tenant, session }),
    refresh_token: refreshToken,
  });

  app.post('/users', async (context) => {
    const body = await bodyOf(context);
    const id = randomUUID();
    const password = await hashPassword(text(body, 'password'));
    const change = {
      sql: "INSERT INTO users (id, email, full_name, password_hash, tenant_id, status) VALUES ($1, $2, $3, $4, $5, 'active')",
      values: [text(body, 'email'), optionalText(body, 'full_name'), password, firstTenant],
    };
    await together((client) =>
      changeUser(client, firstTenant, id, change, { by: id, action: 'user.create', ...origin(context) }),
    );
    return context.json({ id }, 201);
  });

  app.post('/login', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query<User>('SELECT * FROM users WHERE email = $1', [text(body, 'email')]);
    const user = rows[0];
    if (user === undefined || !(await isPassword(text(body, 'password'), user.password_hash)))
      throw refused(401, 'wrong address or password');
    if (user.status !== 'active') throw refused(403, 'the account is not active');
    const from = origin(context);
    const change = { sql: 'UPDATE users SET last_login = CURRENT_TIMESTAMP WHERE id = $1', values: [] };
    const issued = await together(async (client) => {
      await changeUser(client, user.tenant_id, user.id, change, { by: user.id, action: 'user.login', ...from });
      return begin(client, secret, user.id, from);
    });
    return context.json(await tokens(user.id, user.tenant_id, issued));
  });

  app.post('/refresh', async (context) => {
    const renewal = await renew(pool, secret, text(await bodyOf(context), 'refresh_token'));
    if (renewal.outcome === 'refused') throw refused(401, 'the session is over');
    const { rows } = await pool.query<User>('SELECT * FROM users WHERE id = $1', [renewal.user]);
    const user = rows[0];
    if (renewal.outcome === 'reused') {
      const what = { tenant: user?.tenant_id ?? null, id: renewal.user, old: null, new: null };
      await record(pool, { by: renewal.user, action: 'session.reuse', ...origin(context), ...what });
      throw refused(401, 'the session is over');
    }
    if (user?.status !== 'active') {
      await end(pool, renewal.issued.session);
      throw refused(401, 'the session is over');
    }
    return context.json(await tokens(user.id, user.tenant_id, renewal.issued));
  });

  app.post('/logout', signedIn(secret), async (context) => {
    const { session } = context.get('caller');
    if (session !== null) await end(pool, session);
    return context.body(null, 204);
  });

  app.patch('/users/:id', signedIn(secret), async (context) => {
    const body = await bodyOf(context);
    const status = optionalText(body, 'status') ?? null;
    if (status !== null && !['active', 'blocked'].includes(status)) throw refused(400, 'status is active or blocked');
    const change = {
      sql: 'UPDATE users SET full_name = coalesce($2, full_name), status = coalesce($3, status) WHERE id = $1',
      values: [optionalText(body, 'full_name') ?? null, status],
    };
    const caller = context.get('caller');
    const deed = { by: caller.id, action: 'user.update', ...origin(context) };
    if (!(await together((client) => changeUser(client, caller.tenant, context.req.param('id'), change, deed))))
      throw refused(404, 'no such user');
    return context.body(null, 204);
  });

  app.delete('/users/:id', signedIn(secret), async (context) => {
    const id = context.req.param('id');
    const caller = context.get('caller');
    const deed = { by: caller.id, action: 'user.delete', ...origin(context) };
    const change = { sql: 'DELETE FROM users WHERE id = $1', values: [] };
    const gone = await together(async (client) => {
      const done = await changeUser(client, caller.tenant, id, change, deed);
      if (done) await client.query('DELETE FROM user_sessions WHERE user_id = $1', [id]);
      return done;
    });
    if (!gone) throw refused(404, 'no such user');
    return context.body(null, 204);
  });

  app.get('/audit', signedIn(secret), async (context) => {
    // Nobody sees another tenant's, whatever they ask for.
    const { rows } = await pool.query(auditQuery({ ...context.req.query(), tenant: context.get('caller').tenant }));
    return context.json(rows);
  });

  app.route(
    '/users',
    reading({ pool, secret }, 'id, email, full_name, created_at, tenant_id, status, last_login', 'tenant_id = $2'),
  );
  return app;
}
