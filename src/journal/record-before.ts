// How is it kept what there was before a migration, so that it can be taken back?
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Connection } from '../database/connection.ts';
import type { Fence } from '../model/journal.ts';
import { numberLiteral, textLiteral } from './literal.ts';
import { holdFunction } from './record-migration.ts';
import { guarded, write } from './write.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** `before`: plain data, as JSON text. For the row in force of this id; what was kept for it before is replaced. */
export async function recordBefore(connection: Connection, fence: Fence, id: string, before: string): Promise<void> {
  const content = (await compress(before, { level: 1 })).toString('base64');
  await write(
    connection,
    `INSERT INTO roadbook.before (migration, content) SELECT m.number, decode('${content}', 'base64') ` +
      `FROM roadbook.migration m WHERE m.id = ${textLiteral(id)} AND m.outcome = 'done' AND ${holdFunction(fence)} IS NOT NULL ` +
      'ON CONFLICT (migration) DO UPDATE SET content = excluded.content, taken_at = clock_timestamp()',
  );
}

/** By the number of the migration's row: JSON text; null where nobody knows. */
export async function readBefore(connection: Connection, migration: number): Promise<string | null> {
  const { rows } = await guarded(connection, () =>
    connection.query<{ readonly content: string }>(
      `select encode(content, 'base64') as content from roadbook.before where migration = ${numberLiteral(migration)}`,
    ),
  );
  const [row] = rows;
  return row === undefined ? null : (await decompress(Buffer.from(row.content, 'base64'))).toString('utf8');
}
