// Does another tool keep a history in this database?
import { historiesOfOtherTools, otherHistoryNote } from '../../history/other-tools.ts';
import { defineCheck } from '../define.ts';

export const otherTools = defineCheck({
  name: 'other-tools',
  group: 'journal',
  about: 'whether another tool changes this database',
  needs: 'database',
  look: async ({ connection }) => ({ found: (await historiesOfOtherTools(connection)).map(otherHistoryNote) }),
});
