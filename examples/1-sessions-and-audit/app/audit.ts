// Who changed what, when and from where?
import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Origin } from './sessions.ts';

export interface Deed extends Origin {
  /** Who did it; null where nobody was signed in. */
  readonly by: string | null;
  readonly action: string;
}

interface Snapshot {
  readonly tenant_id: string | null;
  readonly value: object;
}

/** Everything but the password's hash, which has no business in a log. */
const snapshot = "u.tenant_id, to_jsonb(u) - 'password_hash' AS value";

/** Changes a user of the tenant and records how it was and how it is. False where the tenant has, or gets, no such user. */
export async function changeUser(
  client: PoolClient,
  tenant: string,
  id: string,
  change: { readonly sql: string; readonly values: readonly unknown[] },
  deed: Deed,
): Promise<boolean> {
  const { rows: before } = await client.query<Snapshot>(`SELECT ${snapshot} FROM users u WHERE id = $1 FOR UPDATE`, [
    id,
  ]);
  if (before[0] !== undefined && before[0].tenant_id !== tenant) return false;
  await client.query(change.sql, [id, ...change.values]);
  const { rows: after } = await client.query<Snapshot>(`SELECT ${snapshot} FROM users u WHERE id = $1`, [id]);
  if (before[0] === undefined && after[0] === undefined) return false;
  await record(client, { ...deed, tenant, id, old: before[0]?.value ?? null, new: after[0]?.value ?? null });
  return true;
}

export async function record(
  client: Pool | PoolClient,
  entry: Deed & {
    readonly tenant: string | null;
    readonly id: string;
    readonly old: object | null;
    readonly new: object | null;
  },
): Promise<void> {
  await client.query(
    `INSERT INTO audit_logs (id, tenant_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent)
     VALUES ($1, $2, $3, $4, 'user', $5, $6, $7, $8, $9)`,
    [randomUUID(), entry.tenant, entry.by, entry.action, entry.id, entry.old, entry.new, entry.ip, entry.agent],
  );
}

const filters: Readonly<Record<string, string>> = {
  tenant: 'tenant_id = ?',
  user: 'user_id = ?',
  action: 'action = ?',
  type: 'resource_type = ?',
  resource: 'resource_id = ?',
  from: 'created_at >= ?',
  to: 'created_at < ?',
};

/** The newest entries that fit, as a query; each filter has its index. */
export function auditQuery(wanted: Readonly<Record<string, string | null | undefined>>) {
  const given = Object.entries(filters).flatMap(([name, condition]) => {
    const value = wanted[name];
    return typeof value === 'string' ? [{ condition, value }] : [];
  });
  const where = given.map(({ condition }, index) => condition.replace('?', `$${index + 1}`)).join(' AND ');
  return {
    text: `SELECT * FROM audit_logs WHERE ${where || 'true'} ORDER BY created_at DESC LIMIT 50`,
    values: given.map(({ value }) => value),
  };
}
