// Did a migration stop on its way, and how does it go on?
import type { InterruptedEntry } from '../../model/journal.ts';
import { type Problem, problem } from '../../model/problem.ts';
import { defineCheck, type Examined } from '../define.ts';

export const interrupted = defineCheck({
  name: 'interrupted',
  group: 'journal',
  about: 'whether a migration is interrupted',
  needs: 'database',
  look: async ({ connection, journal, files }) => {
    const interrupted = (await journal())?.interrupted ?? null;
    if (interrupted === null || interrupted.running) return { found: [] };
    const has = files.some(({ id }) => id === interrupted.id);
    return { found: [told(interrupted, has, await lastWords(connection, interrupted))] };
  },
});

function told({ id, stage, stages, startedAt }: InterruptedEntry, hasFile: boolean, why: string | null): Problem {
  const done = Math.max(0, stage - 1);
  const stays =
    done === 0
      ? 'No stage of it is done.'
      : `${done} of ${stages} stages ${done === 1 ? 'is done and stays' : 'are done and stay'}.`;
  const detail = `It was begun ${startedAt}. ${stays}${why === null ? '' : ` What stopped it: ${why}.`}`;
  if (!hasFile)
    return problem('interrupted-without-file', `${id} is half done, and its file is not there`, {
      detail,
      hint: 'Bring the file back, for example with git, and run `roadbook apply`: it goes on where that migration stopped.',
    });
  return problem('migration-interrupted', `${id} stopped in stage ${Math.min(stage, stages)} of ${stages}`, {
    detail,
    hint: `Remove the cause, if it is among what is told here, and run \`roadbook apply\`: it goes on there, and does nothing twice. If the file was put right since: \`roadbook apply --begin-anew\`.`,
  });
}

/** The message of the problem that stopped it, where one was written down. */
async function lastWords({ query }: Examined['connection'], { number }: InterruptedEntry): Promise<string | null> {
  const { rows } = await query<{ message: string | null }>(
    `select problem->>'message' as message from roadbook.migration where number = $1`,
    [number],
  );
  return rows[0]?.message ?? null;
}
