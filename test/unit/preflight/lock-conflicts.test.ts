// Do the modes keep each other out that PostgreSQL says do?
import { expect, test } from 'vitest';
import { lockModes } from '../../../src/model/change.ts';
import { conflictsWith } from '../../../src/model/lock-conflicts.ts';
import { freshDatabase, majors, newest } from '../../harness/servers.ts';
import { session } from '../apply/project.ts';

test.each([majors[0] ?? newest, newest])('every pair of them, on PostgreSQL %i', async (major) => {
  await using database = await freshDatabase(major, 'create table t (id int)');
  await using other = await session(database.url);
  for (const theirs of lockModes) {
    await other.query(`begin; lock table t in ${theirs} mode`);
    const { rows } = await database.query("select mode from pg_locks where relation = 't'::regclass and granted");
    for (const ours of lockModes) {
      await database.query('begin');
      const refused = await database.query(`lock table t in ${ours} mode nowait`).then(
        () => false,
        () => true,
      );
      await database.query('rollback');
      expect([ours, theirs, conflictsWith(ours, rows[0]?.mode)]).toEqual([ours, theirs, refused]);
    }
    await other.query('rollback');
  }
});

test('what is no lock of a table keeps nobody out', () => {
  expect(lockModes.filter((ours) => conflictsWith(ours, 'SIReadLock'))).toEqual([]);
});
