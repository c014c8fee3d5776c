// How do API keys come and go?
import { Hono } from 'hono';
import type { Pool } from 'pg';
import { hashSecret } from '../../service/passwords.ts';
import { bodyOf, optionalText, refused, text } from '../../service/read-request.ts';
import type { LetIn } from './configs.ts';
import { newApiKey } from './tokens.ts';

export function apiKeys(pool: Pool): Hono<LetIn> {
  const app = new Hono<LetIn>();

  app.get('/', async (context) => {
    const { rows } = await pool.query(
      'SELECT id, name, prefix, scopes, revoked_at, expires_at FROM api_keys WHERE tenant_id = $1 ORDER BY created_at',
      [context.get('caller').tenant],
    );
    return context.json(rows);
  });

  app.post('/', async (context) => {
    const body = await bodyOf(context);
    const scopes = [...new Set((optionalText(body, 'scopes') ?? 'read').split(',').map((scope) => scope.trim()))];
    if (scopes.some((scope) => scope !== 'read' && scope !== 'write')) throw refused(400, 'scopes are read and write');
    const expires = optionalText(body, 'expires_at') ?? null;
    if (expires !== null && Number.isNaN(Date.parse(expires))) throw refused(400, 'expires_at is no time');
    const key = newApiKey();
    const { rows } = await pool.query<{ id: string }>(
      'INSERT INTO api_keys (tenant_id, name, key_hash, prefix, scopes, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
      [context.get('caller').tenant, text(body, 'name'), hashSecret(key), key.slice(0, 12), scopes.join(','), expires],
    );
    // Shown once; only its hash is kept.
    return context.json({ ...rows[0], key, scopes: scopes.join(',') }, 201);
  });

  app.delete('/:id{[0-9a-f-]{36}}', async (context) => {
    const { rowCount } = await pool.query(
      'UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND tenant_id = $2 AND revoked_at IS NULL',
      [context.req.param('id'), context.get('caller').tenant],
    );
    if (rowCount === 0) throw refused(404, 'no such key');
    return context.body(null, 204);
  });
  return app;
}
