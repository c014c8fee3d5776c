// How does a person read one difference between two catalogs?
import type { Difference } from '../model/verdict.ts';

/** `column public.users.status: type is text, expected character varying(20)`. */
export function differenceSentence(difference: Difference): string {
  const what = `${difference.kind} ${difference.object}`;
  if (difference.change === 'missing') return `${what} is missing`;
  if (difference.change === 'unexpected') return `${what} is not expected`;
  return `${what}: ${difference.property ?? 'definition'} is ${difference.actual ?? 'not set'}, expected ${difference.expected ?? 'not set'}`;
}
