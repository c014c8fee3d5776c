// Which of the tables and indexes that statements name are partitioned, so that REINDEX and CLUSTER need no transaction around them?
import type { Connection } from '../../database/connection.ts';
import type { ReadMigration } from '../../read/index.ts';
import { qualified, quoteIdentifier } from '../../sql/quote.ts';
import type { RangeVar } from '../../sql/syntax.ts';
import type { OutsideFacts } from '../../sql/transaction.ts';

/** Asks only where there is such a statement. */
export async function partitionedAmong(
  connection: Connection,
  migrations: readonly ReadMigration[],
): Promise<OutsideFacts> {
  const names = migrations.flatMap(({ statements }) =>
    statements.flatMap(({ node }) => {
      const relation = 'ReindexStmt' in node ? node.ReindexStmt.relation : undefined;
      const clustered = 'ClusterStmt' in node ? node.ClusterStmt.relation : undefined;
      const found = relation ?? clustered;
      return found === undefined ? [] : [nameOf(found)];
    }),
  );
  if (names.length === 0) return {};
  const { rows } = await connection.query<{ readonly name: string }>(
    `select name from unnest($1::text[]) name join pg_class c on c.oid = to_regclass(name) where c.relkind in ('p', 'I')`,
    [names],
  );
  const partitioned = new Set(rows.map(({ name }) => name));
  return { isPartitioned: (relation) => partitioned.has(nameOf(relation)) };
}

/** As PostgreSQL reads it, quoted. */
export function nameOf({ schemaname, relname }: RangeVar): string {
  return schemaname === undefined ? quoteIdentifier(relname ?? '') : qualified(schemaname, relname ?? '');
}
