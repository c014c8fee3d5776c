// What did the CRM do when leads belonged to nobody?
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { bodyOf, isTaken, optionalText, refused, text } from '../../service/read-request.ts';
import { admins, type SignedIn, signedIn } from './signed-in.ts';

export function oldService({ pool, secret }: Surroundings) {
  const app = new Hono<SignedIn>();
  app.use(signedIn({ pool, secret }));
  app.use('/admin/*', admins);

  app.get('/admin/users', async (context) => {
    const { rows } = await pool.query(
      'SELECT "id", "name", "email", "role", "createdAt" FROM "User" ORDER BY "createdAt" DESC LIMIT 50',
    );
    return context.json(rows);
  });

  app.post('/admin/users', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool
      .query('INSERT INTO "User" ("email", "name") VALUES ($1, $2) RETURNING "id"', [
        text(body, 'email'),
        text(body, 'name'),
      ])
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the address is taken') : error;
      });
    return context.json(rows[0], 201);
  });

  app.patch('/admin/users/:id{[0-9]{1,9}}', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query(
      'UPDATE "User" SET "name" = coalesce($2, "name"), "role" = coalesce($3, "role") WHERE "id" = $1 RETURNING "id"',
      [context.req.param('id'), optionalText(body, 'name'), optionalText(body, 'role')],
    );
    if (rows.length === 0) throw refused(404, 'no such user');
    return context.json(rows[0]);
  });

  app.get('/leads', async (context) => {
    const { rows } = await pool.query(
      'SELECT "id", "name", "email", "phone", "status" FROM "Lead" WHERE "id" > $1::int ORDER BY "id" LIMIT 20',
      [context.req.query('after') ?? 0],
    );
    return context.json(rows);
  });

  app.post('/leads', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query(
      'INSERT INTO "Lead" ("name", "email", "phone") VALUES ($1, $2, $3) RETURNING "id"',
      [text(body, 'name'), optionalText(body, 'email'), optionalText(body, 'phone')],
    );
    return context.json(rows[0], 201);
  });

  app.patch('/leads/:id{[0-9]{1,9}}', async (context) => {
    const { rows } = await pool.query('UPDATE "Lead" SET "status" = $2 WHERE "id" = $1 RETURNING "id"', [
      context.req.param('id'),
      text(await bodyOf(context), 'status'),
    ]);
    if (rows.length === 0) throw refused(404, 'no such lead');
    return context.json(rows[0]);
  });
  return app;
}
