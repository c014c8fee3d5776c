// Is a statement outside of a transaction taken up again wherever it was cut off?
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atWork, begun, cases, cutOff, gone, there } from './cut-off.ts';
import { idOf, session, until } from './project.ts';
import { buildRunner, type Runner } from './runner.ts';

let runner: Runner;
beforeAll(async () => {
  runner = await buildRunner();
});
afterAll(() => runner[Symbol.dispose]());

cutOff('CREATE INDEX', cases['CREATE INDEX'], () => runner);

test.concurrent('REINDEX CONCURRENTLY, killed while it ran: it runs again, and what was left is named', async () => {
  await using home = await begun('reindex index concurrently old;');
  await using other = await session(home.database.url);
  await other.query('begin; insert into users values (9)');
  const victim = runner.start(home);
  const left = "select 1 from pg_index where indexrelid = to_regclass('old_ccnew') and not indisvalid";
  await until(() => there(home, left));
  await gone(home, victim);
  await other.query('rollback');
  const { applied, problems } = await home.apply();
  expect(applied).toHaveLength(2);
  expect(problems).toMatchObject([
    { code: 'index-left-invalid', severity: 'note', message: expect.stringContaining('public.old_ccnew') },
  ]);
});

test.concurrent('an index of that name that somebody else made meanwhile: the same one counts, another one is a problem', async () => {
  await using home = await begun(cases['CREATE INDEX'].sql);
  await using other = await session(home.database.url);
  await other.query('begin; lock table users in share mode');
  const victim = runner.start(home);
  await until(() => there(home, atWork(home, 'concurrently')));
  await gone(home, victim);
  await other.query('commit');
  await home.database.query('create index i on users (lower(email))');
  const failure = await home.failing();
  expect(failure).toMatchObject({
    reason: 'migration',
    problem: { code: 'index-differs', where: { line: 1, column: 1 } },
  });
  expect(failure.problem.detail).toBe(
    `In the database: INDEX USING btree (lower(email)). In ${idOf('2')}: UNIQUE USING btree (lower(email), id DESC) INCLUDE (email) WITH (fillfactor='70') WHERE (email <> ''::text). Nothing was touched.`,
  );
  await home.database.query('drop index i');
  expect((await home.apply()).applied).toHaveLength(2);
});

test.concurrent('changed since it was interrupted: it runs as it is now, also where it fits into a transaction', async () => {
  await using home = await begun('vacuum;');
  await home.database.query(
    `insert into roadbook.run (fence, command, os_user, host, pid, roadbook_version) values (0, 'apply', 'u', 'h', 1, '0');
     insert into roadbook.migration (run_id, fence, id, checksum, digest, format, mode, outcome) select max(id), 0, '${idOf('2')}', 'c', 'd', 'sql', 'online', 'interrupted' from roadbook.run`,
  );
  expect(await home.apply({ to: idOf('2') })).toMatchObject({
    applied: [{ mode: 'online' }],
    problems: [{ code: 'migration-changed-since' }],
  });
  await home.database.query(
    `insert into roadbook.migration (run_id, fence, id, checksum, digest, format, mode, outcome) select max(id), 0, '${idOf('3')}', 'c', 'd', 'sql', 'online', 'interrupted' from roadbook.run`,
  );
  expect(await home.apply()).toMatchObject({ applied: [{ id: idOf('3'), mode: 'atomic' }] });
  expect(await home.status()).toMatchObject({ state: 'current' });
});
