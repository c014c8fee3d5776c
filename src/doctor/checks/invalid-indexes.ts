// Which indexes are INVALID, and how do they become whole?
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly index: string;
  readonly relation: string;
  readonly bytes: number;
  readonly isUnique: boolean;
  readonly isReady: boolean;
  readonly isPartitioned: boolean;
}

/** An index that is being built is INVALID until then. */
const sql = `select x.indexrelid::pg_catalog.regclass::text as index, x.indrelid::pg_catalog.regclass::text as relation,
  pg_catalog.pg_relation_size(x.indexrelid)::float8 as bytes, x.indisunique as "isUnique", x.indisready as "isReady",
  c.relkind = 'I' as "isPartitioned"
from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
where not x.indisvalid and x.indexrelid >= 16384
  and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = x.indexrelid or p.relid = x.indrelid)
order by 1`;

export const invalidIndexes = defineCheck({
  name: 'invalid-indexes',
  group: 'schema',
  about: 'whether indexes are INVALID',
  needs: 'database',
  look: async ({ connection, journal }) => {
    const { rows } = await connection.query<Row>(sql);
    const begun = (await journal().catch(() => null))?.interrupted?.id;
    return { found: rows.map((row) => told(row, begun)) };
  },
});

function told({ index, relation, bytes, isUnique, isReady, isPartitioned }: Row, begun: string | undefined) {
  const message = `the index ${index} is INVALID`;
  if (isPartitioned)
    return problem('index-invalid', message, {
      severity: 'warning',
      detail: `It is the index of the partitioned table ${relation}, and not every partition has one that is attached to it.`,
      hint: `Build the missing ones, and attach each: ALTER INDEX ${index} ATTACH PARTITION …; with the last one it becomes valid.`,
    });
  const drop = `DROP INDEX CONCURRENTLY ${index}`;
  const left = /_cc(?:new|old)\d*"?$/.test(index);
  const again = `REINDEX INDEX CONCURRENTLY ${index}`;
  const costs = isReady ? 'Each write keeps it up to date, and no query uses it' : 'No query uses it';
  const goesOn =
    begun === undefined
      ? ''
      : ` If ${begun}, which is interrupted, was building it: \`roadbook apply\` does all this itself.`;
  return problem('index-invalid', message, {
    severity: 'warning',
    detail: `A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY on ${relation} did not come to its end${isUnique ? ', perhaps since two rows have the same key' : ''}. ${costs}; it takes ${bytesInWords(bytes)}.`,
    hint: left
      ? `It is what a REINDEX CONCURRENTLY left; the index it was to replace is whole. Drop it: ${drop};`
      : `Build it again with REINDEX INDEX CONCURRENTLY, or drop it: ${drop};${goesOn}`,
    repair: [left ? drop : again],
  });
}
