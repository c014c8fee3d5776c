// Would a time limit of the role or the database cut a migration off?
import { problem } from '../../model/problem.ts';
import { bytesInWords } from '../../preflight/server/bytes-in-words.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { defineCheck, type Examined } from '../define.ts';

interface Limit {
  readonly name: string;
  readonly limit: string;
  readonly ms: number;
  /** For which role, in which database; null: for all. */
  readonly role: string | null;
  readonly database: string | null;
  readonly isStored: boolean;
}

/** `reset_val` is what the session began with, whatever was set since. */
const sql = `select s.name, s.reset_val || s.unit as limit, s.reset_val::float8 as ms,
  (select pg_catalog.pg_get_userbyid(t.setrole) where t.setrole <> 0) as role,
  (select d.datname from pg_catalog.pg_database d where d.oid = t.setdatabase) as database,
  t.setrole is not null as "isStored"
from pg_catalog.pg_settings s
left join lateral (
  select r.setrole, r.setdatabase from pg_catalog.pg_db_role_setting r, pg_catalog.unnest(r.setconfig) c
  where c like s.name || '=%' and r.setrole in (0, (select m.oid from pg_catalog.pg_roles m where m.rolname = session_user))
    and r.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
  order by r.setrole <> 0 and r.setdatabase <> 0 desc, r.setrole <> 0 desc limit 1) t on true
where s.name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')
  and s.reset_val not in ('0', '')`;

/** Whoever has such patience means to stop what hangs, not what works. */
const longMs = 6 * 3_600_000;

export const timeouts = defineCheck({
  name: 'timeouts',
  group: 'migrations',
  about: 'whether a time limit would cut a migration off',
  needs: 'database',
  look: async (examined) => {
    const { rows } = await examined.connection.query<Limit>(sql);
    const short = rows.filter(({ ms }) => ms < longMs);
    if (short.length === 0) return { found: [] };
    const large = await largest(examined);
    return { found: short.map((limit) => told(limit, large)) };
  },
});

function told({ name, limit, role, database, isStored }: Limit, large: string) {
  const statement = /^(statement|transaction)_timeout$/.test(name);
  const whose = [
    ...(role === null ? [] : [`the role ${role}`]),
    ...(database === null ? [] : [`the database ${database}`]),
  ].join(' in ');
  const where = isStored
    ? `It is set for ${whose === '' ? 'everybody' : whose}.`
    : 'It comes from the configuration of the server, or from the URL.';
  const reset = role === null ? null : `ALTER ROLE ${quoteIdentifier(role)} SET ${name} = 0`;
  return problem(
    'time-limit',
    `${name} ends ${statement ? 'whatever takes' : 'a session that is idle for'} more than ${limit}`,
    {
      severity: 'warning',
      detail: `${where} ${statement ? `Building an index, validating a constraint or writing a table anew takes longer on a large table, and is cancelled then (SQLSTATE 57014).${large}` : 'A run waits for locks and for replicas between its steps, and may be ended meanwhile.'}`,
      hint: `Migrate without it: add ?options=-c%20${name}%3D0 to the URL, or take a role of its own for migrations${reset === null ? '' : `, or run: ${reset};`}${reset === null ? '.' : ''}`,
    },
  );
}

async function largest({ live }: Examined): Promise<string> {
  const { sizes, catalog } = await live();
  const tables = Object.entries(sizes).filter(([name]) => catalog.objects.table?.[name] !== undefined);
  const [first] = tables.toSorted(([, a], [, b]) => (b.bytes ?? 0) - (a.bytes ?? 0));
  if (first === undefined) return '';
  const [name, { bytes }] = first;
  return bytes === null ? '' : ` The largest table is ${name}, with ${bytesInWords(bytes)}.`;
}
