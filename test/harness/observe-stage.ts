// Which locks does each step of one transaction take, and which relations does it read or rewrite meanwhile?
import type pg from 'pg';
import { type LockMode, lockModes } from '../../src/model/change.ts';
import { changedFiles, type Existing, existingRelations, moreScans, type Observation, strongest } from './relations.ts';

export interface StepObservation {
  /** What this step took, scanned and rewrote. */
  readonly own: Observation;
  /** All locks of the transaction so far, those of this step with them. */
  readonly held: Observation['locks'];
}

/**
 * Runs statements in one transaction, which it commits; what the server refuses is thrown, and nothing is left of it.
 * `existing` are the relations that count; their names are those at the time of each step.
 */
export async function observeStage(
  client: pg.Client,
  existing: readonly Existing[],
  settings: readonly string[],
  steps: readonly string[],
): Promise<readonly StepObservation[]> {
  const oids = existing.map(({ oid }) => oid);
  const seen: StepObservation[] = [];
  try {
    await client.query('begin');
    for (const sql of settings) await client.query(sql);
    let before = await look(client, oids);
    for (const [index, sql] of steps.entries()) {
      await client.query(sql);
      // What is deferred would take its locks at COMMIT, where nobody can look.
      if (index === steps.length - 1) await client.query('set constraints all immediate');
      const after = await look(client, oids);
      seen.push(difference(before, after));
      before = after;
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  // As `roadbook apply` does: what the user's SET statements set holds for the stage.
  if (settings.length > 0) await client.query('reset all; reset session authorization');
  return seen;
}

interface Look {
  readonly relations: readonly Existing[];
  readonly held: readonly { readonly oid: number; readonly mode: string }[];
  readonly scans: ReadonlyMap<number, number>;
}

async function look(client: pg.Client, oids: readonly number[]): Promise<Look> {
  const { rows: held } = await client.query<{ oid: number; mode: string }>(
    `select relation::int8::int as oid, mode from pg_locks where pid = pg_backend_pid() and locktype = 'relation' and granted and relation::int8 = any($1)`,
    [oids],
  );
  const { rows } = await client.query<{ oid: number; scans: number }>(
    `select c.oid::int8::int as oid, pg_stat_get_xact_numscans(c.oid)::int as scans from pg_class c where c.oid::int8 = any($1) and c.relkind in ('r', 'm')`,
    [oids],
  );
  const relations = (await existingRelations(client)).filter(({ oid }) => oids.includes(oid));
  return { relations, held, scans: new Map(rows.map(({ oid, scans }) => [oid, scans])) };
}

function difference(before: Look, after: Look): StepObservation {
  const known = new Map([...after.relations, ...before.relations].map((relation) => [relation.oid, relation]));
  const taken = new Set(before.held.map(({ oid, mode }) => `${oid} ${mode}`));
  const files = changedFiles(before.relations, after.relations);
  return {
    own: {
      locks: strongest(
        after.held.filter(({ oid, mode }) => !taken.has(`${oid} ${mode}`)),
        known,
      ),
      ...files,
      scanned: moreScans(before.relations, before.scans, after.scans, files.emptied),
      messages: [],
      inTransaction: true,
    },
    held: strongest(after.held, known),
  };
}

/** Those under which others cannot write a table; an index is locked with its table, and a materialized view is only read. */
export function keepsWritersOut({ mode, kind }: Observation['locks'][number]): boolean {
  const weakest: LockMode = kind === 'materialized view' ? 'ACCESS EXCLUSIVE' : 'SHARE';
  return kind !== 'index' && lockModes.indexOf(mode) >= lockModes.indexOf(weakest);
}
