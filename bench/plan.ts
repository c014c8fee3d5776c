// How long does a plan take: of 1,000 pending migrations, and on a database of 1,000 tables?
// npm run bench plan [URL]; without a URL an embedded server is started.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../src/database/embedded/index.ts';
import { plan } from '../src/plan/plan.ts';
import { loadParser, loadPrinter } from '../src/sql/index.ts';

const name = 'roadbook_bench_plan';

const tables = Array.from(
  { length: 1000 },
  (
    _,
    t,
  ) => `create table t${t} (id bigint generated always as identity primary key, up bigint, name text not null default 'x',
    email varchar(80) unique, amount numeric(12,2) check (amount >= 0), at timestamptz default now(), tags text[], data jsonb);
    create index t${t}_name on t${t} (lower(name), at) where amount > 0;`,
).join('\n');

/** Four statements each, on tables of their own, as projects have them. */
function migrations(count: number, own: boolean, head = ''): readonly string[] {
  return Array.from({ length: count }, (_, n) => {
    const table = own ? `own${n}` : `t${n % 1000}`;
    const make = own ? `create table ${table} (id bigint primary key, email text, name text);` : '';
    return `${head}${make} alter table ${table} add column status${n} text; create index on ${table} (email, name);
      alter table ${table} alter name set not null; update ${table} set name = 'y' where name = 'x';`;
  });
}

async function measure(url: string, label: string, sql: string, files: readonly string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const directory = mkdtempSync(join(tmpdir(), 'roadbook-bench-'));
  mkdirSync(join(directory, 'migrations'));
  for (const [minute, text] of files.entries()) {
    const id = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().replace(/\D/g, '').slice(0, 14);
    writeFileSync(join(directory, 'migrations', `${id}_step.sql`), text);
  }
  try {
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    await client.query(sql);
    await client.query('analyze');
    await client.end();
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      const { migrations: planned } = await plan({ directory, database: own.href, env: {} });
      const stages = planned.reduce((sum, { stages: list }) => sum + list.length, 0);
      console.log(
        `${label}: ${(performance.now() - start).toFixed(0)} ms (${planned.length} migrations, ${stages} stages)`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}

async function main(given: string | undefined): Promise<void> {
  await Promise.all([loadParser(), loadPrinter()]);
  const folder = mkdtempSync(join(tmpdir(), 'roadbook-bench-'));
  const url = given ?? (await startEmbedded({ directory: folder, ephemeral: true, lifetime: 'process' })).url;
  await measure(url, '1,000 pending, new tables, empty database', '', migrations(1000, true));
  await measure(url, '10 pending, 1,000 tables', tables, migrations(10, false));
  await measure(url, '1,000 pending, 1,000 tables', tables, migrations(1000, false));
  await measure(
    url,
    '1,000 pending, all online',
    tables,
    migrations(1000, false, '-- roadbook:option online=always\n'),
  );
}

await main(process.argv[2]);
process.exit();
