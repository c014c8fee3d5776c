// What can be done with namespaces and configs? The same in both versions, for whoever is let in.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Pool } from 'pg';
import { bodyOf, isTaken, refused, text } from '../../service/read-request.ts';

export interface Caller {
  readonly tenant: string;
  /** What its API key allows, or its role. */
  readonly may: readonly string[];
}

export interface LetIn<Who extends Caller = Caller> {
  readonly Variables: { readonly caller: Who };
}

export const allowed = (what: string) =>
  createMiddleware<LetIn>(async (context, next) => {
    if (!context.get('caller').may.includes(what)) throw refused(403, `this takes the right to ${what}`);
    await next();
  });

const ownConfig = `SELECT c.id, c.key, c.value, c.version FROM configs c JOIN namespaces n ON n.id = c.namespace_id
  WHERE n.tenant_id = $1 AND n.name = $2 AND c.key = $3`;

/** Writes the new value and, in the same statement, its history. */
const writeConfig = `WITH written AS (
    INSERT INTO configs (namespace_id, key, value) SELECT id, $3, $4::jsonb FROM namespaces WHERE tenant_id = $1 AND name = $2
    ON CONFLICT (namespace_id, key) DO UPDATE SET value = excluded.value, version = configs.version + 1, updated_at = now()
    RETURNING id, key, value, version
), kept AS (INSERT INTO config_history (config_id, version, value) SELECT id, version, value FROM written)
SELECT key, value, version FROM written`;

const values = `SELECT h.version, h.value, h.changed_at FROM config_history h JOIN configs c ON c.id = h.config_id
  JOIN namespaces n ON n.id = c.namespace_id WHERE n.tenant_id = $1 AND n.name = $2 AND c.key = $3`;

export function configs(pool: Pool): Hono<LetIn> {
  const app = new Hono<LetIn>();

  app.get('/', allowed('read'), async (context) => {
    const { rows } = await pool.query('SELECT name, created_at FROM namespaces WHERE tenant_id = $1 ORDER BY name', [
      context.get('caller').tenant,
    ]);
    return context.json(rows);
  });

  app.post('/', allowed('write'), async (context) => {
    const name = text(await bodyOf(context), 'name');
    await pool
      .query('INSERT INTO namespaces (tenant_id, name) VALUES ($1, $2)', [context.get('caller').tenant, name])
      .catch((error: unknown) => {
        throw isTaken(error) ? refused(409, 'the name is taken') : error;
      });
    return context.json({ name }, 201);
  });

  const place = (context: { get(name: 'caller'): Caller; req: { param(name: string): string | undefined } }) => [
    context.get('caller').tenant,
    context.req.param('namespace'),
    context.req.param('key'),
  ];

  app.get('/:namespace/configs/:key', allowed('read'), async (context) => {
    const { rows } = await pool.query(ownConfig, place(context));
    if (rows[0] === undefined) throw refused(404, 'no such config');
    return context.json(rows[0]);
  });

  app.put('/:namespace/configs/:key', allowed('write'), async (context) => {
    const { value } = await bodyOf(context);
    if (value === undefined) throw refused(400, 'value is missing');
    const { rows } = await pool.query(writeConfig, [...place(context), JSON.stringify(value)]);
    if (rows[0] === undefined) throw refused(404, 'no such namespace');
    return context.json(rows[0]);
  });

  app.get('/:namespace/configs/:key/history', allowed('read'), async (context) => {
    const { rows } = await pool.query(`${values} ORDER BY h.version DESC`, place(context));
    if (rows.length === 0) throw refused(404, 'no such config');
    return context.json(rows);
  });

  app.post('/:namespace/configs/:key/rollback', allowed('write'), async (context) => {
    const version = Number((await bodyOf(context)).version);
    if (!Number.isSafeInteger(version)) throw refused(400, 'version is missing');
    const { rows } = await pool.query<{ value: unknown }>(`${values} AND h.version = $4`, [...place(context), version]);
    if (rows[0] === undefined) throw refused(404, 'no such version');
    const { rows: written } = await pool.query(writeConfig, [...place(context), JSON.stringify(rows[0].value)]);
    return context.json(written[0]);
  });
  return app;
}
