// How far are transaction ids from their end?
import { type Problem, problem } from '../../model/problem.ts';
import { defineCheck } from '../define.ts';

export interface Ages {
  /** Of the oldest one that is not frozen. */
  readonly xids: number;
  readonly multixacts: number;
  readonly freezeMax: number;
  readonly multixactFreezeMax: number;
  /** The table that holds it back most. */
  readonly oldest: string | null;
}

const sql = `select pg_catalog.age(d.datfrozenxid)::float8 as xids, pg_catalog.mxid_age(d.datminmxid)::float8 as multixacts,
  pg_catalog.current_setting('autovacuum_freeze_max_age')::float8 as "freezeMax",
  pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::float8 as "multixactFreezeMax",
  (select c.oid::pg_catalog.regclass::text from pg_catalog.pg_class c where c.relkind in ('r', 'm', 't') and c.relfrozenxid <> 0
    order by pg_catalog.age(c.relfrozenxid) desc limit 1) as oldest
from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`;

export const transactionIds = defineCheck({
  name: 'transaction-ids',
  group: 'storage',
  about: 'how far transaction ids are from their end',
  needs: 'database',
  look: async ({ connection }) => {
    const [ages] = (await connection.query<Ages>(sql)).rows;
    return { found: ages === undefined ? [] : wraparound(ages) };
  },
});

/** The server warns 40 million before the end, and takes no more writes 3 million before it (PostgreSQL 14 to 18). */
const end = 2_147_483_648;

/** Autovacuum is to keep the age below its limit; twice that says it does not. */
export function wraparound({ xids, multixacts, freezeMax, multixactFreezeMax, oldest }: Ages): readonly Problem[] {
  const sorts = [
    { what: 'transaction ids', age: xids, limit: freezeMax, setting: 'autovacuum_freeze_max_age' },
    {
      what: 'multixact ids',
      age: multixacts,
      limit: multixactFreezeMax,
      setting: 'autovacuum_multixact_freeze_max_age',
    },
  ];
  return sorts.flatMap(({ what, age, limit, setting }) => {
    if (age < Math.min(limit * 2, end * 0.5)) return [];
    const percent = Math.floor((age / end) * 100);
    return [
      problem('wraparound-near', `${percent} % of the ${what} are used up before VACUUM has freed any`, {
        severity: age > end * 0.9 ? 'error' : 'warning',
        detail: `The oldest one is ${Math.round(age / 1_000_000)} million old, and ${setting} is ${Math.round(limit / 1_000_000)} million. Before the last one is used the server takes no more writes.${oldest === null ? '' : ` ${oldest} is held back most.`}`,
        hint: `Find what keeps VACUUM from its work: a long or prepared transaction, a replication slot, a table that it cannot lock. Then run in this database: VACUUM (FREEZE)${oldest === null ? '' : ` ${oldest}`};`,
      }),
    ];
  });
}
