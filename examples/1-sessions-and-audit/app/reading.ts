// What may be read about users? The routes that both versions have.
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { refused } from '../../service/read-request.ts';
import { type SignedIn, signedIn } from './signed-in.ts';

/** With the columns that this version knows; the SQL of `mine` holds for users whom a caller of tenant $2 may see. */
export function reading({ pool, secret }: Surroundings, columns: string, mine: string): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.use(signedIn(secret));

  app.get('/', async (context) => {
    const { rows } = await pool.query(`SELECT ${columns} FROM users WHERE id > $1 AND ${mine} ORDER BY id LIMIT 20`, [
      context.req.query('after') ?? '',
      context.get('caller').tenant,
    ]);
    return context.json(rows);
  });

  app.get('/:id', async (context) => {
    const caller = context.get('caller');
    const id = context.req.param('id') === 'me' ? caller.id : context.req.param('id');
    const { rows } = await pool.query(`SELECT ${columns} FROM users WHERE id = $1 AND ${mine}`, [id, caller.tenant]);
    if (rows[0] === undefined) throw refused(404, 'no such user');
    return context.json(rows[0]);
  });
  return app;
}
