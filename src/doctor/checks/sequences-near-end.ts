// Which sequences, or the columns they fill, come to their end?
import { problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly sequence: string;
  readonly last: number;
  readonly most: number;
  readonly column: string | null;
  readonly type: string | null;
  readonly share: number;
}

/** A serial column of four bytes ends before its sequence does where that was made of eight. */
const sql = `with own as (
  select s.seqrelid, s.seqmin, s.seqmax, s.seqcycle, s.seqincrement, pg_catalog.pg_sequence_last_value(s.seqrelid) as last
  from pg_catalog.pg_sequence s
  where s.seqincrement > 0 and not s.seqcycle and pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')),
filled as (
  select o.*, a.attrelid::pg_catalog.regclass::text || '.' || a.attname as column, pg_catalog.format_type(a.atttypid, null) as type,
    least(o.seqmax, case a.atttypid when 21 then 32767 when 23 then 2147483647 else o.seqmax end) as most
  from own o left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = o.seqrelid
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid)
select f.seqrelid::pg_catalog.regclass::text as sequence, f.last::float8 as last, f.most::float8 as most, f.column, f.type,
  ((f.last - f.seqmin)::numeric / nullif(f.most - f.seqmin, 0))::float8 as share
from filled f where f.last is not null and (f.last - f.seqmin)::numeric / nullif(f.most - f.seqmin, 0) > 0.75
order by share desc, sequence`;

export const sequencesNearEnd = defineCheck({
  name: 'sequences-near-end',
  group: 'schema',
  about: 'whether sequences come to their end',
  needs: 'database',
  look: async ({ connection }) => ({ found: (await connection.query<Row>(sql)).rows.map(told) }),
});

const grouped = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

function told({ sequence, last, most, column, type, share }: Row) {
  const percent = Math.min(100, Math.floor(share * 100));
  const left = Math.max(0, most - last);
  const what =
    column === null ? `It is at ${grouped(last)}.` : `It fills ${column} (${type}), and is at ${grouped(last)}.`;
  return problem('sequence-near-end', `the sequence ${sequence} has used ${percent} % of its numbers`, {
    severity: share > 0.95 ? 'error' : 'warning',
    detail: `${what} ${left === 1 ? 'One is' : `${grouped(left)} are`} left up to ${grouped(most)}. When there is none left, every INSERT that takes one fails.`,
    hint:
      column === null || type === 'bigint'
        ? `Give it more room: ALTER SEQUENCE ${sequence} MAXVALUE …;`
        : `Write a migration that makes the column, and the columns that refer to it, bigint: \`roadbook apply\` does that while the table is in use. Then: ALTER SEQUENCE ${sequence} AS bigint;`,
  });
}
