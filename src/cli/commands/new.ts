// `roadbook new`: how does a migration begin?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'new',
  summary: 'write an empty migration',
  usage: 'NAME [--data]',
  elsewhere: ['create', 'make', 'generate', 'add', 'init', 'revision'],
  options: {
    data: { type: 'boolean', description: 'a TypeScript migration, for data that SQL alone cannot change' },
  },
  positionals: [{ name: 'NAME', description: 'what it does, in a few words: add_status_to_orders', required: true }],
  examples: [
    { line: 'roadbook new add_status_to_orders', does: 'writes migrations/<time>_add_status_to_orders.sql' },
    { line: 'roadbook new fill_status --data', does: 'writes migrations/<time>_fill_status.ts' },
  ],
  async run({ project, values, positionals }) {
    const { createMigration } = await import('../../read/create.ts');
    const data = values.data === undefined ? {} : { data: values.data };
    const outcome = await createMigration({ ...project, ...data, name: positionals[0] ?? '' });
    return { report: { kind: 'new', outcome }, exit: 'done' };
  },
});
