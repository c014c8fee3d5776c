// Something was thrown: is it the user's to mend, a stop that was asked for, or a bug of ours?

import { redact } from '../database/redact.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Environment } from './terminal.ts';

export interface Mishap {
  readonly problems: readonly Problem[];
  /** What the verb had done by then. */
  readonly outcome?: object;
  readonly exitCode: number;
}

/** What the program was started with, as far as it matters when things go wrong. */
export interface Circumstances {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly version: string;
}

export function mishapOf(error: unknown, circumstances: Circumstances, signal: AbortSignal): Mishap {
  if (error instanceof Failure) {
    const { problem, others, outcome, exitCode } = error;
    return {
      problems: distinct([problem, ...others, ...problemsIn(outcome)]),
      ...(outcome === undefined ? {} : { outcome }),
      exitCode,
    };
  }
  if (signal.aborted && wasCut(error)) {
    return { problems: [stopped('a signal')], exitCode: exitCodes.stopped };
  }
  return { problems: [bug(error, circumstances)], exitCode: exitCodes.bug };
}

/** What the verb was doing when it was told to stop: waiting here, or for a statement on the server (57014: cancelled). */
function wasCut(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('sqlstate' in error && error.sqlstate === '57014'));
}

/** Notes and warnings that came before the failure are told with it. */
function problemsIn(outcome: object | undefined): readonly Problem[] {
  return outcome !== undefined && 'problems' in outcome && Array.isArray(outcome.problems) ? outcome.problems : [];
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [JSON.stringify([one.code, one.message, one.where]), one])).values()];
}

export function stopped(signal: string): Problem {
  return problem('stopped', `stopped by ${signal}`, {
    hint: 'Run the same command again: it goes on where it stopped.',
  });
}

function bug(error: unknown, { argv, env, version }: Circumstances): Problem {
  const secrets = secretsIn([...argv, ...Object.values(env)], env);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return problem('bug', redact(message.split('\n')[0] ?? '', secrets), {
    detail: `${redact(stackOf(error), secrets)}\n`,
    hint: `This is a bug in Roadbook. Please report it with the lines above and this: roadbook ${version}, node ${process.version}, ${process.platform} ${process.arch}.`,
  });
}

/** With the causes, which often say more. */
function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${current.stack ?? String(current)}`);
  }
  return lines.length === 0 ? String(error) : lines.join('\n');
}

/** Passwords we were started with: an error from somewhere else may hold one without its URL. */
function secretsIn(texts: readonly (string | undefined)[], env: Environment): readonly string[] {
  const inUrls = texts.flatMap((text) => {
    const password = /^(?:[^=\s]*=)?postgres(?:ql)?:\/\/[^:/?#@]*:(.*)@/.exec(text ?? '')?.[1];
    return password === undefined ? [] : [password, unescaped(password)];
  });
  return [...inUrls, env.PGPASSWORD ?? ''].filter((secret) => secret.length > 2);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
