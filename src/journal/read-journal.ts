// What does the journal say: what is applied, what was interrupted, who holds the lease?
import type { Connection } from '../database/connection.ts';
import type { AppliedEntry, InterruptedEntry, Journal, LeaseState, MigrationMode } from '../model/journal.ts';
import type { MigrationFormat } from '../model/migration.ts';
import { inspectJournal } from './inspect-journal.ts';
import { journalForeign, journalNewer, journalUnreadable, sqlstate } from './journal-problems.ts';
import { upgrades } from './schema.ts';

/** One array for each column: PostgreSQL builds that in half the time of an array for each row. */
interface AppliedColumns {
  /** Null where none was applied, as are all the others. */
  readonly number: readonly number[] | null;
  readonly id: readonly string[];
  readonly checksum: readonly string[];
  readonly digest: readonly string[];
  readonly format: readonly MigrationFormat[];
  readonly mode: readonly MigrationMode[];
  readonly finished: readonly number[];
  readonly durationMs: readonly number[];
  readonly verdict: readonly ('verified' | 'failed' | null)[];
  readonly stages: readonly number[];
  readonly retries: readonly number[];
}

interface Document {
  readonly upgrade: number;
  readonly applied: AppliedColumns;
  readonly interrupted: (Omit<InterruptedEntry, 'startedAt'> & { readonly started: number }) | null;
  readonly catalogIsCurrent: boolean;
  readonly lease: (Omit<LeaseState, 'acquiredAt'> & { readonly acquired: number }) | null;
}

const epochMs = (expression: string) => `round(date_part('epoch', ${expression}) * 1000)`;

const documentSql = `
select json_build_object(
  'upgrade', (select coalesce(max(number), 0) from roadbook.upgrade),
  'applied', (select json_build_object('number', json_agg(number), 'id', json_agg(id), 'checksum', json_agg(checksum), 'digest', json_agg(digest),
                       'format', json_agg(format), 'mode', json_agg(mode), 'finished', json_agg(${epochMs('finished_at')}),
                       'durationMs', json_agg(${epochMs('finished_at - started_at')}), 'verdict', json_agg(verdict), 'stages', json_agg(stages),
                       'retries', json_agg(retries))
                from (select * from roadbook.migration where outcome = 'done' order by number) m),
  'interrupted', (select json_build_object('number', m.number, 'id', m.id, 'checksum', m.checksum, 'digest', m.digest, 'format', m.format,
                       'mode', m.mode, 'planFingerprint', m.plan_fingerprint, 'started', ${epochMs('m.started_at')}, 'stages', m.stages,
                       'stage', 1 + (select count(*) from roadbook.stage s where s.migration = m.number and s.outcome = 'done'),
                       'undoing', m.outcome like 'undo%',
                       'running', m.outcome in ('running', 'undoing') and exists (select from roadbook.lease l
                          where l.fence = m.fence and l.token is not null and l.expires_at > clock_timestamp()))
                    from roadbook.migration m where m.outcome in ('running', 'interrupted', 'undoing', 'undo-interrupted') order by m.number desc limit 1),
  'catalogIsCurrent', coalesce((select c.after_id is not distinct from m.id and c.taken_at >= m.finished_at
                    from (select id, finished_at from roadbook.migration where outcome = 'done' order by number desc limit 1) m
                    left join (select after_id, taken_at from roadbook.catalog order by number desc limit 1) c on true), true),
  'lease', (select json_build_object('fence', fence, 'role', role, 'acquired', ${epochMs('acquired_at')},
                       'heldMs', ${epochMs('clock_timestamp() - acquired_at')},
                       'heartbeatMs', ${epochMs('clock_timestamp() - heartbeat_at')},
                       'expiresInMs', ${epochMs('expires_at - clock_timestamp()')},
                       'holder', json_build_object('user', os_user, 'host', host, 'pid', pid, 'version', roadbook_version, 'activity', activity))
              from roadbook.lease where token is not null)
)::text as document`;

/** One round trip where there is a journal; null where there is none. Never changes anything. */
export async function readJournal(connection: Connection): Promise<Journal | null> {
  let text: string | undefined;
  try {
    text = (await connection.query<{ readonly document: string }>(documentSql)).rows[0]?.document;
  } catch (error) {
    return whyUnread(connection, error);
  }
  const document: Document = JSON.parse(text ?? 'null');
  const newest = upgrades.at(-1)?.number ?? 0;
  if (document.upgrade > newest) throw journalNewer(document.upgrade, newest);
  return Object.freeze({
    upgrade: document.upgrade,
    applied: Object.freeze(appliedEntries(document.applied)),
    interrupted: document.interrupted && interruptedEntry(document.interrupted),
    catalogIsCurrent: document.catalogIsCurrent,
    lease: document.lease && leaseState(document.lease),
  });
}

/** A missing table, a missing right, or a column that a newer version no longer has. */
async function whyUnread(connection: Connection, error: unknown): Promise<null> {
  const state = sqlstate(error) ?? '';
  if (!['42P01', '3F000', '42501', '42703', '42883', '42804'].includes(state)) throw error;
  const presence = await inspectJournal(connection);
  if (presence.state === 'missing' || presence.state === 'empty') return null;
  if (presence.state === 'foreign') throw journalForeign(presence.objects);
  const newest = upgrades.at(-1)?.number ?? 0;
  if (presence.version !== null && presence.version > newest) throw journalNewer(presence.version, newest);
  if (presence.version === null || state === '42501') throw journalUnreadable(connection.server, presence.owner, error);
  throw error;
}

function appliedEntries(columns: AppliedColumns): readonly AppliedEntry[] {
  const at = <Value>(values: readonly Value[], index: number): Value => {
    const value = values[index];
    if (value === undefined) throw new Error('the columns of the journal differ in length');
    return value;
  };
  return (columns.number ?? []).map((number, index) => ({
    number,
    id: at(columns.id, index),
    checksum: at(columns.checksum, index),
    digest: at(columns.digest, index),
    format: at(columns.format, index),
    mode: at(columns.mode, index),
    appliedAt: iso(at(columns.finished, index)),
    durationMs: at(columns.durationMs, index),
    verdict: at(columns.verdict, index) ?? 'unknown',
    stages: at(columns.stages, index),
    retries: at(columns.retries, index),
  }));
}

function interruptedEntry({ started, ...rest }: NonNullable<Document['interrupted']>): InterruptedEntry {
  return { ...rest, startedAt: iso(started) };
}

function leaseState({ acquired, ...rest }: NonNullable<Document['lease']>): LeaseState {
  return { ...rest, acquiredAt: iso(acquired) };
}

function iso(epoch: number): string {
  return new Date(epoch).toISOString();
}
