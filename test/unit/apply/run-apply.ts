// The process that the tests start beside others, or kill: it applies, tells its events, and says how it ended.
import { apply } from '../../../src/apply/apply.ts';
import { Failure } from '../../../src/model/failure.ts';

const [directory = '', database = '', maxWaitMs = '20000', workers = '1'] = process.argv.slice(2);
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

apply({ directory, database, maxWaitMs: Number(maxWaitMs), workers: Number(workers), onEvent: tell }).then(
  ({ applied }) => tell({ type: 'ended', applied: applied.map(({ id }) => id), reason: 'done' }),
  (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    tell({ type: 'ended', applied: [], reason: error.reason, code: error.problem.code });
  },
);
