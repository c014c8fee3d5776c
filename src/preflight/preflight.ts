// Does the live database allow what is planned: its rows, its rights, its load?
import { lookAround } from './look-around.ts';
import type { Found, PreflightParts } from './parts.ts';
import { askRows } from './rows.ts';

/** Reads only. An error among what it finds means that the migration would fail. */
export async function preflight(parts: PreflightParts): Promise<readonly Found[]> {
  if (parts.plans.length === 0) return [];
  return [...(await lookAround(parts)), ...(await askRows(parts))];
}
