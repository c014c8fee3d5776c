// How does a problem stop what is running, and with which exit code does the program end?
import type { Problem } from './problem.ts';

/** What each exit code means is part of the contract; scripts rely on it. */
export const exitCodes = Object.freeze({
  done: 0,
  migration: 1,
  usage: 2,
  pending: 3,
  drift: 4,
  held: 5,
  stopped: 6,
  connection: 7,
  bug: 70,
} as const);

export type ExitReason = keyof typeof exitCodes;

/** Thrown for whatever a user can cause. Anything else that is thrown is a bug of ours and shows its stack. */
export class Failure extends Error {
  readonly problem: Problem;
  readonly reason: ExitReason;
  /** Further problems found at the same time. */
  readonly others: readonly Problem[];
  /** What the verb had done by then, in the shape it hands back when all goes well. */
  readonly outcome: object | undefined;

  constructor(
    problem: Problem,
    reason: ExitReason,
    options: { cause?: unknown; others?: readonly Problem[]; outcome?: object } = {},
  ) {
    super(problem.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.problem = problem;
    this.reason = reason;
    this.others = options.others ?? [];
    this.outcome = options.outcome;
  }

  get exitCode(): number {
    return exitCodes[this.reason];
  }
}
