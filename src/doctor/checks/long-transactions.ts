// Who has had a transaction open for long, or does nothing in one?
import { inTheWayProblem } from '../../preflight/server/in-the-way.ts';
import { whoIsThere } from '../../preflight/server/who-is-there.ts';
import { defineCheck } from '../define.ts';

/** VACUUM keeps every row that such a transaction could still see. */
const longMs = 60_000;
const shown = 5;

export const longTransactions = defineCheck({
  name: 'long-transactions',
  group: 'load',
  about: 'whether transactions are open for long',
  needs: 'database',
  look: async ({ connection, pending }) => {
    const there = await whoIsThere(connection, [], true);
    // What is in the way of a pending migration is told there.
    const told = (await pending().catch(() => null))?.found ?? [];
    const isTold = (pid: number) => told.some(({ problem }) => problem.hint?.includes(`pg_terminate_backend(${pid})`));
    const found = there
      .filter(({ pid }) => !isTold(pid))
      .filter(({ isAutovacuum, query }) => !isAutovacuum || /to prevent wraparound/.test(query))
      .slice(0, shown)
      .map((one) => {
        const seen = inTheWayProblem(one, 'of VACUUM, and of what is done CONCURRENTLY');
        return one.transactionAgeMs < longMs ? { ...seen, severity: 'note' as const } : seen;
      });
    return { found };
  },
});
