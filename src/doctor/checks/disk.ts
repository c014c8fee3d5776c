// Has the server's disk room to work?
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { freeSpace } from '../../preflight/server/free-space.ts';
import { defineCheck } from '../define.ts';

interface Sizes {
  readonly database: number;
  readonly largest: number;
  readonly relation: string | null;
}

const sql = `select pg_catalog.pg_database_size(pg_catalog.current_database())::float8 as database,
  coalesce(l.bytes, 0)::float8 as largest, l.relation
from (values (1)) one left join lateral (
  select c.oid::pg_catalog.regclass::text as relation, pg_catalog.pg_total_relation_size(c.oid) as bytes from pg_catalog.pg_class c
  where c.relkind in ('r', 'm') and c.oid >= 16384 order by c.relpages desc limit 1) l on true`;

const GB = 1024 * 1024 * 1024;

export const disk = defineCheck({
  name: 'disk',
  group: 'storage',
  about: 'how much room the disk has',
  needs: 'database',
  look: async ({ connection }) => {
    const [sizes] = (await connection.query<Sizes>(sql)).rows;
    const free = await freeSpace(connection);
    if (sizes === undefined) return { found: [] };
    const said = `${bytesInWords(sizes.database)} in all${free === null ? '' : `, ${bytesInWords(free)} free on the disk`}`;
    return { found: free === null ? [] : lowOn(free, sizes), said };
  },
});

/** Writing the largest table anew takes its size once more. */
export function lowOn(free: number, { largest, relation }: Sizes) {
  if (free >= Math.max(GB, largest * 1.2)) return [];
  return [
    problem('disk-low', `the server’s disk has ${bytesInWords(free)} free`, {
      severity: 'warning',
      detail:
        largest * 1.2 > free
          ? `To write ${relation ?? 'the largest table'} anew takes about ${bytesInWords(largest)}. A server whose disk is full stops.`
          : 'A server whose disk is full stops.',
      hint: 'Make room: old WAL that a replication slot keeps, parked data that is not needed any more (`roadbook purge`), dead rows, unused indexes.',
    }),
  ];
}
