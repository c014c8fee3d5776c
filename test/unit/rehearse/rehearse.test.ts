// Does a rehearsal tell whether the plan ends as the migration does, and does it leave nothing behind?
import { expect, test } from 'vitest';
import { apply } from '../../../src/apply/apply.ts';
import { connect } from '../../../src/database/connect.ts';
import { resolveTarget } from '../../../src/database/target.ts';
import { goByPlan } from '../../../src/rehearse/planned-way.ts';
import { newest } from '../../harness/servers.ts';
import { idOf, project } from './project.ts';

const codesOf = (problems: readonly { readonly code: string }[]) => problems.map(({ code }) => code);

test('a large table: both ways, back, and once more', async () => {
  const files = {
    '1_required': `UPDATE users SET email = 'none' WHERE email IS NULL; ALTER TABLE users ALTER COLUMN email SET NOT NULL;`,
    '2_index': 'CREATE INDEX users_age ON users (age); ALTER TABLE tags ADD COLUMN note text;',
    '3_drop': 'ALTER TABLE users DROP COLUMN age;',
  };
  await using home = await project(files);
  const { twin, migrations, verdict, problems } = await home.rehearse();
  expect(problems).toEqual([]);
  expect(twin).toMatchObject({ kind: 'server', from: 'catalog', kept: false });
  expect(migrations.map(({ id, mode, equal, undone, again }) => [id, mode, equal, undone, again])).toEqual([
    [idOf('1_required'), 'online', true, 'exact', true],
    [idOf('2_index'), 'online', true, 'exact', true],
    [idOf('3_drop'), 'online', true, 'exact', true],
  ]);
  expect(migrations.flatMap((one) => one.problems)).toEqual([]);
  expect(verdict).toBe('verified');
  const [required, index] = migrations;
  expect(required?.rows.kind).toBe('wild');
  expect(required?.rows.count).toBeGreaterThan(20);
  expect(required?.locksHeld).toContainEqual(
    expect.objectContaining({ relation: 'public.users', declared: expect.any(String) }),
  );
  expect(index?.stages).toBeGreaterThan(1);
  expect(await home.left()).toEqual([]);
  const { rows } = await home.database.query(
    `select to_regnamespace('roadbook')::text as journal, (select count(*)::int from users) as users`,
  );
  expect(rows).toEqual([{ journal: null, users: 20_000 }]);
});

test('a plan that ends elsewhere is an error, in the catalog and in the rows', async () => {
  await using home = await project({
    '1_note': 'ALTER TABLE users ADD COLUMN note text;',
    '2_more': 'CREATE TABLE more (id int);',
  });
  const besides = (sql: string) => ({
    goByPlan: async (...[connection, files, around]: Parameters<typeof goByPlan>) => {
      await goByPlan(connection, files, around);
      if (files.at(-1)?.id === idOf('1_note')) await connection.run(sql);
    },
  });
  const first = await home.rehearse({}, besides('ALTER TABLE users ADD COLUMN IF NOT EXISTS besides text'));
  expect(first).toMatchObject({ verdict: 'failed', migrations: [{ equal: false }, { equal: true }] });
  expect(codesOf(first.migrations[0]?.problems ?? [])).toContain('rehearsal-differs');
  expect(first.migrations[0]?.differences).toEqual(['column public.users.besides is not expected']);
  const second = await home.rehearse({}, besides(`UPDATE users SET email = 'changed' WHERE id = 5`));
  expect(second.migrations[0]).toMatchObject({ equal: false });
  expect(second.migrations[0]?.differences.join()).toMatch(/^rows of public\.users: the planned way .*changed/);
  expect(await home.left()).toEqual([]);
});

test('what fails as it is written: the place is told, and those after it are not reached', async () => {
  await using home = await project({
    '1_typo': 'ALTER TABLE users\n  ADD COLUMN a int,\n  DROP COLUMN emial;',
    '2_more': 'CREATE TABLE more (id int);',
  });
  const outcome = await home.rehearse();
  expect(outcome).toMatchObject({
    verdict: 'failed',
    migrations: [
      {
        id: idOf('1_typo'),
        equal: null,
        problems: [{ code: 'column-missing', where: { file: `migrations/${idOf('1_typo')}.sql` } }],
      },
    ],
    problems: [{ code: 'rehearsal-not-reached' }],
  });
  expect(await home.left()).toEqual([]);
});

test('a DO block: what it changed and locked is told, and a lock that a trigger takes', async () => {
  const before = `CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE audit (id int);
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE audit IN SHARE MODE; RETURN NEW; END $$;
    CREATE TRIGGER look BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION look();`;
  const files = {
    '1_do': 'DO $$ BEGIN ALTER TABLE users ADD COLUMN note text; END $$;',
    '2_update': `UPDATE users SET name = 'x' WHERE id < 5;`,
  };
  await using home = await project(files, { before });
  const { migrations } = await home.rehearse();
  expect(migrations[0]).toMatchObject({
    equal: true,
    changed: [{ kind: 'column', object: 'public.users.note', change: 'unexpected' }],
    locksHeld: [{ relation: 'public.users', mode: 'ACCESS EXCLUSIVE', declared: 'ACCESS EXCLUSIVE' }],
  });
  expect(codesOf(migrations[0]?.problems ?? [])).toContain('rehearsal-observed');
  expect(migrations[1]?.locksHeld).toContainEqual({ relation: 'public.audit', mode: 'SHARE', declared: null });
  expect(codesOf(migrations[1]?.problems ?? [])).toContain('rehearsal-lock-undeclared');
});

test('rows that stand in the way of one migration: it goes with tame ones, and that is said', async () => {
  await using home = await project({ '1_required': 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;' });
  const { migrations, verdict } = await home.rehearse();
  expect(migrations).toMatchObject([{ equal: true, undone: 'exact', rows: { kind: 'tame' } }]);
  expect(codesOf(migrations[0]?.problems ?? [])).toContain('rehearsal-other-rows');
  expect(verdict).toBe('verified');
});

test('a sample: rows of the database with all that they refer to; one that fails is an error', async () => {
  await using home = await project({ '1_note': 'ALTER TABLE tags ADD COLUMN note text;' });
  const { migrations } = await home.rehearse({ sample: 10 });
  // Ten tags, and the users whose tags they are.
  expect(migrations).toMatchObject([{ equal: true, undone: 'exact', rows: { kind: 'sample', count: 20 } }]);
  await home.database.query(`UPDATE tags SET name = 'twice' WHERE id < 4`);
  home.write({ '1_note': 'ALTER TABLE tags ADD UNIQUE (name);' });
  expect(await home.rehearse({ sample: 10 })).toMatchObject({
    verdict: 'failed',
    migrations: [{ equal: null, problems: [{ code: 'unique-violated' }] }],
  });
});

test('places that are none', async () => {
  await using home = await project({ '1_note': 'ALTER TABLE users ADD COLUMN note text;' });
  expect(await home.failing({ twin: 'moon' })).toMatchObject({ reason: 'usage', problem: { code: 'twin-unknown' } });
  expect(await home.failing({ twin: 'mysql://a:secret@b/c' })).toMatchObject({ problem: { code: 'twin-unknown' } });
  expect(JSON.stringify(await home.failing({ twin: 'mysql://a:secret@b/c' }))).not.toContain('secret');
  expect(await home.failing({ twin: 'postgres://127.0.0.1:1/x' })).toMatchObject({ reason: 'connection' });
  expect(await home.rehearse({ twin: home.database.url })).toMatchObject({
    twin: { kind: 'url' },
    verdict: 'verified',
  });
  expect(await home.left()).toEqual([]);
});

test('nothing pending, and a migration that is half done', async () => {
  await using home = await project({});
  expect(await home.rehearse()).toMatchObject({ twin: null, migrations: [], verdict: 'verified' });
  home.write({ '1_more': 'CREATE TABLE more (id int);' });
  await apply({ directory: home.directory, database: home.database.url, env: {} });
  expect(await home.rehearse()).toMatchObject({ twin: null, verdict: 'verified' });
  await home.database.query(`UPDATE roadbook.migration SET outcome = 'interrupted'`);
  expect(await home.failing()).toMatchObject({ reason: 'migration', problem: { code: 'rehearsal-half-done' } });
});

test('what reaches beyond the database does not run on a server that others use', async () => {
  await using home = await project({ '1_role': 'CREATE ROLE somebody_rehearsed;' });
  expect(await home.failing({ twin: 'server' })).toMatchObject({ problem: { code: 'rehearsal-reaches-beyond' } });
  const { twin, migrations, problems } = await home.rehearse();
  expect(twin).toMatchObject({ kind: 'embedded' });
  expect(codesOf(problems)).toContain('twin-elsewhere');
  expect(migrations).toMatchObject([{ equal: true }]);
  expect((await home.database.query(`select from pg_roles where rolname = 'somebody_rehearsed'`)).rowCount).toBe(0);
});

test('a role that may not create databases: the embedded server, whose template is kept; roles are made there', async () => {
  const owner = `rehearse_owner_${process.pid}`;
  await using home = await project({ '1_note': 'ALTER TABLE users ADD COLUMN note text;' });
  const { database } = home;
  await database.query(
    `CREATE ROLE ${owner} LOGIN; ALTER TABLE users OWNER TO ${owner}; GRANT SELECT ON tags TO ${owner}`,
  );
  try {
    const url = new URL(database.url);
    url.username = owner;
    const options = { database: url.href };
    expect(await home.failing({ ...options, twin: 'server' })).toMatchObject({
      reason: 'connection',
      problem: { code: 'twin-not-possible' },
    });
    const first = await home.rehearse(options);
    expect(first).toMatchObject({
      twin: { kind: 'embedded', kept: false },
      verdict: 'verified',
      migrations: [{ equal: true, undone: 'exact' }],
    });
    expect(codesOf(first.problems)).toEqual(['twin-elsewhere']);
    expect(await home.rehearse(options)).toMatchObject({
      twin: { kept: true },
      verdict: 'verified',
      migrations: [{ equal: true }],
    });
    const { startEmbedded } = await import('../../../src/database/embedded/index.ts');
    const server = await startEmbedded({ directory: home.directory, ephemeral: true, major: newest });
    const target = resolveTarget({ database: server.urlFor('postgres'), env: {} });
    if (target === null) throw new Error('no target');
    await using admin = await connect(target);
    const { rows } = await admin.query(
      `select datname::text as name from pg_database where datname like 'roadbook\\_%'`,
    );
    expect(rows).toEqual([{ name: expect.stringMatching(/^roadbook_template_[0-9a-f]{24}$/) }]);
  } finally {
    await database.query(`ALTER TABLE users OWNER TO postgres; DROP OWNED BY ${owner}; DROP ROLE ${owner}`);
  }
});
