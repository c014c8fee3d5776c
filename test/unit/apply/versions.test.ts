// From the first migration to drift, on each version of PostgreSQL.
import { describe, expect, test } from 'vitest';
import { majors } from '../../harness/servers.ts';
import { idOf, project } from './project.ts';

describe.each(majors)('on PostgreSQL %i', (major) => {
  test('apply, status, verify, drift', async () => {
    await using home = await project(
      {
        1: 'create table users (id int generated always as identity primary key, email text not null);',
        2: "alter table users add column status text not null default 'new';\n\n-- roadbook:verify\nselect 1 from users where status is null;",
        3: 'create index concurrently users_email on users (email);',
        4: 'create view emails as select email from users;',
      },
      { major },
    );
    expect(await home.apply({ to: idOf('1') })).toMatchObject({
      database: { version: expect.stringMatching(`^${major}`) },
    });
    await home.database.query("insert into users (email) values ('a@b')");
    const { applied } = await home.apply();
    expect(applied.map(({ id, mode }) => [id, mode])).toEqual([
      [idOf('2'), 'atomic'],
      [idOf('3'), 'online'],
      [idOf('4'), 'atomic'],
    ]);
    expect(await home.status()).toMatchObject({ state: 'current', drift: [], problems: [], interrupted: null });
    expect(await home.verify()).toMatchObject({ verdict: 'verified', catalog: 'equal', assertions: [{ ok: true }] });
    await home.database.query('alter table users alter column status drop not null; drop index users_email');
    expect(await home.status()).toMatchObject({ state: 'drifted' });
    expect((await home.verify()).differences.map(({ kind, object, change }) => [kind, object, change])).toEqual(
      expect.arrayContaining([['index', expect.stringContaining('users_email'), 'missing']]),
    );
    expect(await home.rows('select email, status from users')).toEqual([['a@b', 'new']]);
  });
});
