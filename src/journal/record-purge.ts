// How is it written down that parked rows were destroyed?
import type { ParkedObject } from '../model/outcome.ts';
import { numberLiteral, textLiteral } from './literal.ts';

/** Belongs into the transaction that drops it. */
export function purgedSql(runId: number, { id, object, rows, bytes, parkedAt }: ParkedObject): string {
  const values = [
    numberLiteral(runId),
    textLiteral(id),
    textLiteral(object),
    numberLiteral(rows),
    numberLiteral(bytes),
  ];
  return `INSERT INTO roadbook.purged (run_id, migration, object, rows_about, bytes, parked_at) VALUES (${values.join(', ')}, ${textLiteral(parkedAt)}::timestamptz)`;
}
