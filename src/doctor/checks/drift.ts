// Is the database what the journal says?
import { type Problem, problem } from '../../model/problem.ts';
import { differenceSentence } from '../../verify/difference-sentence.ts';
import { type Drift, findDrift, readerWaitMs } from '../../verify/drift.ts';
import { exceptInterrupted } from '../../verify/interrupted-names.ts';
import { repairOf } from '../../verify/repair.ts';
import { defineCheck } from '../define.ts';

const shown = 5;

export const drift = defineCheck({
  name: 'drift',
  group: 'journal',
  about: 'whether the database is what the journal says',
  needs: 'database',
  look: async ({ connection, journal, files, live }) => {
    const read = await journal();
    if (read === null || read.applied.length === 0) return { found: [] };
    const except = await exceptInterrupted(connection, read, files);
    const { catalog: actual } = await live();
    const drift = await findDrift(connection, read, { waitMs: readerWaitMs, except, actual });
    const found = [...drifted(drift), ...drift.problems];
    return { found, reason: 'drift', ...(drift.catalog === 'equal' ? { said: 'the catalog is what it says' } : {}) };
  },
});

function drifted({ differences, catalogs }: Drift): readonly Problem[] {
  if (differences.length === 0) return [];
  const told = differences.slice(0, shown).map(differenceSentence);
  const more = differences.length - told.length;
  const repair = catalogs === null ? null : repairOf(catalogs);
  const statements = repair?.statements ?? [];
  return [
    problem('database-drifted', 'the database was changed behind the journal', {
      detail: `Since the last migration: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}. \`roadbook apply\` refuses to apply anything on top of it.`,
      hint: `Take it back (\`roadbook verify\` shows ${statements.length > 0 ? 'the statements' : 'all of it'}), or write it down as a migration. To take it as it is: \`roadbook apply --accept-drift\`.`,
      ...(statements.length === 0 || statements.length > shown ? {} : { repair: statements.map(({ sql }) => sql) }),
    }),
  ];
}
