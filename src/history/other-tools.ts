// Did another migration tool leave its history in this database, and what does it say?
import type { Connection } from '../database/connection.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { AppliedElsewhere, HistoryRow } from './adopters/define.ts';
import { adopters } from './adopters/index.ts';

export interface OtherHistory {
  /** The adopter's name: `prisma`. */
  readonly tool: string;
  readonly title: string;
  /** Where it is, quoted: `public._prisma_migrations`. */
  readonly relation: string;
  readonly applied: readonly AppliedElsewhere[];
  readonly note: string;
}

interface Found {
  readonly tool: string;
  readonly relation: string;
  readonly readable: boolean;
}

const detectAll = adopters
  .map(({ name, detect }) => `select '${name}' as tool, found.* from (${detect}) found`)
  .join('\nunion all\n');

/** One round trip where there is none; one more for each history found. Writes nothing. */
export async function historiesOfOtherTools(connection: Pick<Connection, 'query'>): Promise<readonly OtherHistory[]> {
  const { rows } = await connection.query<Found>(`${detectAll}\norder by tool, relation`);
  const histories: OtherHistory[] = [];
  for (const { tool, relation, readable } of rows) {
    const adopter = adopters.find(({ name }) => name === tool);
    if (adopter === undefined) continue;
    const described = readable
      ? adopter.describe((await connection.query<HistoryRow>(adopter.history(relation))).rows)
      : { applied: [], note: `This role may not read ${relation}, so what ${adopter.title} applied is not known.` };
    histories.push(Object.freeze({ tool, title: adopter.title, relation, ...described }));
  }
  return histories;
}

/** What `status` says of it, where the database has no journal of ours. */
export function otherHistoryNote(history: OtherHistory): Problem {
  return problem('history-of-another-tool', `${history.title} keeps its history in this database`, {
    severity: 'note',
    detail: `${history.note} Its table is ${history.relation}.`,
    hint: `Roadbook leaves that table alone and starts with a journal of its own. Let only one of the two change this database from now on.`,
  });
}
