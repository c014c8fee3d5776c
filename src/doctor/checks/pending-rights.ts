// Which rights do the pending migrations need that this role has not?
import { defineCheck } from '../define.ts';

export const pendingRights = defineCheck({
  name: 'pending-rights',
  group: 'rights',
  about: 'whether this role may do what is pending',
  needs: 'database',
  look: async ({ pending }) => {
    const { found } = await pending();
    return { found: found.flatMap(({ isRight, problem }) => (isRight ? [problem] : [])), reason: 'connection' };
  },
});
