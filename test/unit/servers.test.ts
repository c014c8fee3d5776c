import { expect, test } from 'vitest';
import { freshDatabase, majors } from '../harness/servers.ts';

test.each(majors)('PostgreSQL %i answers', async (major) => {
  const database = await freshDatabase(major);
  const { rows } = await database.query('show server_version_num');
  expect(Math.floor(rows[0].server_version_num / 10000)).toBe(major);
  await database.drop();
});
