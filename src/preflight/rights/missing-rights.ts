// Which rights does the role lack for what is planned?
import { isIgnored, problemOfRun, type Run } from '../each-statement.ts';
import type { Found, PreflightParts } from '../parts.ts';
import { askRights } from './ask-rights.ts';
import { gatherNeeds } from './gather-needs.ts';
import { told } from './right-problem.ts';

/** Each right once, where it is needed first. */
export async function missingRights(parts: PreflightParts, runs: readonly Run[]): Promise<readonly Found[]> {
  const { connection, label } = parts;
  if (connection.server.superuser) return [];
  const { needed, pending } = gatherNeeds(runs);
  const missing = await askRights(
    connection,
    needed.map(({ need }) => need),
  );
  const found = new Map<string, Found>();
  for (const one of missing) {
    const at = needed[one.n];
    if (at === undefined || pending.had(one.schema, at.moment) || isIgnored(at.run, 'right-missing')) continue;
    const { message, ...more } = told(one, connection.server.database, at.need.parks === true);
    if (found.has(message)) continue;
    const problem = problemOfRun(at.run, label, 'right-missing', message, more);
    found.set(message, { migration: at.run.migration.id, problem, isRight: true });
  }
  return [...found.values()];
}
