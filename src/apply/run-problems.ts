// What does the user read when a run stops for another reason than a mistake in the SQL?
import type { ServerError } from '../database/server-error.ts';
import type { Lease } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Migration } from '../model/migration.ts';
import { problem } from '../model/problem.ts';
import type { Assertion } from '../model/verdict.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Because the caller asked for it, or because the lease was lost: then that is what the user has to know. */
export function stopped(migration: Pick<Migration, 'id'>, lease: Pick<Lease, 'signal'>, stayed?: string): Failure {
  if (lease.signal.aborted && lease.signal.reason instanceof Failure) return lease.signal.reason;
  return new Failure(
    problem('stopped', `stopped before ${migration.id} was done`, {
      detail: `${stayed ?? `Nothing of ${migration.id} stayed.`} What was applied before it stays applied.`,
      hint: 'Run `roadbook apply` again to go on where it stopped.',
    }),
    'stopped',
  );
}

/** A new connection was found, and the journal says that it was not done. */
/** `stayed`: what became of one that runs in stages, in a whole sentence. */
export function lostAgain({ id }: Migration, cause: ServerError, stayed: string | null): Failure {
  const whole = `${id} was not committed, says the journal, and what was applied before it stays applied.`;
  return new Failure(
    problem('connection-lost', `the connection was lost while ${id} was run`, {
      detail: `${sentenceOf(cause)} That happened twice. ${stayed ?? whole}`,
      hint: 'Look at the log of the server: was the connection ended by an administrator, or does the migration end the server? Then run `roadbook apply` again.',
    }),
    'connection',
    { cause },
  );
}

export function lostForGood({ id }: Migration, cause: ServerError, again: unknown): Failure {
  if (again instanceof Failure && again.reason !== 'connection') return again;
  const why = again instanceof Error ? ` No new one could be had: ${withoutSecrets(again.message)}.` : '';
  return new Failure(
    problem('connection-lost', `the connection was lost while ${id} was run`, {
      detail: `${sentenceOf(cause)}${why} Whether ${id} was committed is not known; the journal in the database knows. What was applied before it stays, but for the last moments before a crash of the server.`,
      hint: 'When the server can be reached, `roadbook status` says what is applied, and `roadbook apply` goes on from there.',
    }),
    'connection',
    { cause },
  );
}

function sentenceOf({ message }: ServerError): string {
  const clean = withoutSecrets(message);
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}.`;
}

export function outOfTurn(migration: Migration, cause: unknown): Failure {
  return new Failure(
    problem('out-of-turn', `the migration before ${migration.id} did not commit`, {
      detail: `Nothing of ${migration.id} stayed.`,
      hint: 'Look at `roadbook status`, and run `roadbook apply` again.',
    }),
    'migration',
    { cause },
  );
}

export interface WaitedInVain {
  readonly attempts: number;
  readonly maxWaitMs: number;
  readonly blockers: readonly string[];
  /** What became of the migration, in a whole sentence. */
  readonly stayed: string;
}

export function gaveUpWaiting(
  migration: Migration,
  file: string,
  { attempts, maxWaitMs, blockers, stayed }: WaitedInVain,
  cause: unknown,
): Failure {
  const who = blockers.length === 0 ? '' : ` In the way: ${blockers.join('; ')}.`;
  return new Failure(
    problem('lock-not-granted', `${migration.id} did not get its locks within ${Math.round(maxWaitMs / 1000)} s`, {
      detail: `It was tried ${attempts} times.${who} ${stayed}`,
      hint: 'End what is in the way, or wait longer with --max-wait; then run `roadbook apply` again.',
      where: { file, line: 1, column: 1 },
    }),
    'migration',
    { cause },
  );
}

/** `stayed`: what became of the migration, in a whole sentence. */
export function verifyFailed(
  migration: Migration,
  file: string,
  assertions: readonly Assertion[],
  stayed: string,
): Failure {
  const index = assertions.findIndex(({ ok }) => !ok);
  const first = assertions[index];
  const statement = migration.verify[index];
  const more = assertions.filter(({ ok }) => !ok).length - 1;
  const rows = (first?.evidence ?? []).map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join(', ');
  return new Failure(
    problem('verify-failed', `${migration.id} does not stand its own verification`, {
      detail: `"${first?.name}" is to return no row; it gave: ${rows}.${more > 0 ? ` So did ${more} more.` : ''} ${stayed}`,
      hint: 'Correct the migration, or the SELECT in its roadbook:verify section, and run `roadbook apply` again.',
      where: { file, line: statement?.line ?? 1, column: statement?.column ?? 1 },
    }),
    'drift',
  );
}
