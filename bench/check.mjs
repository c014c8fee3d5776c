// How long does `roadbook check` take over 500 migrations such as people write, and over bare node?
// npm run bench check [FILES] [ROUNDS] [FOLDER]: a folder of your own is checked instead of the generated one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 7);
const given = process.argv[4];
const targetMs = 3000;
const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const { NODE_EXTRA_CA_CERTS: _, DATABASE_URL: __, ...env } = process.env;

let state = 20261120;
/** A whole number below the limit, the same each time. */
function below(limit) {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
}
const pick = (list) => list[below(list.length)];

const nouns =
  'account address audit batch build bundle card cart channel client comment contact device document event export file flow group import invoice item job key label ledger license login member message metric model note order payment permission plan policy price product profile project queue report request resource result role rule run schedule scope score secret service session setting shipment step stock subject tag task team tenant ticket token trace upload user vendor version view volume webhook worker'.split(
    ' ',
  );
const words =
  'active amount code color count currency data description email expires_at external_id hash kind language last_seen_at metadata name notes number origin parent_id payload position priority quantity reason region size source started_at state status summary title total type url value weight'.split(
    ' ',
  );
const types = [
  'text',
  'varchar(255)',
  'integer',
  'bigint',
  'boolean',
  'timestamp',
  'timestamptz',
  'jsonb',
  'uuid',
  'numeric(12, 2)',
  'text[]',
];
const tables = new Map();
let serial = 0;

function createTable() {
  const name = `${pick(nouns)}_${pick(nouns)}s_${serial++}`;
  const columns = [...new Set(Array.from({ length: 4 + below(9) }, () => pick(words)))];
  tables.set(name, columns);
  const other = pick([...tables.keys()]);
  const lines = [
    'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    ...columns.map((column) => `${column} ${pick(types)}${pick(['', '', ' NOT NULL', ' DEFAULT NULL'])}`),
    'created_at timestamptz NOT NULL DEFAULT now()',
    ...(other === name ? [] : [`${other}_id bigint REFERENCES ${other} (id) ON DELETE CASCADE`]),
    `CONSTRAINT ${name}_check CHECK (id > 0)`,
  ];
  return `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n)`;
}

const some = () => {
  const table = pick([...tables.keys()]);
  return { table, column: pick(tables.get(table)) };
};
function addColumn() {
  const { table } = some();
  const column = `${pick(words)}_${serial++}`;
  tables.get(table).push(column);
  return `ALTER TABLE ${table} ADD COLUMN ${column} ${pick(['text', 'text', 'boolean NOT NULL DEFAULT false', 'timestamptz', "varchar(40) NOT NULL DEFAULT ''", 'bigint', 'jsonb'])}`;
}
const on = (write) => () => {
  const { table, column } = some();
  return write(table, column, serial++);
};

/** Of 1,000 statements of real histories, how many are such. */
const mix = [
  [130, createTable],
  [150, addColumn],
  [70, on((t, c, n) => `CREATE INDEX ${t}_${n}_idx ON ${t} (${c})`)],
  [15, on((t, c, n) => `CREATE UNIQUE INDEX ${t}_${n}_key ON ${t} USING btree (${c}, id) WHERE ${c} IS NOT NULL`)],
  [25, on((t, c, n) => `CREATE INDEX IF NOT EXISTS ${t}_${n}_idx ON ${t} (${c}, created_at DESC)`)],
  [25, on((t, _c, n) => `DROP INDEX IF EXISTS ${t}_${Math.max(0, n - 40)}_idx`)],
  [
    20,
    on(
      (t, _c, n) =>
        `ALTER TABLE ${t} ADD CONSTRAINT t${n}_fkey FOREIGN KEY (id) REFERENCES ${some().table} (id) ON DELETE CASCADE`,
    ),
  ],
  [13, on((t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} SET NOT NULL`)],
  [18, on((t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} TYPE text USING ${c}::text, ALTER COLUMN ${c} SET DEFAULT ''`)],
  [10, on((t, c) => `ALTER TABLE ${t} ALTER COLUMN ${c} DROP NOT NULL`)],
  [
    8,
    on(
      (t, c, n) => `ALTER TABLE ${t} ADD CONSTRAINT c${n} CHECK (${c} IS NOT NULL), ADD CONSTRAINT u${n} UNIQUE (${c})`,
    ),
  ],
  [10, on((t, _c, n) => `ALTER TABLE ${t} RENAME COLUMN created_at TO created_${n}`)],
  [30, on((t, c) => `ALTER TABLE ${t} DROP COLUMN IF EXISTS ${c}_old`)],
  [15, on((t, _c, n) => `DROP TABLE IF EXISTS ${t}_${n} CASCADE`)],
  [35, on((t, c) => `UPDATE ${t} SET ${c} = o.${c} FROM ${t} AS o WHERE o.id = ${t}.id AND ${t}.${c} IS NULL`)],
  [7, on((t) => `DELETE FROM ${t} WHERE created_at < now() - interval '90 days'`)],
  [10, on((t, c, n) => `INSERT INTO ${t} (${c}) SELECT md5(g::text) FROM generate_series(1, ${n}) AS g`)],
  [
    110,
    on(
      (t, c, n) =>
        `INSERT INTO ${t} (${c}) VALUES ${Array.from({ length: 1 + below(12) }, (_, i) => `('value ${n} ${i}')`).join(', ')}`,
    ),
  ],
  [12, on((_t, c, n) => `CREATE TYPE kind_${n} AS ENUM ('open', 'closed', '${c}')`)],
  [12, on((_t, c, n) => `ALTER TYPE kind_0 ADD VALUE IF NOT EXISTS '${c}_${n}'`)],
  [
    45,
    on(
      (t, c, n) =>
        `CREATE OR REPLACE FUNCTION touch_${n}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.${c} := OLD.${c};\n  IF NEW.id IS NULL THEN\n    RAISE EXCEPTION 'no id in ${t}';\n  END IF;\n  RETURN NEW;\nEND\n$$`,
    ),
  ],
  [40, on((t, _c, n) => `CREATE TRIGGER touch_${n} BEFORE UPDATE ON ${t} FOR EACH ROW EXECUTE FUNCTION touch()`)],
  [
    14,
    on(
      (t, c, n) =>
        `CREATE OR REPLACE VIEW view_${n} AS SELECT a.id, a.${c}, count(*) AS n FROM ${t} a JOIN ${some().table} b ON b.id = a.id WHERE a.${c} IS NOT NULL GROUP BY 1, 2`,
    ),
  ],
  [
    10,
    on(
      (t, c) =>
        `DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM ${t} WHERE ${c} IS NULL) THEN ALTER TABLE ${t} ALTER COLUMN ${c} SET NOT NULL; END IF; END $$`,
    ),
  ],
  [30, on((t, c) => `COMMENT ON COLUMN ${t}.${c} IS 'what the ${c} of a ${t} is'`)],
  [20, on((t) => `GRANT SELECT, INSERT, UPDATE ON ${t} TO application`)],
  [8, on((t, _c, n) => `ALTER TABLE ${t} ENABLE ROW LEVEL SECURITY; CREATE POLICY p${n} ON ${t} USING (id > 0)`)],
  [3, on(() => "SET LOCAL lock_timeout = '5s'")],
];
const weights = mix.flatMap(([weight, write]) => Array.from({ length: weight }, () => write));

/** 57 of 100 files hold more than one statement, some very many. */
const statementsIn = () => (below(100) < 43 ? 1 : below(100) < 90 ? 2 + below(6) : 10 + below(31));

function migration(number) {
  const first = number === 0 ? Array.from({ length: 20 }, createTable) : [];
  const statements = [...first, ...Array.from({ length: statementsIn() }, () => pick(weights)())];
  const body = statements.map((sql) => `-- ${pick(words)} of ${pick(nouns)}\n${sql};\n`).join('\n');
  return { text: below(100) < 16 ? `BEGIN;\n\n${body}\nCOMMIT;\n` : body, statements: statements.length };
}

const folder = mkdtempSync(join(tmpdir(), 'roadbook-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
function timed(args) {
  const start = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, stdout };
}

try {
  const directory = given ?? join(folder, 'migrations');
  let statements = 0;
  if (given === undefined) {
    mkdirSync(directory);
    for (let n = 0; n < count; n++) {
      const id = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
      const made = migration(n);
      statements += made.statements;
      writeFileSync(join(directory, `${id}_step_${n}.sql`), made.text);
    }
  }
  const ways = {
    text: [cli, 'check', '--migrations', directory],
    json: [cli, 'check', '--migrations', directory, '--json'],
    sarif: [cli, 'check', '--migrations', directory, '--format', 'sarif'],
    node: ['-e', '0'],
  };
  const times = { text: [], json: [], sarif: [], node: [] };
  let said = '';
  for (let round = 0; round < rounds; round++) {
    for (const [way, args] of Object.entries(ways)) {
      const { ms, stdout } = timed(args);
      times[way].push(ms);
      if (way === 'json') said = stdout;
    }
  }
  const { files, problems } = JSON.parse(said);
  console.log(
    `${files} migrations, ${statements || 'unknown'} statements, ${problems.length} findings of ${new Set(problems.map(({ code }) => code)).size} codes`,
  );
  const node = median(times.node);
  for (const way of ['text', 'json', 'sarif'])
    console.log(
      `check, ${way.padEnd(6)} ${median(times[way]).toFixed(0).padStart(6)} ms, ${(median(times[way]) - node).toFixed(0)} ms over bare node`,
    );
  const slowest = Math.max(...['text', 'json', 'sarif'].map((way) => median(times[way])));
  console.log(
    `bare node     ${node.toFixed(0).padStart(6)} ms; target ${targetMs} ms: ${slowest < targetMs ? 'met' : 'missed'}`,
  );
  if (slowest >= targetMs) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
