// Where does dbmate say what it applied?
import { countOf, defineAdopter, findTable, inForce } from './define.ts';

// Rails, Ecto and golang-migrate have a schema_migrations too. Only dbmate's has one single column, a varchar with a length (255, later 128), as primary key.
const shape = `(select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',') from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) like 'version character varying(%)'
  and exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)`;

export default defineAdopter({
  name: 'dbmate',
  title: 'dbmate',
  about:
    'Reads `schema_migrations (version)`, in whichever schema it is. dbmate records versions without times; one that failed leaves no row. The tables of the same name that Rails, Ecto and golang-migrate keep are told apart by their columns.',
  detect: findTable('schema_migrations', ['version'], shape),
  history: (relation) => `select version as id, null::text as at, 'applied' as state from ${relation} order by version`,
  describe: (rows) => {
    const applied = inForce(rows);
    return { applied, note: `dbmate applied ${countOf(applied)}. It records no times.` };
  },
});
