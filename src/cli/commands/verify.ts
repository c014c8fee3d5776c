// `roadbook verify`: is the database what the journal says, and do the assertions hold?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'verify',
  summary: 'compare the catalog with the journal, check the assertions',
  usage: '',
  elsewhere: ['validate', 'test', 'diff', 'drift'],
  options: {},
  positionals: [],
  examples: [
    { line: 'roadbook verify', does: 'ends with 4 when something is not as it should be' },
    { line: 'roadbook verify --verbose', does: 'shows every row of evidence' },
  ],
  async run({ project }) {
    const { verify } = await import('../../verify/verify.ts');
    const outcome = await verify(project);
    return { report: { kind: 'verify', outcome }, exit: outcome.verdict === 'failed' ? 'drift' : 'done' };
  },
});
