// What does the school do with its system? The same in both versions; each records it in its own way.
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { PoolClient } from 'pg';
import type { Surroundings } from '../../service/listen.ts';
import { hashPassword } from '../../service/passwords.ts';
import { bodyOf, isTaken, refused, text } from '../../service/read-request.ts';
import { accessToken, type SignedIn, signedIn, userOf } from './signed-in.ts';

export interface Deed {
  readonly user: string;
  readonly action: string;
  readonly type: string;
  readonly module: string;
  readonly description: string;
  readonly resource?: string;
  readonly changes?: object;
}

export type Note = (client: PoolClient, deed: Deed, context: Context) => Promise<void>;

export function school({ pool, secret }: Surroundings, note: Note): Hono<SignedIn> {
  const app = new Hono<SignedIn>();

  /** The work and its note, or neither. */
  const noted = async <T>(context: Context, work: (client: PoolClient) => Promise<readonly [T, Deed]>): Promise<T> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const [done, deed] = await work(client);
      await note(client, deed, context);
      await client.query('COMMIT');
      return done;
    } catch (error) {
      await client.query('ROLLBACK');
      throw isTaken(error) ? refused(409, 'the address is taken') : error;
    } finally {
      client.release();
    }
  };

  app.post('/login', async (context) => {
    const user = await userOf(pool, await bodyOf(context));
    const deed = { user, action: 'USER_LOGIN', type: 'LOGIN', module: 'auth', description: 'signed in' };
    await noted(context, async () => [null, deed]);
    return context.json({ access_token: await accessToken(secret, user) });
  });

  app.post('/logout', signedIn(secret), async (context) => {
    const user = context.get('user');
    const deed = { user, action: 'USER_LOGOUT', type: 'LOGOUT', module: 'auth', description: 'signed out' };
    await noted(context, async () => [null, deed]);
    return context.body(null, 204);
  });

  app.post('/staff', signedIn(secret), async (context) => {
    const body = await bodyOf(context);
    const row = [randomUUID(), text(body, 'email'), await hashPassword(text(body, 'password')), text(body, 'name')];
    const user = context.get('user');
    const id = await noted(context, async (client) => {
      await client.query('INSERT INTO "users" ("id", "email", "password", "name") VALUES ($1, $2, $3, $4)', row);
      const description = `${text(body, 'name')} was added`;
      return [
        row[0],
        { user, action: 'STAFF_CREATE', type: 'CREATE', module: 'staff', description, resource: row[0] ?? '' },
      ];
    });
    return context.json({ id }, 201);
  });

  app.patch('/staff/:id', signedIn(secret), async (context) => {
    const name = text(await bodyOf(context), 'name');
    const id = context.req.param('id');
    const user = context.get('user');
    await noted(context, async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT "name" FROM "users" WHERE "id" = $1 FOR UPDATE', [
        id,
      ]);
      if (rows[0] === undefined) throw refused(404, 'no such member of staff');
      await client.query('UPDATE "users" SET "name" = $2 WHERE "id" = $1', [id, name]);
      const changes = { name: { from: rows[0].name, to: name } };
      const description = `${name} was changed`;
      return [
        null,
        { user, action: 'STAFF_UPDATE', type: 'UPDATE', module: 'staff', description, resource: id, changes },
      ];
    });
    return context.body(null, 204);
  });

  app.get('/staff', signedIn(secret), async (context) => {
    const { rows } = await pool.query(
      'SELECT "id", "name", "email" FROM "users" WHERE "id" > $1 ORDER BY "id" LIMIT 20',
      [context.req.query('after') ?? ''],
    );
    return context.json(rows);
  });
  return app;
}
