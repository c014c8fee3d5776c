// What did the grant finder do when there was one user?
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { bodyOf, refused, text } from '../../service/read-request.ts';

export function oldService({ pool }: Surroundings) {
  const app = new Hono();

  app.get('/grants', async (context) => {
    const { rows } = await pool.query(
      'SELECT id, title, amount, deadline FROM grants WHERE id > $1::int ORDER BY id LIMIT 20',
      [context.req.query('after') ?? 0],
    );
    return context.json(rows);
  });

  app.post('/grants', async (context) => {
    const { rows } = await pool.query('INSERT INTO grants (title) VALUES ($1) RETURNING id', [
      text(await bodyOf(context), 'title'),
    ]);
    return context.json(rows[0], 201);
  });

  app.post('/searches', async (context) => {
    const { rows } = await pool.query(
      `INSERT INTO search_runs (grants_found) SELECT count(*) FROM grants WHERE title LIKE $1 || '%' RETURNING id, grants_found`,
      [text(await bodyOf(context), 'words')],
    );
    return context.json(rows[0], 201);
  });

  app.post('/grants/:id{[0-9]{1,9}}/submissions', async (context) => {
    const { rows } = await pool.query(
      `INSERT INTO application_history (grant_id, user_id, status, submitted_at)
       SELECT id, $2, 'submitted', now() FROM grants WHERE id = $1 RETURNING id`,
      [context.req.param('id'), text(await bodyOf(context), 'user')],
    );
    if (rows.length === 0) throw refused(404, 'no such grant');
    return context.json(rows[0], 201);
  });
  return app;
}
