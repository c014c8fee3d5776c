// How does a test of connecting name its target, and read the problem that comes of it?
import { type Environment, resolveTarget, type Target } from '../../../src/database/target.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Problem } from '../../../src/model/problem.ts';

/** Without the variables and the home of whoever runs the tests. */
export function to(url: string, env: Environment = {}): Target {
  const target = resolveTarget({ database: url, env: { HOME: '/nonexistent', ...env } });
  if (target === null) throw new Error('no target');
  return target;
}

/** The problem that a call fails with; anything but a Failure is thrown on. */
export async function problemOf(
  work: () => unknown,
): Promise<Problem & { readonly reason: string; readonly others: readonly Problem[] }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return { ...error.problem, reason: error.reason, others: error.others };
    throw error;
  }
  throw new Error('it did not fail');
}
