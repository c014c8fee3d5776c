// Do replicas and replication slots bear what the plan writes, and do subscribers know what it changes?
import type { Connection } from '../../database/connection.ts';
import { listing } from '../../model/listing.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { Run } from '../each-statement.ts';
import type { Found, PreflightParts } from '../parts.ts';
import { ofRange } from '../rights/named.ts';
import { bytesInWords } from './bytes-in-words.ts';
import type { WhatIsPlanned } from './what-is-planned.ts';

const MB = 1024 * 1024;
/** What a plan writes below this no replica and no slot notices: four segments of WAL. */
const muchBytes = 64 * MB;
const farBehindBytes = 64 * MB;
const farBehindSeconds = 10;
const keptBytes = 1024 * MB;

export interface Slot {
  readonly name: string;
  readonly active: boolean;
  readonly status: string | null;
  readonly kept: number;
}

interface Replica {
  readonly name: string;
  readonly bytes: number;
  readonly seconds: number;
}

interface Published {
  readonly publication: string;
  readonly relation: string;
  readonly n: number;
}

const here = `case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn() else pg_catalog.pg_current_wal_lsn() end`;

const slots = `select s.slot_name::text as name, s.active, s.wal_status as status,
  coalesce(pg_catalog.pg_wal_lsn_diff(${here}, s.restart_lsn), 0)::float8 as kept
from pg_catalog.pg_replication_slots s
where not s.temporary and (s.restart_lsn is not null or s.wal_status = 'lost')
order by kept desc, name`;

/** A role without pg_read_all_stats sees NULLs: then nothing is known. */
const replicas = `select coalesce(nullif(r.application_name, ''), pg_catalog.host(r.client_addr), 'a replica') as name,
  coalesce(pg_catalog.pg_wal_lsn_diff(${here}, r.replay_lsn), 0)::float8 as bytes,
  coalesce(extract(epoch from r.replay_lag), 0)::float8 as seconds
from pg_catalog.pg_stat_replication r
where r.state = 'streaming'
order by bytes desc, name`;

const published = `select p.pubname::text as publication, w.relation, w.n
from pg_catalog.jsonb_to_recordset($1::jsonb) as w(n int, schema text, name text, relation text)
  join pg_catalog.pg_publication_tables p on p.tablename = w.name
    and case when w.schema is null then p.schemaname = any (pg_catalog.current_schemas(false)) else p.schemaname = w.schema end
where exists (select from pg_catalog.pg_replication_slots s where s.slot_type = 'logical' and s.database = pg_catalog.current_database())
order by w.n, publication`;

export async function askSlots(connection: Pick<Connection, 'query'>): Promise<readonly Slot[]> {
  return (await connection.query<Slot>(slots)).rows;
}

export async function replication(
  { connection }: PreflightParts,
  planned: WhatIsPlanned,
  runs: readonly Run[],
): Promise<readonly Found[]> {
  const asked = [ofMuch(connection, planned), ofPublished(connection, runs)];
  await Promise.allSettled(asked);
  return (await Promise.all(asked)).flat();
}

async function ofMuch(connection: Connection, { bytes }: WhatIsPlanned): Promise<readonly Found[]> {
  if (bytes < muchBytes) return [];
  const asked = [askSlots(connection), connection.query<Replica>(replicas)] as const;
  await Promise.allSettled(asked);
  const [kept, behind] = await Promise.all(asked);
  const much = bytesInWords(bytes);
  const problems = [
    ...kept.flatMap((slot) => slotProblem(slot, much)),
    ...behind.rows
      .filter((one) => one.bytes > farBehindBytes || one.seconds > farBehindSeconds)
      .map((one) => replicaProblem(one, much)),
  ];
  return problems.map((one) => ({ migration: null, problem: one }));
}

function slotProblem({ name, active, status, kept }: Slot, much: string): readonly Problem[] {
  const drop = `SELECT pg_drop_replication_slot('${name.replaceAll("'", "''")}');`;
  if (status === 'lost') {
    return [
      problem('replication-slot-lost', `the replication slot ${name} has lost what its reader needs`, {
        severity: 'warning',
        detail: 'More was written than max_slot_wal_keep_size lets it keep. Whoever reads from it will not go on.',
        hint: `Set that replica or subscriber up anew, or drop the slot: ${drop}`,
      }),
    ];
  }
  if (active && status !== 'unreserved' && kept < keptBytes) return [];
  const what = active ? 'is read, but far behind' : 'is read by nobody';
  return [
    problem(
      'replication-slot-behind',
      `the replication slot ${name} ${active ? 'is far behind' : 'is read by nobody'}`,
      {
        severity: 'warning',
        detail: `It ${what}: the server keeps ${bytesInWords(kept)} of WAL for it. What is planned writes about ${much}, and all of it is kept too${
          status === 'unreserved' ? ', or lost to its reader: it is over max_slot_wal_keep_size' : ''
        }.`,
        hint: `Let its reader catch up first. If there is none any more, drop it before the disk is full: ${drop}`,
      },
    ),
  ];
}

function replicaProblem({ name, bytes, seconds }: Replica, much: string): Problem {
  return problem('replica-behind', `the replica ${name} is ${bytesInWords(bytes)} behind`, {
    severity: 'warning',
    detail: `${seconds > 0 ? `That is ${Math.round(seconds)} s. ` : ''}What is planned writes about ${much} more, which it gets too.`,
    hint: 'Wait until it has caught up. Backfills pause while a replica is behind; other steps do not.',
  });
}

/** Rows are sent, ALTER TABLE is not. */
async function ofPublished(connection: Connection, runs: readonly Run[]): Promise<readonly Found[]> {
  const changed = runs.filter(({ step, node, asks }) => asks && step === null && (shapes(node)?.length ?? 0) > 0);
  const tables = changed.flatMap((run, n) => (shapes(run.node) ?? []).map((table) => ({ n, ...table })));
  if (tables.length === 0) return [];
  const wanted = tables.map((table) => ({ ...table, relation: [table.schema, table.name].filter(Boolean).join('.') }));
  const { rows } = await connection.query<Published>(published, [JSON.stringify(wanted)]);
  const byTable = new Map<string, Published[]>();
  for (const row of rows) byTable.set(row.relation, [...(byTable.get(row.relation) ?? []), row]);
  return [...byTable].map(([relation, found]): Found => {
    const names = [...new Set(found.map(({ publication }) => publication))];
    const one = problem('table-published', `${relation} is sent to subscribers by ${listing(names, 3)}`, {
      severity: 'note',
      detail:
        'Its rows are sent, but not this change. A subscriber whose table lacks a column that comes with a row stops there.',
      hint: 'Add columns at the subscribers before, and drop them there after, this migration.',
    });
    return { migration: changed[found[0]?.n ?? 0]?.migration.id ?? null, problem: one };
  });
}

const shaping: ReadonlySet<string> = new Set(['AT_AddColumn', 'AT_DropColumn', 'AT_AlterColumnType']);

/** The table whose columns a statement makes, drops, changes or renames. */
function shapes(node: Run['node']) {
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt;
    const table = ofRange(relation);
    const does = cmds.some((one) => 'AlterTableCmd' in one && shaping.has(one.AlterTableCmd.subtype ?? ''));
    return table !== null && does ? [table] : null;
  }
  if (!('RenameStmt' in node)) return null;
  const { relation, renameType } = node.RenameStmt;
  const table = /^OBJECT_(TABLE|COLUMN)$/.test(renameType ?? '') ? ofRange(relation) : null;
  return table === null ? null : [table];
}
