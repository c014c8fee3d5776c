// What does a process do that starts an embedded server for a test, and says what it got?
import { startEmbedded } from '../../../src/database/embedded/index.ts';
import { Failure } from '../../../src/model/failure.ts';

const [options = '{}', after = 'end'] = process.argv.slice(2);
const began = performance.now();
const uid = process.geteuid?.() ?? 0;
try {
  const { url, started, directory } = await startEmbedded(JSON.parse(options));
  console.log(JSON.stringify({ url, started, directory, uid, ms: Math.round(performance.now() - began) }));
  if (after === 'stay') setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(JSON.stringify({ problem: error.problem, uid }));
}
