// What does the grant finder do now that it has many users?
import { Hono } from 'hono';
import type { Surroundings } from '../../service/listen.ts';
import { bodyOf, refused, text } from '../../service/read-request.ts';
import { applications, type Writer } from './applications.ts';
import { asUser, type SignedIn, signedIn } from './as-user.ts';
import { identities, type Provider } from './identity.ts';
import { hear, isFromStripe } from './stripe.ts';

export interface Outside {
  readonly provider: Provider;
  readonly stripeSecret: string;
  readonly write: Writer;
}

const longestNarrative = 2000;

export const newService =
  ({ provider, stripeSecret, write }: Outside) =>
  ({ pool }: Surroundings) => {
    const app = new Hono<SignedIn>();

    app.post('/webhooks/stripe', async (context) => {
      const body = await context.req.text();
      if (!isFromStripe(context.req.header('stripe-signature') ?? '', body, stripeSecret))
        throw refused(400, 'that is not from Stripe');
      return context.json({ outcome: await hear(pool, JSON.parse(body)) });
    });

    app.use(signedIn(pool, identities(provider)));

    app.get('/me', async (context) => {
      const { rows } = await pool.query(
        `SELECT id, email, subscription_tier, subscription_status, searches_used, searches_limit, applications_used, applications_limit
         FROM users WHERE id = $1`,
        [context.get('user')],
      );
      return context.json(rows[0]);
    });

    app.delete('/me', async (context) => {
      await pool.query('DELETE FROM users WHERE id = $1', [context.get('user')]);
      return context.body(null, 204);
    });

    app.put('/profile', async (context) => {
      const body = await bodyOf(context);
      const narrative = text(body, 'narrative_text');
      if ([...narrative].length > longestNarrative)
        throw refused(422, `the narrative has ${longestNarrative} characters at most`);
      const user = context.get('user');
      const { rows } = await asUser(pool, user, (client) =>
        client.query(
          `INSERT INTO business_profiles (user_id, business_name, narrative_text) VALUES ($1, $2, $3)
           ON CONFLICT (user_id) DO UPDATE SET business_name = excluded.business_name, narrative_text = excluded.narrative_text,
             updated_at = now() RETURNING id, business_name`,
          [user, text(body, 'business_name'), narrative],
        ),
      );
      return context.json(rows[0]);
    });

    app.get('/grants', async (context) => {
      const { rows } = await asUser(pool, context.get('user'), (client) =>
        client.query(
          'SELECT id, title, user_id IS NOT NULL AS own FROM grants WHERE id > $1::int ORDER BY id LIMIT 20',
          [context.req.query('after') ?? 0],
        ),
      );
      return context.json(rows);
    });

    app.post('/grants', async (context) => {
      const title = text(await bodyOf(context), 'title');
      const user = context.get('user');
      const { rows } = await asUser(pool, user, (client) =>
        client.query('INSERT INTO grants (title, user_id) VALUES ($1, $2) RETURNING id', [title, user]),
      );
      return context.json(rows[0], 201);
    });

    app.post('/searches', async (context) => {
      const words = text(await bodyOf(context), 'words');
      const user = context.get('user');
      const run = await asUser(pool, user, async (client) => {
        const { rowCount } = await client.query(
          'UPDATE users SET searches_used = searches_used + 1 WHERE id = $1 AND searches_used < searches_limit',
          [user],
        );
        if (rowCount === 0) throw refused(429, 'no searches are left');
        const { rows } = await client.query(
          `INSERT INTO search_runs (user_id, run_type, grants_found) SELECT $1, 'MANUAL', count(*) FROM grants WHERE title LIKE $2 || '%'
           RETURNING id, grants_found, run_type, status`,
          [user, words],
        );
        return rows[0];
      });
      return context.json(run, 201);
    });

    app.get('/history', async (context) => {
      const { rows } = await asUser(pool, context.get('user'), (client) =>
        client.query('SELECT id, grant_id, status FROM application_history WHERE user_id = $1 ORDER BY id LIMIT 20', [
          context.get('user'),
        ]),
      );
      return context.json(rows);
    });

    app.route('/applications', applications(pool, write));
    return app;
  };
