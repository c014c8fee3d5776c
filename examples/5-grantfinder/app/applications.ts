// How does an application come about, and where does it go?
import { Hono } from 'hono';
import type { Pool } from 'pg';
import { bodyOf, optionalText, refused, text } from '../../service/read-request.ts';
import { asUser, type SignedIn } from './as-user.ts';

/** Writes the text, from what the business says of itself. */
export type Writer = (narrative: string, grant: string) => Promise<string>;

/** What may become of it. */
const next: Readonly<Record<string, readonly string[]>> = {
  DRAFT: ['GENERATED'],
  GENERATED: ['EDITED', 'SUBMITTED'],
  EDITED: ['EDITED', 'SUBMITTED'],
  SUBMITTED: ['AWARDED', 'REJECTED'],
};

export function applications(pool: Pool, write: Writer): Hono<SignedIn> {
  const app = new Hono<SignedIn>();

  app.post('/', async (context) => {
    const grant = Number((await bodyOf(context)).grant_id);
    if (!Number.isSafeInteger(grant)) throw refused(400, 'grant_id is missing');
    const user = context.get('user');
    const made = await asUser(pool, user, async (client) => {
      const { rowCount } = await client.query(
        'UPDATE users SET applications_used = applications_used + 1 WHERE id = $1 AND applications_used < applications_limit',
        [user],
      );
      if (rowCount === 0) throw refused(429, 'no applications are left');
      const { rows } = await client.query<{ title: string; narrative: string }>(
        `SELECT g.title, coalesce(p.narrative_text, '') AS narrative FROM grants g LEFT JOIN business_profiles p ON p.user_id = $2
         WHERE g.id = $1`,
        [grant, user],
      );
      if (rows[0] === undefined) throw refused(404, 'no such grant');
      const content = await write(rows[0].narrative, rows[0].title);
      const { rows: written } = await client.query(
        `INSERT INTO generated_applications (user_id, grant_id, generated_content, status) VALUES ($1, $2, $3, 'GENERATED')
         RETURNING id, status, generated_content`,
        [user, grant, content],
      );
      return written[0];
    });
    return context.json(made, 201);
  });

  app.patch('/:id{[0-9]{1,9}}', async (context) => {
    const body = await bodyOf(context);
    const status = text(body, 'status');
    const changed = await asUser(pool, context.get('user'), async (client) => {
      const { rows } = await client.query<{ status: string }>(
        'SELECT status FROM generated_applications WHERE id = $1 FOR UPDATE',
        [context.req.param('id')],
      );
      if (rows[0] === undefined) throw refused(404, 'no such application');
      if (next[rows[0].status]?.includes(status) !== true)
        throw refused(409, `what is ${rows[0].status} does not become ${status}`);
      const { rows: written } = await client.query(
        `UPDATE generated_applications SET status = $2::applicationgenerationstatus, generated_content = coalesce($3, generated_content),
           edit_count = edit_count + ($2 = 'EDITED')::int WHERE id = $1 RETURNING id, status, edit_count`,
        [context.req.param('id'), status, optionalText(body, 'content')],
      );
      return written[0];
    });
    return context.json(changed);
  });
  return app;
}
