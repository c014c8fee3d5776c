// How long does reading a catalog of 1,000 tables take, next to pg_dump -s of the same database?
// npx esbuild bench/catalog.ts --bundle --platform=node --format=esm --target=node20 --packages=external --outfile=bench/catalog.out.mjs && node bench/catalog.out.mjs [URL]
// Without a URL an embedded server is started, of a major that the pg_dump found in PATH can read.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { compareCatalogs, fingerprint, readCatalog } from '../src/database/catalog/index.ts';
import { connect } from '../src/database/connect.ts';
import { findBinaries, installedMajors, startEmbedded } from '../src/database/embedded/index.ts';
import { resolveTarget } from '../src/database/target.ts';

const name = 'roadbook_bench_catalog';
const rounds = 7;

/** 1,000 tables with 8 columns, 4,000 constraints, 1,000 more indexes, 200 views, 500 triggers. */
function schemaSql(): string {
  const sql = ['create function touch() returns trigger language plpgsql as $$ begin return new; end $$'];
  for (let t = 0; t < 1000; t++) {
    const parent = t === 0 ? '' : `, constraint t${t}_up foreign key (up) references t${t - 1} (id)`;
    sql.push(`create table t${t} (id bigint generated always as identity primary key, up bigint, name text not null default 'x',
      email varchar(80) unique, amount numeric(12,2) check (amount >= 0), at timestamptz default now(), tags text[], data jsonb${parent})`);
    sql.push(`create index t${t}_name on t${t} (lower(name), at) where amount > 0`);
    if (t % 5 === 0)
      sql.push(
        `create view v${t} as select a.id, a.name, b.amount from t${t} a join t${Math.max(0, t - 1)} b on a.up = b.id where a.amount > 3`,
      );
    if (t % 2 === 0)
      sql.push(
        `create trigger touch before update on t${t} for each row when (old.* is distinct from new.*) execute function touch()`,
      );
  }
  return sql.join(';\n');
}

const smallSql = (): string =>
  Array.from(
    { length: 1000 },
    (_, t) => `create table t${t} (id int primary key, a int, b text, c timestamptz, d bool, e jsonb)`,
  ).join(';\n');

async function withDatabase(url: string, sql: string, use: (url: string) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  try {
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    await client.query(sql);
    await client.query('vacuum analyze');
    await client.end();
    await use(own.href);
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const dumpMajor = (): number =>
  Number(/(\d+)\./.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0);

async function once(
  url: string,
): Promise<{ readonly connecting: number; readonly reading: number; readonly bytes: number; readonly print: string }> {
  const target = resolveTarget({ database: url, env: {} });
  if (!target) throw new Error('no target');
  const start = performance.now();
  await using connection = await connect(target);
  const connected = performance.now();
  const catalog = await readCatalog(connection);
  const read = performance.now();
  return {
    connecting: connected - start,
    reading: read - connected,
    bytes: JSON.stringify(catalog).length,
    print: fingerprint(catalog),
  };
}

async function measure(label: string, url: string, major: number): Promise<void> {
  const ours: number[] = [];
  const dumps: number[] = [];
  const withDump = dumpMajor() >= major;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const result = await once(url);
    bytes = result.bytes;
    ours.push(result.connecting + result.reading);
    if (!withDump) continue;
    const start = performance.now();
    const { status, stderr } = spawnSync('pg_dump', ['-s', '-f', '/dev/null', url], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    dumps.push(performance.now() - start);
  }
  const text = `${label}: connect and read ${median(ours).toFixed(0)} ms (${ours.map((time) => time.toFixed(0)).join(' ')}), ${(bytes / 1e6).toFixed(2)} MB of JSON`;
  const dump = withDump
    ? `; pg_dump -s ${median(dumps).toFixed(0)} ms (${dumps.map((time) => time.toFixed(0)).join(' ')}); ratio ${(median(ours) / median(dumps)).toFixed(2)}`
    : '; no pg_dump of this major or newer here';
  console.log(text + dump);
}

async function timeComparing(url: string): Promise<void> {
  const target = resolveTarget({ database: url, env: {} });
  if (!target) return;
  await using connection = await connect(target);
  const [one, other] = [await readCatalog(connection), await readCatalog(connection)];
  const start = performance.now();
  const differences = compareCatalogs(one, other);
  const compared = performance.now();
  fingerprint(one);
  console.log(
    `  compare ${(compared - start).toFixed(0)} ms (${differences.length} differences), fingerprint ${(performance.now() - compared).toFixed(0)} ms`,
  );
}

async function run(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const major = Math.floor(Number((await client.query('show server_version_num')).rows[0].server_version_num) / 10_000);
  await client.end();
  console.log(`PostgreSQL ${major}`);
  await withDatabase(url, schemaSql(), async (own) => {
    await measure('1,000 tables, 4,000 constraints, 200 views, 500 triggers', own, major);
    await timeComparing(own);
  });
  await withDatabase(url, smallSql(), (own) => measure('1,000 small tables', own, major));
  await withDatabase(url, 'select', (own) => measure('an empty database', own, major));
}

const given = process.argv[2];
if (given) await run(given);
else {
  const folder = mkdtempSync(join(tmpdir(), 'roadbook-bench-'));
  const major =
    installedMajors()
      .filter((one) => one <= dumpMajor())
      .at(-1) ?? findBinaries().major;
  const server = await startEmbedded({ directory: folder, major, ephemeral: true, lifetime: 'process' });
  try {
    await run(server.url);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
