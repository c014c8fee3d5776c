// How long do 1,000 small migrations take, next to psql running the same files one transaction each?
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { removeEmbedded, startEmbedded } from '../dist/database/embedded/index.js';

const count = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 5);
const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'roadbook-bench-'));
const { NODE_EXTRA_CA_CERTS: _, DATABASE_URL: __, ...env } = process.env;

function migration(n) {
  if (n % 2 === 1) {
    return `CREATE TABLE t${n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL, b integer, c timestamptz DEFAULT now(), d jsonb, e boolean);\nCREATE INDEX t${n}_a ON t${n} (a);\n`;
  }
  return `ALTER TABLE t${n - 1} ADD COLUMN extra text;\n`;
}

mkdirSync(join(folder, 'migrations'));
const files = [];
for (let n = 1; n <= count; n++) {
  const path = join(
    folder,
    'migrations',
    `${new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace(/\D/g, '').slice(0, 14)}_step_${n}.sql`,
  );
  writeFileSync(path, migration(n));
  files.push(path);
}

function timed(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function roadbook(args, url) {
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args, '--database', url, '--quiet'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const has = (program) => spawnSync(program, ['--version']).status === 0;

const server = await startEmbedded({ directory: folder });
const admin = new pg.Client({ connectionString: server.url });
await admin.connect();
const url = (name) => server.url.replace(/\/roadbook(\?|$)/, `/${name}$1`);
const results = { psql: [], 'psql, all in one': [], roadbook: [], nothing: [], node: [] };
try {
  const psql = has('psql');
  if (!psql) console.log('psql is not here: only Roadbook is measured');
  for (let round = 0; round < rounds; round++) {
    const ways = {
      roadbook: (to) => roadbook(['apply', '--no-color'], to),
      ...(psql
        ? {
            psql: (to) =>
              execFileSync(
                'psql',
                [
                  '-qX',
                  '-v',
                  'ON_ERROR_STOP=1',
                  '-d',
                  to,
                  ...files.flatMap((file) => ['-c', 'BEGIN', '-f', file, '-c', 'COMMIT']),
                ],
                { env, stdio: 'pipe', maxBuffer: 1 << 28 },
              ),
            'psql, all in one': (to) =>
              execFileSync(
                'psql',
                ['-qX1', '-v', 'ON_ERROR_STOP=1', '-d', to, ...files.flatMap((file) => ['-f', file])],
                { env, stdio: 'pipe' },
              ),
          }
        : {}),
    };
    for (const [way, work] of Object.entries(ways)) {
      const name = `bench_${round}_${way.replace(/\W/g, '')}`;
      // None is dropped before the end: what a file system does after many files went would count for the next one.
      await admin.query(`create database ${name}`);
      await admin.query('checkpoint');
      results[way].push(timed(() => work(url(name))));
      if (way === 'roadbook') {
        results.nothing.push(timed(() => roadbook(['apply'], url(name))));
        results.node.push(timed(() => spawnSync(process.execPath, ['-e', '0'], { env })));
      }
    }
  }
  const base = median(results['psql, all in one']) || undefined;
  for (const way of ['psql, all in one', 'psql', 'roadbook']) {
    if (results[way].length === 0) continue;
    const ratio = base === undefined ? '' : `  ${(median(results[way]) / base).toFixed(2)} x`;
    console.log(`${way.padEnd(28)} ${(median(results[way]) / 1000).toFixed(2)} s${ratio}`);
  }
  if (results.psql.length > 0)
    console.log(`roadbook / psql              ${(median(results.roadbook) / median(results.psql)).toFixed(2)}`);
  console.log(
    `nothing to apply, ${count} applied ${median(results.nothing).toFixed(0)} ms, bare node ${median(results.node).toFixed(0)} ms: ${(median(results.nothing) - median(results.node)).toFixed(0)} ms over it`,
  );
} finally {
  await admin.end();
  await removeEmbedded(folder);
  rmSync(folder, { recursive: true, force: true });
}
