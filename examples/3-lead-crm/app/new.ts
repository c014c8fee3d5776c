// What does the CRM do now that leads have owners, and changes of users an author?
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { bodyOf, isTaken, optionalText, refused, text } from '../../service/read-request.ts';
import { oldService } from './old.ts';
import { admins, type SignedIn, signedIn } from './signed-in.ts';

/** JSON of the user that a column refers to, as the front end wants it. */
const person = (alias: string) =>
  `CASE WHEN ${alias}."id" IS NOT NULL THEN json_build_object('id', ${alias}."id", 'name', ${alias}."name", 'email', ${alias}."email") END`;

const leads = `SELECT l."id", l."name", l."email", l."phone", l."status", ${person('o')} AS "owner"
  FROM "Lead" l LEFT JOIN "User" o ON o."id" = l."ownerId"`;

export function newService({ pool, secret }: Surroundings) {
  const app = new Hono<SignedIn>();
  app.use(signedIn({ pool, secret }));
  app.use('/admin/*', admins);

  app.get('/admin/users', async (context) => {
    const { rows } = await pool.query(
      `SELECT u."id", u."name", u."email", u."role", u."createdAt", u."updatedAt", ${person('b')} AS "updatedBy"
       FROM "User" u LEFT JOIN "User" b ON b."id" = u."updatedBy"
       ORDER BY ${context.req.query('by') === 'updatedAt' ? 'u."updatedAt"' : 'u."createdAt"'} DESC LIMIT 50`,
    );
    return context.json(rows);
  });

  app.post('/admin/users', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool
      .query('INSERT INTO "User" ("email", "name", "updatedBy") VALUES ($1, $2, $3) RETURNING "id"', [
        text(body, 'email'),
        text(body, 'name'),
        context.get('caller').id,
      ])
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the address is taken') : error;
      });
    return context.json(rows[0], 201);
  });

  app.patch('/admin/users/:id{[0-9]{1,9}}', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query(
      `UPDATE "User" SET "name" = coalesce($2, "name"), "role" = coalesce($3, "role"), "updatedBy" = $4
       WHERE "id" = $1 RETURNING "id", "updatedAt"`,
      [context.req.param('id'), optionalText(body, 'name'), optionalText(body, 'role'), context.get('caller').id],
    );
    if (rows.length === 0) throw refused(404, 'no such user');
    return context.json(rows[0]);
  });

  app.delete('/admin/users/:id{[0-9]{1,9}}', async (context) => {
    const { rowCount } = await pool.query('DELETE FROM "User" WHERE "id" = $1', [context.req.param('id')]);
    if (rowCount === 0) throw refused(404, 'no such user');
    return context.body(null, 204);
  });

  app.get('/leads', async (context) => {
    const mine = context.req.query('owner') === 'me' ? context.get('caller').id : null;
    const { rows } = await pool.query(
      `${leads} WHERE l."id" > $1::int AND ($2::int IS NULL OR l."ownerId" = $2) ORDER BY l."id" LIMIT 20`,
      [context.req.query('after') ?? 0, mine],
    );
    return context.json(rows);
  });

  app.post('/leads', async (context) => {
    const body = await bodyOf(context);
    const { rows } = await pool.query(
      'INSERT INTO "Lead" ("name", "email", "phone", "ownerId") VALUES ($1, $2, $3, $4) RETURNING "id"',
      [text(body, 'name'), optionalText(body, 'email'), optionalText(body, 'phone'), context.get('caller').id],
    );
    return context.json(rows[0], 201);
  });

  app.put('/leads/:id{[0-9]{1,9}}/owner', async (context) => {
    const { id, role } = context.get('caller');
    const owner = Number((await bodyOf(context)).ownerId);
    if (!Number.isSafeInteger(owner)) throw refused(400, 'ownerId is missing');
    const { rows } = await pool
      .query<{ id: number }>(
        'UPDATE "Lead" SET "ownerId" = $2 WHERE "id" = $1 AND ($3 OR "ownerId" = $4) RETURNING "id"',
        [context.req.param('id'), owner, role === 'admin', id],
      )
      .catch((error: unknown) => {
        throw refersToNobody(error) ? refused(422, 'no such user') : error;
      });
    if (rows[0] === undefined) throw refused(404, 'no such lead of yours');
    return context.json((await pool.query(`${leads} WHERE l."id" = $1`, [rows[0].id])).rows[0]);
  });

  // What did not change.
  app.route('/', oldService({ pool, secret }));
  return app;
}

function refersToNobody(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23503';
}
