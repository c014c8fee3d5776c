// What do status and verify say when the catalog stays locked for longer than they wait?
import { expect, test } from 'vitest';
import { failureOf, idOf, project, session } from '../apply/project.ts';

const before = 'create table a (id int); create view v as select id from a;';

test('status says all else, verify cannot be answered', async () => {
  await using home = await project({ 1: before });
  await home.apply();
  await using other = await session(home.database.url);
  await other.query('begin; lock table v in access exclusive mode');
  const [status, verdict] = await Promise.all([home.status(), failureOf(home.verify())]);
  expect(status).toMatchObject({
    state: 'current',
    applied: [{ id: idOf('1') }],
    problems: [{ code: 'catalog-locked', severity: 'warning' }],
  });
  expect(verdict).toMatchObject({ reason: 'migration', problem: { code: 'catalog-locked', severity: 'error' } });
  expect(home.events).toContainEqual(expect.objectContaining({ type: 'lock-waiting', id: 'reading the catalog' }));
});
