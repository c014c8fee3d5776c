// What does a lock keep others from doing, in plain words?
import { type Lock, type LockMode, lockModes } from './change.ts';

const blocked: Readonly<Record<LockMode, string>> = {
  'ACCESS SHARE': 'only statements that need the table for themselves, such as DROP',
  'ROW SHARE': 'only statements that need the table for themselves, such as DROP',
  'ROW EXCLUSIVE': 'statements that want no writes meanwhile, such as CREATE INDEX',
  'SHARE UPDATE EXCLUSIVE': 'other schema changes and VACUUM, but no reader and no writer',
  SHARE: 'every INSERT, UPDATE and DELETE',
  'SHARE ROW EXCLUSIVE': 'every INSERT, UPDATE and DELETE',
  EXCLUSIVE: 'every INSERT, UPDATE, DELETE and SELECT FOR UPDATE',
  'ACCESS EXCLUSIVE': 'every reader and every writer',
};

/** `ACCESS EXCLUSIVE on public.users blocks every reader and every writer`. */
export function lockSentence(lock: { readonly relation: string; readonly mode: LockMode }): string {
  const where = lock.relation === '*' ? 'whatever it touches' : lock.relation;
  return `${lock.mode} on ${where} blocks ${blocked[lock.mode]}`;
}

/** `ACCESS EXCLUSIVE on public.users for a moment: blocks every reader and every writer`. `long` where rows are read or written under it. */
export function heldSentence(
  lock: Lock,
  { long, batches }: { readonly long: boolean; readonly batches: boolean },
): string {
  const where = lock.relation === '*' ? 'whatever it touches' : lock.relation;
  return `${lock.mode} on ${where}${heldFor(lock, long, batches)}: blocks ${blocked[lock.mode]}`;
}

function heldFor({ mode, rewrite, scan }: Lock, long: boolean, batches: boolean): string {
  if (batches) return ' for each batch';
  if (rewrite) return ' while every row is written anew';
  if (scan) return ' while every row is read';
  if (!atLeast(mode, 'SHARE')) return '';
  return long ? ' until the stage is over' : ' for a moment';
}

/** Whether `a` is as strong as `b`, or stronger. */
export function atLeast(a: LockMode, b: LockMode): boolean {
  return lockModes.indexOf(a) >= lockModes.indexOf(b);
}
