// How is a plan kept in a file?
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../model/failure.ts';
import type { PlanOutcome } from '../model/outcome.ts';
import { problem } from '../model/problem.ts';

/** An older plan is replaced; any other file is not. */
export function writePlan(plan: PlanOutcome, file: string, directory = process.cwd()): void {
  const path = resolve(directory, file);
  try {
    const before = contentOf(path);
    if (before !== null && !isPlan(before)) throw notOurs(file);
    writeFileSync(path, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw cannotWrite(file, error);
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isPlan(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'fingerprint' in value && 'migrations' in value;
  } catch {
    return false;
  }
}

function notOurs(file: string): Failure {
  return new Failure(
    problem('out-exists', `${file} is there already, and is no plan`, {
      detail: 'Only a plan that Roadbook has written is replaced.',
      hint: 'Give --out another name, or take the file away.',
    }),
    'usage',
  );
}

function cannotWrite(file: string, cause: unknown): Failure {
  return new Failure(
    problem('out-unwritable', `the plan cannot be written to ${file}`, {
      detail: `The system says: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Give --out a file in a folder that is there and can be written to.',
    }),
    'usage',
    { cause },
  );
}
