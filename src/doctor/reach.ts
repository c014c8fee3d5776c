// Was a server reached, by which way, and what was tried where it was not?
import { resolveTarget, type Target } from '../database/target.ts';
import { Failure } from '../model/failure.ts';
import type { Problem } from '../model/problem.ts';
import type { Examined, Looked, Surroundings } from './define.ts';

export function reached({
  connection,
  project,
  options,
}: Pick<Examined, 'connection' | 'project' | 'options'>): Looked {
  const { database, user, address, embedded, version } = connection.server;
  const from = embedded ? 'the embedded one' : sources[targetOf({ project, options })?.source ?? 'option'];
  return { found: [], said: `${database} on ${address} as ${user} (${from}), PostgreSQL ${version}` };
}

/** Each problem says besides where the address came from, and what all was tried. */
export function nobodyThere(around: Surroundings, failure: Failure): Looked {
  const { reason } = failure;
  const tried = triedIn(targetOf(around));
  const found = [failure.problem, ...failure.others].map((one, index) => (index === 0 ? withTried(one, tried) : one));
  return { found, reason };
}

const sources = {
  option: 'given with --database',
  environment: 'from DATABASE_URL',
  configuration: 'from the configuration',
} as const;

function targetOf({ project, options }: Pick<Surroundings, 'project' | 'options'>): Target | null {
  try {
    const { database } = options;
    return resolveTarget({ database, env: options.env ?? process.env, configured: project.configuration.database });
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function triedIn(target: Target | null): string | null {
  if (target === null) return null;
  const hosts = target.hosts.map(({ name, port }) => `${name === '' ? 'this machine' : name}, port ${port}`);
  return `Tried was ${hosts.join('; ')}: the database ${target.database} as the user ${target.user}, ${sources[target.source]}.`;
}

function withTried(found: Problem, tried: string | null): Problem {
  if (tried === null) return found;
  return { ...found, detail: found.detail === undefined ? tried : `${found.detail} ${tried}` };
}
