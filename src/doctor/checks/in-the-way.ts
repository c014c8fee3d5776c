// Would the rows, the disk or other sessions stand in the way of what is pending?
import { defineCheck } from '../define.ts';

export const inTheWay = defineCheck({
  name: 'in-the-way',
  group: 'migrations',
  about: 'whether the live rows allow what is pending',
  needs: 'database',
  look: async ({ pending }) => {
    const { found } = await pending();
    return { found: found.flatMap(({ isRight, problem }) => (isRight ? [] : [problem])) };
  },
});
