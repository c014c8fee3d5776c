// What do the clients of an application feel? A process of its own, so that the runner does not take its time.
import pg from 'pg';

const [url, clients, users] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
/** An application does something else between two statements. */
const thinkMs = 2;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const someone = () => 1 + Math.floor(Math.random() * users);

/** By key, each a transaction of its own: of 20 statements 11 read, 6 write a row, 3 add one. */
const traffic = (number) => {
  const draw = Math.random() * 20;
  if (draw < 11) return ['SELECT id, email, status, visits FROM users WHERE id = $1', [someone()]];
  if (draw < 17) return ['UPDATE users SET visits = visits + 1 WHERE id = $1', [someone()]];
  return [
    "INSERT INTO users (email, org_id, amount, status) VALUES ($1, $2, 1, 'active')",
    [`new-${process.pid}-${number}-${Date.now()}-${Math.random()}`, 1 + Math.floor(Math.random() * 1000)],
  ];
};

let phase = 'warm';
let stopped = false;
const figures = new Map();
let duringSince = 0;
/** When the longest wait of what is measured began, after its begin. */
let longest = { ms: 0, at: 0 };

function note(name, ms, error) {
  const known = figures.get(name) ?? { times: [], errors: new Map() };
  figures.set(name, known);
  known.times.push(ms);
  if (error !== undefined)
    known.errors.set(error.code ?? error.message, (known.errors.get(error.code ?? error.message) ?? 0) + 1);
}

async function client(number) {
  let connection = null;
  while (!stopped) {
    const began = phase;
    const since = performance.now();
    let failed;
    try {
      if (connection === null) {
        connection = new pg.Client({ connectionString: url, application_name: 'traffic' });
        connection.on('error', () => {});
        await connection.connect();
      }
      await connection.query(...traffic(number));
    } catch (error) {
      failed = error;
      if (error.code === undefined || /^(?:08|57P)/.test(error.code)) {
        await connection?.end().catch(() => {});
        connection = null;
      }
    }
    const took = performance.now() - since;
    if (phase === 'during' && took > longest.ms) longest = { ms: took, at: since - duringSince };
    // What waits across the border of two phases was held up by what is measured.
    note(began === 'during' || phase === 'during' ? 'during' : began, took, failed);
    await pause(thinkMs);
  }
  await connection?.end();
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

function summary(name) {
  const { times, errors } = figures.get(name) ?? { times: [], errors: new Map() };
  const sorted = Float64Array.from(times).sort();
  return {
    statements: times.length,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
    p999: at(sorted, 0.999),
    longest: sorted.at(-1) ?? 0,
    errors: Object.fromEntries(errors),
  };
}

const running = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
process.on('message', async (message) => {
  if (message.phase !== undefined) phase = message.phase;
  if (message.phase === 'during') duringSince = performance.now();
  if (message.stop !== true) return;
  stopped = true;
  await running;
  process.send({ before: summary('before'), during: { ...summary('during'), longestAt: longest.at / 1000 } }, () =>
    process.exit(),
  );
});
