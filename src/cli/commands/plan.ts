// `roadbook plan`: what would be done, in which stages, and whom would it keep waiting?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'plan',
  summary: 'show the stages, locks and dangers of what is pending',
  usage: '[--to ID] [--exact] [--sql] [--out FILE]',
  elsewhere: ['dry-run', 'dryrun', 'preview', 'sql', 'script', 'explain'],
  options: {
    to: { type: 'string', value: 'ID', description: 'the last migration to plan' },
    sql: { type: 'boolean', description: 'the plan as SQL that psql can run' },
    exact: { type: 'boolean', description: 'look at every row of huge tables first, not at a sample' },
    out: { type: 'string', value: 'FILE', description: 'write the plan to a file too, as JSON' },
  },
  positionals: [],
  examples: [
    { line: 'roadbook plan', does: 'shows what apply would do, and changes nothing' },
    { line: 'roadbook plan --sql > plan.sql', does: 'for whoever runs it by hand: psql -f plan.sql' },
    { line: 'roadbook plan --out plan.json', does: 'keeps it, for a review' },
  ],
  async run({ project, values }) {
    const { plan } = await import('../../plan/plan.ts');
    const to = values.to === undefined ? {} : { to: values.to };
    const exact = values.exact === undefined ? {} : { exact: values.exact };
    const planned = await plan({ ...project, ...to, ...exact });
    const { writePlan } = await import('../write-plan.ts');
    if (values.out !== undefined) writePlan(planned, values.out, project.directory);
    const outcome = values.sql
      ? { ...planned, script: (await import('../../plan/script.ts')).planScript(planned) }
      : planned;
    const errors =
      planned.inTheWay > 0 ||
      planned.migrations.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
    return { report: { kind: 'plan', outcome }, exit: errors ? 'migration' : 'done' };
  },
});
