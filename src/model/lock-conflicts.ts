// Which locks on a relation keep each other out?
import { type LockMode, lockModes } from './change.ts';

/** The weakest that each keeps out, by PostgreSQL's own table (14 to 18); it keeps out all that are stronger, too. */
const weakestKeptOut: Readonly<Record<LockMode, LockMode>> = {
  'ACCESS SHARE': 'ACCESS EXCLUSIVE',
  'ROW SHARE': 'EXCLUSIVE',
  'ROW EXCLUSIVE': 'SHARE',
  'SHARE UPDATE EXCLUSIVE': 'SHARE UPDATE EXCLUSIVE',
  SHARE: 'ROW EXCLUSIVE',
  'SHARE ROW EXCLUSIVE': 'ROW EXCLUSIVE',
  EXCLUSIVE: 'ROW SHARE',
  'ACCESS EXCLUSIVE': 'ACCESS SHARE',
};

/** `theirs` as pg_locks writes it: `AccessShareLock`. */
export function conflictsWith(ours: LockMode, theirs: string): boolean {
  const words = theirs
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  const weakestFirst: readonly string[] = lockModes;
  // Any number of sessions may have SHARE.
  return (
    weakestFirst.indexOf(words) >= lockModes.indexOf(weakestKeptOut[ours]) && !(ours === 'SHARE' && words === 'SHARE')
  );
}
