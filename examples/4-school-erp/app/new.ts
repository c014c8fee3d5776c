// What does the school do now that activities have a shape, and a forgotten password can be set anew?
import { randomUUID } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { bodyOf, text } from '../../service/read-request.ts';
import { forgotten, setAnew } from './password-reset.ts';
import { report } from './reports.ts';
import { type Note, school } from './school.ts';
import type { Mail } from './send-mail.ts';
import { type SignedIn, signedIn } from './signed-in.ts';

const note: Note = async (client, deed, context) => {
  const { user, action, type, module, description, resource = null, changes = null } = deed;
  await client.query(
    `INSERT INTO "activities" ("id", "userId", "action", "actionType", "module", "description", "resourceId", "resourceType",
       "changes", "ipAddress", "userAgent") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      randomUUID(),
      user,
      action,
      type,
      module,
      description,
      resource,
      resource === null ? null : 'user',
      changes,
      getConnInfo(context).remote.address ?? null,
      context.req.header('user-agent') ?? null,
    ],
  );
};

export interface Outside {
  /** Hands an e-mail to whoever delivers it. */
  readonly send: (mail: Mail) => Promise<void>;
  /** Where the front end is. */
  readonly frontEnd: string;
}

export const newService =
  (outside: Outside) =>
  ({ pool, secret }: Surroundings) => {
    const app = new Hono<SignedIn>();

    app.post('/password/forgotten', async (context) => {
      const address = text(await bodyOf(context), 'email');
      // Answered before anything is looked up: neither the words nor the time tell whether the address is known.
      forgotten(pool, address, outside).catch((error: unknown) => console.error(error));
      return context.json({ message: 'If the address is known, a letter is on its way' }, 202);
    });

    app.post('/password/reset', async (context) => {
      const body = await bodyOf(context);
      await setAnew(pool, text(body, 'token'), text(body, 'password'));
      return context.body(null, 204);
    });

    app.get('/activities', signedIn(secret), async (context) => {
      const { user = null, action = null, module = null } = context.req.query();
      const { rows } = await pool.query(
        `SELECT * FROM "activities" WHERE ($1::text IS NULL OR "userId" = $1) AND ($2::text IS NULL OR "action"::text = $2)
         AND ($3::text IS NULL OR "module" = $3) ORDER BY "createdAt" DESC LIMIT 50`,
        [user, action, module],
      );
      return context.json(rows);
    });

    app.get('/reports/activities', signedIn(secret), async (context) => context.json(await report(pool)));

    app.route('/', school({ pool, secret }, note));
    return app;
  };
