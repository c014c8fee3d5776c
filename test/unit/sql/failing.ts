// How does a test read the problem that a call ends with?
import { Failure } from '../../../src/model/failure.ts';

export function failing(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** As a person reads it. */
export function told({ problem }: Failure): string {
  const { code, message, where, frame, detail, hint } = problem;
  const place = where ? ` ${where.file}:${where.line}:${where.column}` : '';
  return [`${code}: ${message}${place}`, frame, detail, hint].filter((part) => part !== undefined).join('\n');
}
