// Is a pooler in between, and is its pool fit for a run?
import { requirePoolFit } from '../../database/pool-fitness.ts';
import { problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

export const pooler = defineCheck({
  name: 'pooler',
  group: 'connection',
  about: 'whether a pooler is in between',
  needs: 'database',
  look: async ({ connection }) => {
    if (!connection.server.pooled) return { found: [] };
    await requirePoolFit(connection);
    const found = problem(
      'pooler-in-between',
      `a pooler in transaction mode stands before ${connection.server.address}`,
      {
        severity: 'note',
        detail: 'Its pool is fit for migrations that run in one transaction.',
        hint: 'Give the URL of the server itself where CREATE INDEX CONCURRENTLY, temporary tables or session locks are needed.',
      },
    );
    return { found: [found], said: 'through a pooler' };
  },
});
