// What does Roadbook do, seen from a terminal? Runs the real program on an embedded database with an old schema and old data.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { removeEmbedded, startEmbedded } from '../dist/database/embedded/index.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const example = join(home, 'examples/1-sessions-and-audit');
const project = mkdtempSync(join(tmpdir(), 'roadbook-demo-'));
const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
const dim = (text) => (process.stdout.isTTY ? `\u001b[2m${text}\u001b[0m` : text);

function say(text) {
  console.log(`\n${dim(`# ${text}`)}`);
}

/** Shows the command as one would type it, and what it prints; fails where the exit code is not the one to expect. */
function run(args, expected = 0) {
  console.log(bold(`$ roadbook ${args.join(' ')}`));
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const { DATABASE_URL: _, ...env } = process.env;
  const { status, error } = spawnSync(process.execPath, [join(home, 'dist/cli/main.js'), ...args], {
    cwd: project,
    env: { ...env, ...colour },
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== expected) throw new Error(`roadbook ${args.join(' ')} ended with ${status}, expected ${expected}`);
  if (expected !== 0) console.log(dim(`(exit code ${status})`));
}

async function withDatabase(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await work(client).finally(() => client.end());
}

try {
  cpSync(join(example, 'migrations'), join(project, 'migrations'), { recursive: true });
  const server = await startEmbedded({ directory: project });
  say(
    `An application from before: PostgreSQL ${server.version}, a table "users" with 50,000 rows, no sessions, no audit`,
  );
  await withDatabase(server.url, async (client) => {
    await client.query(readFileSync(join(example, 'legacy/schema.sql'), 'utf8'));
    await client.query(`insert into users (id, email, full_name, password_hash)
      select gen_random_uuid()::text, 'user' || n || '@example.org', 'User ' || n, md5(n::text) from generate_series(1, 50000) n`);
  });
  run(['status']);
  say('Each migration is plain SQL; what touches large tables is cut into stages that stop nobody');
  run(['plan']);
  say('Applied: each stage in the journal, the migrations’ own checks at the end');
  run(['apply']);
  run(['verify']);
  say('Someone changes the database by hand …');
  await withDatabase(server.url, async (client) => {
    for (const sql of ['DROP INDEX idx_audit_logs_action', 'ALTER TABLE users ALTER COLUMN status TYPE text']) {
      console.log(bold(`psql> ${sql}`));
      await client.query(sql);
    }
  });
  run(['verify'], 4);
  say('… and takes it back');
  await withDatabase(server.url, async (client) => {
    for (const sql of [
      'CREATE INDEX idx_audit_logs_action ON audit_logs(action)',
      'ALTER TABLE users ALTER COLUMN status TYPE varchar(20)',
    ]) {
      console.log(bold(`psql> ${sql}`));
      await client.query(sql);
    }
  });
  run(['verify']);
  say('A migration with a mistake changes nothing');
  writeFileSync(
    join(project, 'migrations/20260701090000_broken.sql'),
    '-- Sessions know their device.\nALTER TABLE user_sessions ADD COLUMN device TEXT;\nUPDATE user_sessions SET device = gadget;\n',
  );
  run(['apply'], 1);
  rmSync(join(project, 'migrations/20260701090000_broken.sql'));
  say('A migration that destroys something …');
  writeFileSync(
    join(project, 'migrations/20260702090000_cleaning.sql'),
    "-- Nobody needs these, they said.\nDELETE FROM users WHERE email LIKE 'user1%';\nALTER TABLE users DROP COLUMN full_name;\n",
  );
  run(['apply']);
  run(['parked']);
  say('… and meanwhile the application goes on writing …');
  await withDatabase(server.url, async (client) => {
    const sql = "INSERT INTO users (id, email, password_hash) VALUES ('new', 'new@example.org', 'x')";
    console.log(bold(`psql> ${sql}`));
    await client.query(sql);
  });
  say('… is taken back: rows and values are there again, the new row stays');
  run(['undo']);
  await withDatabase(server.url, async (client) => {
    const sql = 'SELECT count(*) AS users, count(full_name) AS names FROM users';
    console.log(bold(`psql> ${sql}`));
    const { rows } = await client.query(sql);
    console.log(rows.map(({ users, names }) => `${users} users, ${names} names`).join('\n'));
  });
} finally {
  await removeEmbedded(project);
  rmSync(project, { recursive: true, force: true });
}
