// Does the server take writes?
import { requireWritable } from '../../database/fitness.ts';
import { defineCheck } from '../define.ts';

export const writable = defineCheck({
  name: 'writable',
  group: 'connection',
  about: 'whether the server takes writes',
  needs: 'database',
  look: async ({ connection }) => {
    requireWritable(connection);
    return { found: [] };
  },
});
