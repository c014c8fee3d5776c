// How is it kept, after each migration, what there was before it, so that it can be taken back?
import { type Catalog, catalogFormat, fingerprint, serializeCatalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { serverError } from '../database/server-error.ts';
import { beforeOf } from '../definitions/before.ts';
import { latestCatalog, recordBefore, recordCatalog, recordVerdict } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { CatalogSnapshot } from '../model/journal.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { ReadMigration } from '../read/index.ts';
import { type Patience, readPatiently } from '../verify/read-patiently.ts';
import type { Held } from './held.ts';
import { whatIsHeld } from './online/any-large.ts';
import type { Work } from './online/work.ts';

/** Told after each migration that is done; hands back what it could not do. */
export type AfterEach = (
  id: string,
  connection: Connection,
  /** By which it was carried out, where that was a plan. */
  work: Work | undefined,
) => Promise<readonly Problem[]>;

/** Up to so many, each is looked at by itself; more of them on a database that holds nothing are sent without waiting. */
const mostOneByOne = 20;

/** So long a catalog that cannot be read is waited for in any case. */
const patienceMs = 1_000;

/** Null where nobody is to wait for that: a long history on a database without a row. */
export async function keepingBefore(
  held: Held,
  runId: number,
  migrations: readonly ReadMigration[],
): Promise<AfterEach | null> {
  const { connection, lease, options, maxWaitMs, signal } = held;
  if (migrations.length > mostOneByOne && (await whatIsHeld(connection)) === 'nothing') return null;
  const { onEvent } = options;
  const patience = { waitMs: maxWaitMs, onEvent, signal };
  const ids = migrations.map((each) => each.id);
  const first = await catalogNow(held, runId, migrations);
  let before = first.catalog;
  /** Why nobody could look before the next one. */
  let locked = first.locked;
  return async (id, current, work) => {
    if (lease.signal.aborted) return [];
    const left = migrations.slice(ids.indexOf(id) + 1);
    try {
      // Behind the last one nobody else waits for it.
      const after = await (left.length === 0
        ? readPatiently(current, patience)
        : readFor(migrations.slice(ids.indexOf(id)), current, patience));
      const own = migrations.find((each) => each.id === id);
      const { lastingOf } = await import('./online/lasting.ts');
      const lasting = own === undefined ? [] : lastingOf(own, work);
      const known = before;
      const why = locked;
      before = after;
      locked = null;
      await Promise.all([
        recordVerdict(current, id, 'verified', { catalog: fingerprint(after) }),
        ...(known === null
          ? []
          : [recordBefore(current, lease, id, JSON.stringify({ ...beforeOf(known, after), lasting }))]),
        recordCatalog(current, lease, snapshotOf(after, id, runId)),
      ]);
      return known === null && why !== null ? [unrecorded(id, why)] : [];
    } catch (error) {
      before = null;
      const why = error instanceof Failure ? error.problem : null;
      if (why === null && serverError(error) === null) throw error;
      locked = why?.message ?? serverError(error)?.message ?? '';
      return [unrecorded(id, locked)];
    }
  };
}

/** A table that somebody has locked keeps none of these waiting that do without it; those that keep rows are planned by the catalog anyway. */
async function readFor(
  migrations: readonly ReadMigration[],
  connection: Connection,
  patience: Patience,
): Promise<Catalog> {
  const firstMs = Math.min(patience.waitMs, patienceMs);
  try {
    return await readPatiently(connection, { ...patience, waitMs: firstMs });
  } catch (error) {
    if (!isLocked(error) || firstMs === patience.waitMs) throw error;
    const { keepsData } = await import('./online/keeps-data.ts');
    if (!keepsData(migrations)) throw error;
    return await readPatiently(connection, { ...patience, waitMs: patience.waitMs - firstMs });
  }
}

function isLocked(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.code === 'catalog-locked';
}

interface Now {
  /** Null where nobody can tell. */
  readonly catalog: Catalog | null;
  /** Why, where somebody had locked a table. */
  readonly locked: string | null;
}

/** As it was recorded: nobody has changed it since, or the run would have been refused. */
async function catalogNow(held: Held, runId: number, migrations: readonly ReadMigration[]): Promise<Now> {
  const { connection, lease, journal, options, maxWaitMs, signal } = held;
  const { onEvent, acceptDrift } = options;
  const [previous, last] = [journal?.applied.at(-2), journal?.applied.at(-1)];
  const kept = journal === null ? null : await latestCatalog(connection);
  const recorded = kept === null ? null : known(kept.catalog);
  if (recorded !== null && last !== undefined && acceptDrift !== true && kept?.afterId === last.id)
    return { catalog: recorded, locked: null };
  // What an interrupted migration has done so far is no part of what was before it.
  if ((journal?.interrupted?.stage ?? 1) > 1) return { catalog: null, locked: null };
  try {
    const now = await readFor(migrations, connection, { waitMs: maxWaitMs, onEvent, signal });
    // The run that applied the last one was cut off before it could look.
    const isLate = last !== undefined && kept !== null && kept.afterId === (previous?.id ?? null);
    if (recorded !== null && isLate)
      await recordBefore(connection, lease, last.id, JSON.stringify({ ...beforeOf(recorded, now), lasting: [cutOff] }));
    await recordCatalog(connection, lease, snapshotOf(now, last?.id ?? null, runId));
    return { catalog: now, locked: null };
  } catch (error) {
    if (isLocked(error)) return { catalog: null, locked: error.problem.message };
    throw error;
  }
}

const cutOff = 'Its run was cut off before it was written down what of it is not kept.';

function known(text: string): Catalog | null {
  const catalog: Catalog = JSON.parse(text);
  return catalog.format === catalogFormat && catalog.identities !== undefined ? catalog : null;
}

function snapshotOf(catalog: Catalog, afterId: string | null, runId: number): CatalogSnapshot {
  return { runId, afterId, fingerprint: fingerprint(catalog), catalog: serializeCatalog(catalog) };
}

function unrecorded(id: string, why: string): Problem {
  return problem('before-unrecorded', `what was there before ${id} could not be recorded`, {
    severity: 'warning',
    detail: `It is applied, and stays so. The reason: ${why}. Without it \`roadbook undo\` cannot tell what to lead back to.`,
    hint: 'Write a section `-- roadbook:undo` if it is to be undone.',
  });
}
