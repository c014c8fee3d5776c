// What did the client send, with nothing taken for granted?
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

export type Body = Readonly<Record<string, unknown>>;

/** The JSON object of the body. */
export async function bodyOf(context: Context): Promise<Body> {
  const body: unknown = await context.req.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refused(400, 'a JSON object is expected');
  return { ...body };
}

/** A field that must be there, as text. */
export function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw refused(400, `${field} is missing`);
  return value;
}

/** A field that may be there; null empties it. */
export function optionalText(body: Body, field: string): string | null | undefined {
  const value = body[field];
  if (value === undefined || value === null || typeof value === 'string') return value;
  throw refused(400, `${field} is no text`);
}

export function refused(status: 400 | 401 | 403 | 404 | 409 | 410 | 422 | 429, message: string): HTTPException {
  return new HTTPException(status, { res: Response.json({ error: message }, { status }) });
}

/** Whether the database refused a row since a unique key has it already. */
export function isTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
}
