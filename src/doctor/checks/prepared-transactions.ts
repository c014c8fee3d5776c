// Are transactions prepared that nobody has ended?
import { problem } from '../../model/problem.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly gid: string;
  readonly owner: string;
  readonly seconds: number;
}

const sql = `select p.gid, p.owner, pg_catalog.round(extract(epoch from pg_catalog.clock_timestamp() - p.prepared))::float8 as seconds
from pg_catalog.pg_prepared_xacts p where p.database = pg_catalog.current_database() order by p.prepared`;

/** Whoever prepares a transaction means to end it at once. */
const longSeconds = 60;

export const preparedTransactions = defineCheck({
  name: 'prepared-transactions',
  group: 'load',
  about: 'whether transactions are prepared',
  needs: 'database',
  look: async ({ connection }) => ({ found: (await connection.query<Row>(sql)).rows.map(told) }),
});

function told({ gid, owner, seconds }: Row) {
  return problem('transaction-prepared', `the transaction ${gid} is prepared, and nobody has ended it`, {
    severity: seconds >= longSeconds ? 'warning' : 'note',
    detail: `It was prepared ${seconds} s ago by ${owner}. It holds its locks, also over a restart, and VACUUM keeps every row that it could see.`,
    hint: `Ask whoever prepared it, then run in this database: COMMIT PREPARED ${quoteLiteral(gid)}; or: ROLLBACK PREPARED ${quoteLiteral(gid)};`,
  });
}
