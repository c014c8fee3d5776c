// `roadbook parked`: what have migrations parked here, and how much is it?
import { defineCommand } from './define.ts';

export default defineCommand({
  name: 'parked',
  summary: 'list what migrations took away and kept',
  usage: '',
  elsewhere: ['trash', 'kept', 'backups'],
  options: {},
  positionals: [],
  examples: [{ line: 'roadbook parked', does: 'lists tables and columns, their rows, and where they are now' }],
  async run({ project }) {
    const { parked } = await import('../../undo/parked.ts');
    return { report: { kind: 'parked', outcome: await parked(project) }, exit: 'done' };
  },
});
