// Where does Prisma Migrate say what it applied, what failed and what was taken back?
import { aboutFailed, countOf, defineAdopter, findTable, inForce, isoMoment } from './define.ts';

export default defineAdopter({
  name: 'prisma',
  title: 'Prisma Migrate',
  about:
    'Reads `_prisma_migrations`, in whichever schema it is. A row without `finished_at` is a migration that failed, or is running now; one with `rolled_back_at` was marked as rolled back and does not count. A migration that was tried again has several rows.',
  detect: findTable('_prisma_migrations', ['migration_name', 'started_at', 'finished_at', 'rolled_back_at']),
  history: (relation) => `select migration_name as id, ${isoMoment('coalesce(finished_at, started_at)')} as at,
  case when rolled_back_at is not null then 'taken-back' when finished_at is null then 'failed' else 'applied' end as state
from ${relation} order by started_at, migration_name`,
  describe: (rows) => {
    const applied = inForce(rows);
    return {
      applied,
      note: `Prisma Migrate applied ${countOf(applied)}.${aboutFailed(rows, 'Settle it with prisma migrate resolve before you adopt this database.')}`,
    };
  },
});
