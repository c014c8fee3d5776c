// Where does Alembic say how far a database is?
import { defineAdopter, findTable, inForce } from './define.ts';

export default defineAdopter({
  name: 'alembic',
  title: 'Alembic',
  about:
    'Reads `alembic_version`, in whichever schema it is. Alembic records only where the database stands, one row for each head, without times: the revisions before it are in the project’s `versions` folder.',
  detect: findTable('alembic_version', ['version_num']),
  history: (relation) =>
    `select version_num as id, null::text as at, 'applied' as state from ${relation} order by version_num`,
  describe: (rows) => {
    const applied = inForce(rows);
    const heads = applied.map(({ id }) => id).join(', ');
    const where =
      applied.length === 0
        ? 'Alembic has its table here, but stands before the first revision.'
        : applied.length === 1
          ? `Alembic stands at revision ${heads}.`
          : `Alembic stands at ${applied.length} heads: ${heads}. Merge them with alembic merge before you adopt this database.`;
    return { applied, note: `${where} It records no earlier revisions and no times.` };
  },
});
