// `roadbook rehearse`: does what is pending go well on a twin of the database, there and back?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'rehearse',
  summary: 'try the pending migrations on a twin: as written, by plan, and back',
  usage: '[--to ID] [--twin server|embedded|URL] [--sample N] [--all]',
  elsewhere: ['rehearsal', 'shadow', 'try', 'simulate', 'redo'],
  options: {
    to: { type: 'string', value: 'ID', description: 'the last migration to rehearse' },
    twin: {
      type: 'string',
      value: 'PLACE',
      description: 'where the twin is: server (that of the database), embedded, or the URL of another one',
    },
    sample: { type: 'count', value: 'N', description: 'so many rows of each table from the database itself' },
    all: { type: 'boolean', description: 'the whole history, from an empty database' },
  },
  positionals: [],
  examples: [
    { line: 'roadbook rehearse', does: 'ends with 1 where the plan does not end as the migration does' },
    { line: 'roadbook rehearse --twin embedded', does: 'touches nothing on the server of the database' },
    { line: 'roadbook rehearse --sample 100', does: 'with rows of the database, and all that they refer to' },
    { line: 'roadbook rehearse --all', does: 'shows that the history still builds a database' },
  ],
  async run({ project, values }) {
    const { rehearse } = await import('../../rehearse/rehearse.ts');
    const to = values.to === undefined ? {} : { to: values.to };
    const twin = values.twin === undefined ? {} : { twin: values.twin };
    const sample = values.sample === undefined ? {} : { sample: values.sample };
    const all = values.all === undefined ? {} : { all: values.all };
    const outcome = await rehearse({ ...project, ...to, ...twin, ...sample, ...all });
    return { report: { kind: 'rehearse', outcome }, exit: outcome.verdict === 'failed' ? 'migration' : 'done' };
  },
});
