// Do the rows that were written since allow what comes back?

import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { Failure } from '../model/failure.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Ask } from './way-back.ts';

/** Throws, with all that is in the way, and how to go on. */
export async function askRows(asks: readonly Ask[], id: string, connection: Connection): Promise<void> {
  const problems: Problem[] = [];
  for (const ask of asks) {
    const rows = Number((await asked(connection, ask.count))[0]?.rows ?? 0);
    if (rows === 0) continue;
    const keys = (await asked(connection, ask.examples)).map(({ key }) => String(key));
    problems.push(needsValue(ask, id, rows, keys));
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure(first, 'migration', { others });
}

async function asked(connection: Connection, sql: string) {
  try {
    return (await connection.query(sql)).rows;
  } catch (error) {
    const said = serverError(error);
    if (said === null || said.lost) throw error;
    throw new Failure(
      problem('undo-cannot-ask', 'the rows could not be asked whether they allow the undo', {
        detail: `PostgreSQL says: ${said.message}. The question was: ${sql.slice(0, 400)}`,
        hint: 'Run it as the owner of the table and of what is parked. Nothing was touched.',
      }),
      'migration',
      { cause: error },
    );
  }
}

function needsValue({ column, table }: Ask, id: string, rows: number, keys: readonly string[]): Problem {
  return problem(
    'undo-needs-value',
    `${column} comes back NOT NULL, and ${rows === 1 ? '1 row has' : `${rows} rows have`} no value for it`,
    {
      detail: `They were written to ${table} after ${id}, or had their key changed. Nothing was touched.`,
      hint: `Give them a value, an expression over the row: roadbook undo --fill "${column}=EXPR".`,
      rows: { count: rows, exact: true, samples: keys },
    },
  );
}
