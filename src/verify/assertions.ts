// Do the SELECTs of a roadbook:verify section return no row?
import type { Connection } from '../database/connection.ts';
import { retryable, ServerError } from '../database/server-error.ts';
import type { Migration } from '../model/migration.ts';
import type { Statement } from '../model/statement.ts';
import type { Assertion } from '../model/verdict.ts';

/** So many rows are kept as evidence; one more is asked for, to tell whether there are more. */
const kept = 5;

/** What PostgreSQL says when a name that a statement uses is not there: schema, table, column, function, type. */
const nameGone = /^(3F000|42P01|42703|42883|42704)$/;

/**
 * Runs one migration's section, each statement in a read-only transaction of its own, or inside the transaction the
 * caller has open (`within`). `later`: other migrations came after it.
 */
export async function runSection(
  connection: Connection,
  migration: Migration,
  options: { readonly within?: boolean; readonly later?: boolean } = {},
): Promise<readonly Assertion[]> {
  const assertions: Assertion[] = [];
  for (const statement of migration.verify) {
    const name = assertionName(migration, statement);
    try {
      const rows = options.within
        ? (await connection.query(limited(statement))).rows
        : await readOnly(connection, limited(statement));
      assertions.push({ name, ok: rows.length === 0, evidence: shown(rows) });
    } catch (error) {
      if (!(error instanceof ServerError) || error.lost) throw error;
      if (options.within) {
        if (retryable(error) !== null || error.sqlstate === '57014') throw error;
        // The transaction is aborted now: the statements behind cannot be asked.
        return [...assertions, { name, ok: false, evidence: [error.message] }];
      }
      // A later migration may have taken what this one looked at: then it says nothing about today.
      const outlived = options.later === true && nameGone.test(error.sqlstate);
      assertions.push({
        name,
        ok: outlived,
        evidence: [outlived ? `no longer applies: ${error.message}` : error.message],
      });
    }
  }
  return assertions;
}

/** Its own comment, where it has one on lines of its own, else its place. */
export function assertionName(migration: Migration, statement: Statement): string {
  const said = statement.comments
    .filter(({ start }) => /(?:^|\n)[^\S\n]*$/.test(migration.text.slice(0, start)))
    .map(({ text }) => text.replace(/^--\s*|^\/\*\s*|\s*\*\/$/g, '').trim())
    .filter((line) => line !== '' && !line.startsWith('roadbook:'))
    .at(-1);
  return said === undefined ? `${migration.id}:${statement.line}` : `${migration.id}: ${said}`;
}

/** A line break before the bracket, since the statement may end in a `--` comment inside. */
function limited(statement: Statement): string {
  return `select * from (\n${statement.text}\n) as assertion limit ${kept + 1}`;
}

async function readOnly(connection: Connection, sql: string): Promise<readonly object[]> {
  const results = await connection.run(`begin read only;\n${sql};\nrollback`).catch(async (error: unknown) => {
    if (!(error instanceof ServerError && error.lost)) await connection.run('rollback');
    throw error;
  });
  return results.at(1)?.rows ?? [];
}

function shown(rows: readonly object[]): readonly unknown[] {
  return rows.length > kept ? [...rows.slice(0, kept), 'and more'] : rows;
}
