// How long does a stage take, about?
import type { TableSize } from '../model/outcome.ts';
import type { Stage } from '../model/plan.ts';

/**
 * Measured with PostgreSQL 18 on two shared cores, on a table of 1.5 million rows of 140 bytes with three indexes: it was
 * written anew at 46 MB/s, updated in batches of 1,000 at 41,000 rows/s, an index on it built concurrently at 1,000,000 rows/s.
 * In memory it was read at 800 MB/s; a disk gives a quarter of that. What others do meanwhile is not known.
 */
const bytesRead = 200e6;
const bytesWritten = 46e6;
const rowsIndexed = 1e6;
const rowsUpdated = 41e3;

const empty = { rows: 0, bytes: 0 };
const unknown = { rows: null, bytes: null };

/** Milliseconds; null where it reads or writes what nobody knows the size of. Zero: no row is touched. */
export function estimateMs({ kind, steps }: Stage, tables: ReadonlyMap<string, TableSize>): number | null {
  let seconds = 0;
  for (const { locks, batch } of steps) {
    if (batch !== undefined) {
      const { rows } = tables.get(batch.table) ?? empty;
      if (rows === null) return null;
      seconds += rows / rowsUpdated;
      continue;
    }
    for (const { relation, scan, rewrite } of locks) {
      if (!scan && !rewrite) continue;
      // A table that is not there yet is made by a migration of the plan, and empty.
      const { rows, bytes } = tables.get(relation) ?? (relation === '*' ? unknown : empty);
      if (rows === null || bytes === null) return null;
      if (rewrite) seconds += bytes / bytesWritten;
      else seconds += kind === 'concurrent' ? rows / rowsIndexed : bytes / bytesRead;
    }
  }
  return Math.round(seconds * 1000);
}
