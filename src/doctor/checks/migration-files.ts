// Can all migrations be read, and is what was applied still what the files say?
import type { Problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

export const migrationFiles = defineCheck({
  name: 'migration-files',
  group: 'migrations',
  about: 'whether the migrations are what was applied',
  needs: 'database',
  look: async ({ files, order, pending }) => {
    const { pending: waiting, problems } = await order();
    const { unreadable } = await pending();
    const found: readonly Problem[] = [...problems, ...unreadable];
    return { found, said: `${files.length} in the folder, ${waiting.length} pending` };
  },
});
