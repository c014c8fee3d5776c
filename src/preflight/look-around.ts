// Do the rights, the disk and what else goes on at the server allow what is planned?
import type { Found, PreflightParts } from './parts.ts';

export async function lookAround(_parts: PreflightParts): Promise<readonly Found[]> {
  return [];
}
