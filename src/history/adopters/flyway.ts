// Where does Flyway say what it applied, what failed and what was undone?
import { aboutFailed, countOf, defineAdopter, findTable, inForce } from './define.ts';

export default defineAdopter({
  name: 'flyway',
  title: 'Flyway',
  about:
    'Reads `flyway_schema_history`, in whichever schema it is, by `installed_rank`. Rows of type `SCHEMA` only say that Flyway made the schema. An undo, or a deletion by `flyway repair`, takes back the version before it. Of a repeatable migration the latest run counts. `installed_on` has no time zone, so neither have the times given.',
  detect: findTable('flyway_schema_history', [
    'installed_rank',
    'version',
    'script',
    'type',
    'installed_on',
    'success',
  ]),
  // A later row of the same version or, for a repeatable migration, of the same script, replaces what an earlier one said.
  history: (relation) => `select id, at, state from (
  select distinct on (coalesce(version, script)) installed_rank, coalesce(version || ' ' || description, script) as id,
    to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS.MS') as at,
    case when type = 'DELETE' or (type like 'UNDO%' and success) then 'taken-back' when not success then 'failed' else 'applied' end as state
  from ${relation} where type <> 'SCHEMA'
  order by coalesce(version, script), installed_rank desc
) latest order by installed_rank`,
  describe: (rows) => {
    const applied = inForce(rows);
    return {
      applied,
      note: `Flyway applied ${countOf(applied)}.${aboutFailed(rows, 'Mend the database by hand and run flyway repair before you adopt it.')}`,
    };
  },
});
