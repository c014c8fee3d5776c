// How is it kept what the database looked like after a run?
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Connection } from '../database/connection.ts';
import type { CatalogSnapshot, Fence, RecordedCatalog } from '../model/journal.ts';
import { numberLiteral, textLiteral } from './literal.ts';
import { holdFunction } from './record-migration.ts';
import { guarded, write } from './write.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Keeps this catalog and the one before it; older ones go. */
export async function recordCatalog(connection: Connection, fence: Fence, snapshot: CatalogSnapshot): Promise<void> {
  const content = (await compress(snapshot.catalog, { level: 1 })).toString('base64');
  await write(
    connection,
    'WITH older AS (DELETE FROM roadbook.catalog WHERE number < (SELECT max(number) FROM roadbook.catalog)) ' +
      'INSERT INTO roadbook.catalog (run_id, after_id, fingerprint, content) ' +
      `SELECT ${numberLiteral(snapshot.runId)}, ${textLiteral(snapshot.afterId)}, ${textLiteral(snapshot.fingerprint)}, decode('${content}', 'base64') ` +
      `FROM ${holdFunction(fence)}`,
  );
}

interface CatalogRow {
  readonly run: string;
  readonly after: string | null;
  readonly fingerprint: string;
  readonly taken: string;
  readonly content: string;
}

/** What the database looked like when the newest run that took a catalog was done; null: none was taken. */
export async function latestCatalog(connection: Connection): Promise<RecordedCatalog | null> {
  const { rows } = await guarded(connection, () =>
    connection.query<CatalogRow>(
      `select run_id::text as run, after_id as after, fingerprint, (extract(epoch from taken_at) * 1000)::text as taken, encode(content, 'base64') as content
         from roadbook.catalog order by number desc limit 1`,
    ),
  );
  const row = rows[0];
  if (!row) return null;
  return {
    fingerprint: row.fingerprint,
    catalog: (await decompress(Buffer.from(row.content, 'base64'))).toString('utf8'),
    afterId: row.after,
    runId: Number(row.run),
    takenAt: new Date(Number(row.taken)).toISOString(),
  };
}

/** The fingerprint alone, for a quick look whether anything changed. */
export async function latestFingerprint(connection: Connection): Promise<string | null> {
  const { rows } = await guarded(connection, () =>
    connection.query<{ readonly fingerprint: string }>(
      'select fingerprint from roadbook.catalog order by number desc limit 1',
    ),
  );
  return rows[0]?.fingerprint ?? null;
}
