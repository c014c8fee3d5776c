// What does Stripe tell about subscriptions, and is it Stripe?
import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { same } from '../../service/passwords.ts';
import { asUser } from './as-user.ts';

const toleranceSeconds = 300;

/** `t=…,v1=…`: a signature over the time and the body, and not an old one. */
export function isFromStripe(header: string, body: string, secret: string, now = Date.now() / 1000): boolean {
  const parts = header.split(',').map((part) => part.split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!(Math.abs(now - Number(time)) <= toleranceSeconds)) return false;
  const expected = Buffer.from(createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'));
  return parts.some(([name, value = '']) => name === 'v1' && same(Buffer.from(value), expected));
}

export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  /** Seconds. */
  readonly created: number;
  readonly data: {
    readonly object: {
      readonly id: string;
      readonly customer: string;
      readonly status: string;
      readonly metadata: { readonly user_id: string; readonly plan: string };
    };
  };
}

const limits: Readonly<Record<string, readonly [number, number]>> = { pro: [100, 20] };
const free = [10, 0] as const;

/** Hands back what became of it. */
export async function hear(pool: Pool, event: StripeEvent): Promise<'done' | 'known' | 'late' | 'ignored'> {
  if (!event.type.startsWith('customer.subscription.')) return 'ignored';
  const { id, customer, status, metadata } = event.data.object;
  const user = Number(metadata.user_id);
  return asUser(pool, user, async (client) => {
    // One event of a subscription at a time.
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [id]);
    const { rows } = await client.query<{ newest: number }>(
      'SELECT extract(epoch FROM max(created))::int AS newest FROM stripe_events WHERE stripe_subscription_id = $1',
      [id],
    );
    const { rowCount } = await client.query(
      'INSERT INTO stripe_events (id, stripe_subscription_id, created) VALUES ($1, $2, to_timestamp($3)) ON CONFLICT DO NOTHING',
      [event.id, id, event.created],
    );
    if (rowCount === 0) return 'known';
    if ((rows[0]?.newest ?? 0) > event.created) return 'late';
    const ended = event.type === 'customer.subscription.deleted';
    const word = ended ? 'CANCELED' : status.toUpperCase();
    const [searches, applications] = ['ACTIVE', 'TRIALING'].includes(word) ? (limits[metadata.plan] ?? free) : free;
    await client.query(
      `INSERT INTO subscriptions (user_id, stripe_customer_id, stripe_subscription_id, plan_name, status, searches_limit, canceled_at)
       VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN now() END)
       ON CONFLICT (user_id) DO UPDATE SET stripe_subscription_id = excluded.stripe_subscription_id, plan_name = excluded.plan_name,
         status = excluded.status, searches_limit = excluded.searches_limit, canceled_at = excluded.canceled_at`,
      [user, customer, id, metadata.plan, word, searches, ended],
    );
    await client.query(
      'UPDATE users SET subscription_tier = $2, subscription_status = lower($3), searches_limit = $4, applications_limit = $5 WHERE id = $1',
      [user, searches === free[0] ? 'free' : metadata.plan, word, searches, applications],
    );
    return 'done';
  });
}
