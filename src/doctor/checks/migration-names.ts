// Are the names in the migrations folder clear?
import { defineCheck } from '../define.ts';

export const migrationNames = defineCheck({
  name: 'migration-names',
  group: 'migrations',
  about: 'whether the names of the migrations are clear',
  needs: 'files',
  look: async ({ unclear }) => ({ found: unclear }),
});
