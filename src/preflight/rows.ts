// Do the live rows allow what is planned?
import type { Found, PreflightParts } from './parts.ts';

export async function askRows(_parts: PreflightParts): Promise<readonly Found[]> {
  return [];
}
