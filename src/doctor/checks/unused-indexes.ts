// Which large indexes has nobody used, since when?
import { listing } from '../../model/listing.ts';
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly index: string;
  readonly bytes: number;
  /** Null: the statistics were never reset. */
  readonly since: string | null;
}

/**
 * Only where the table was in use meanwhile. Never one that makes something unique, that a constraint needs, or that is
 * under a foreign key: its use there is counted, but may come once a year.
 */
const sql = `select x.indexrelid::pg_catalog.regclass::text as index, pg_catalog.pg_relation_size(x.indexrelid)::float8 as bytes,
  pg_catalog.to_char(d.stats_reset at time zone 'UTC', 'YYYY-MM-DD') as since
from pg_catalog.pg_stat_user_indexes u join pg_catalog.pg_index x on x.indexrelid = u.indexrelid
  join pg_catalog.pg_stat_user_tables t on t.relid = u.relid
  join pg_catalog.pg_stat_database d on d.datname = pg_catalog.current_database()
where u.idx_scan = 0 and not x.indisunique and not x.indisprimary and not x.indisexclusion and not x.indisreplident
  and x.indisvalid and u.schemaname not in ('roadbook', 'roadbook_parked')
  and coalesce(t.seq_scan, 0) + coalesce(t.idx_scan, 0) >= $2
  and not exists (select from pg_catalog.pg_constraint c where c.conindid = x.indexrelid)
  and not exists (select from pg_catalog.pg_constraint c where c.contype = 'f' and c.conrelid = x.indrelid
    and c.conkey[1] = (x.indkey::int2[])[0])
  and pg_catalog.pg_relation_size(x.indexrelid) >= $1
order by bytes desc, index`;

/** Less is not worth a thought, nor is a table that hardly anybody reads. */
const [leastBytes, leastReads] = [1024 * 1024, 100];
const shown = 8;

export const unusedIndexes = defineCheck({
  name: 'unused-indexes',
  group: 'schema',
  about: 'whether indexes are used',
  needs: 'database',
  look: async ({ connection }) => {
    const { rows } = await connection.query<Row>(sql, [leastBytes, leastReads]);
    const [first] = rows;
    if (first === undefined) return { found: [] };
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const since = first.since === null ? 'since the database was made' : `since ${first.since}`;
    const list = rows.map((row) => `${row.index} (${bytesInWords(row.bytes)})`);
    const found = problem(
      'index-unused',
      `${rows.length} ${rows.length === 1 ? 'index was' : 'indexes were'} not used ${since}`,
      {
        severity: 'note',
        detail: `${listing(list, shown)}; all in all ${bytesInWords(bytes)}. The tables were read meanwhile${first.since === null ? '; the statistics were never reset' : ''}.`,
        hint: 'A replica keeps statistics of its own: look there too before you drop one. A report of once a quarter may need it.',
      },
    );
    return { found: [found] };
  },
});
