// Which constraints are NOT VALID, so that rows may break them?
import { problem } from '../../model/problem.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { defineCheck } from '../define.ts';

interface Row {
  readonly name: string;
  readonly owner: string;
  readonly isDomain: boolean;
  readonly definition: string;
}

/** From 18 on one that is NOT ENFORCED is not validated either: nobody means it to be. */
const sql = (major: number) => `select c.conname::text as name, c.conrelid = 0 as "isDomain",
  case when c.conrelid = 0 then pg_catalog.format_type(c.contypid, null) else c.conrelid::pg_catalog.regclass::text end as owner,
  pg_catalog.pg_get_constraintdef(c.oid) as definition
from pg_catalog.pg_constraint c
where not c.convalidated and c.conparentid = 0 and c.oid >= 16384 ${major >= 18 ? 'and c.conenforced' : ''}
order by owner, name`;

export const unprovedConstraints = defineCheck({
  name: 'unproved-constraints',
  group: 'schema',
  about: 'whether constraints are NOT VALID',
  needs: 'database',
  look: async ({ connection }) => {
    const { rows } = await connection.query<Row>(sql(connection.server.major));
    return { found: rows.map(told) };
  },
});

function told({ name, owner, isDomain, definition }: Row) {
  const validate = `ALTER ${isDomain ? 'DOMAIN' : 'TABLE'} ${owner} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
  return problem('constraint-not-valid', `the constraint ${name} of ${owner} is NOT VALID`, {
    severity: 'warning',
    detail: `New rows are checked; those from before it was made were not: ${definition}.`,
    hint: 'Write a migration that validates it: all rows are read, and others go on writing meanwhile. `roadbook plan` tells before how many rows break it.',
    repair: [validate],
  });
}
