// Does PostgreSQL's project still mend this version?
import { problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

export const serverVersion = defineCheck({
  name: 'server-version',
  group: 'connection',
  about: 'whether the server’s version is supported',
  needs: 'database',
  look: async ({ connection }) => ({ found: outOfSupport(connection.server.major, new Date()) }),
});

/** Major versions get fixes for five years, until the November of the fifth (14: 2026, 18: 2030). */
export function outOfSupport(major: number, today: Date) {
  const year = 2012 + major;
  if (today < new Date(Date.UTC(year, 11, 1))) return [];
  return [
    problem('server-out-of-support', `PostgreSQL ${major} gets no fixes any more`, {
      severity: 'warning',
      detail: `Its last release was in November ${year}.`,
      hint: 'Upgrade the server to a newer major version; pg_upgrade does it in place.',
    }),
  ];
}
