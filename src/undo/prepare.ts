// By which plan is one migration taken back, and what is to be there afterwards?

import { plannedOn } from '../apply/online/planned.ts';
import { asKeptPlan, restoredPlan } from '../apply/online/stored-plan.ts';
import type { Work } from '../apply/online/work.ts';
import type { Catalog } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { asBefore, type Before, beforeOf } from '../definitions/before.ts';
import { latestCatalog, readBefore, readPlan } from '../journal/index.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { DatabaseSummary, UndoOptions } from '../model/outcome.ts';
import type { Problem } from '../model/problem.ts';
import { type Live, readLive } from '../plan/live.ts';
import { type Project, type ReadMigration, readMigration } from '../read/index.ts';
import { loadParser } from '../sql/index.ts';
import { askRows } from './ask-rows.ts';
import { keptFor } from './kept.ts';
import { parksAs, type Target, undoId } from './targets.ts';
import { beforeUnknown, changedSince, incomplete, undoNotes } from './undo-problems.ts';
import { type Restored, wayBack } from './way-back.ts';

export interface UndoTask {
  readonly project: Project;
  readonly files: readonly MigrationFile[];
  readonly connection: Connection;
  readonly database: DatabaseSummary;
  readonly options: UndoOptions;
}

export interface Prepared {
  /** What is carried out, as a migration of its own. */
  readonly migration: ReadMigration;
  readonly work: Work;
  readonly way: 'exact' | 'given' | 'lossy';
  /** What the catalog is to be; null where nobody can tell: its own section says what is done. */
  readonly expected: ((now: Catalog) => Catalog) | null;
  readonly restores: readonly Restored[];
  readonly notes: readonly Problem[];
}

export interface Around extends UndoTask {
  readonly journal: Journal | null;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

/** Reads only. Throws where it cannot be done, or not without loss. */
export async function prepare(target: Target, around: Around): Promise<Prepared> {
  const { connection, options, maxWaitMs, signal } = around;
  const { onEvent } = options;
  onEvent?.({ type: 'verifying', what: `how ${target.id} is taken back` });
  const patience = { waitMs: maxWaitMs, onEvent, signal };
  const live = await readLive(connection, patience, { exclude: ['roadbook'] });
  const before = await beforeFor(target, live.catalog, around);
  if (target.begun !== null) return await goingOn(target, before, around);
  const given = await givenSection(target, around);
  if (given !== null) return await byItsSection(given, live, target, around);
  if (before === null) throw beforeUnknown(target.id);
  const { lasting = [] } = before;
  const kept = keptFor(live.catalog, target.id);
  const back = wayBack({
    migration: target.id,
    live: live.catalog,
    before,
    kept,
    ...(options.fill === undefined ? {} : { fill: options.fill }),
  });
  if (back.cannot.length > 0 && options.partly !== true) throw incomplete(target.id, back.cannot);
  await askRows(back.asks, target.id, connection);
  const made = await madeOf(target, back.statements.join(';\n'), around);
  const migration = Object.freeze({ ...made, parksAs: parksAs(target.id, live.catalog) });
  const { plan, notes } = await plannedOn(live, [migration], apart(around), undefined);
  const [own] = plan.migrations;
  if (own === undefined) throw new Error('a plan without its migration');
  return {
    migration,
    work: { plan: own, fingerprint: plan.fingerprint, undoes: target.number },
    way: back.cannot.length + lasting.length > 0 ? 'lossy' : 'exact',
    expected: () => back.expected,
    restores: back.restores,
    notes: [...notes, ...undoNotes(target.id, { ...back, cannot: [...back.cannot, ...lasting] })],
  };
}

/** What `apply` recorded; of one that is half done what the database was before it. */
async function beforeFor(target: Target, live: Catalog, { connection }: Around): Promise<Before | null> {
  if (!target.halfDone) {
    const text = await readBefore(connection, target.number);
    return text === null ? null : JSON.parse(text);
  }
  const recorded = await latestCatalog(connection);
  if (recorded === null) return null;
  const catalog: Catalog = JSON.parse(recorded.catalog);
  return catalog.identities === undefined ? null : beforeOf(catalog, withoutParked(live));
}

/** As it was begun with. */
async function goingOn(target: Target, before: Before | null, around: Around): Promise<Prepared> {
  const { begun } = target;
  const recorded = begun === null ? null : await readPlan(around.connection, begun.number);
  const kept = recorded === null ? null : asKeptPlan(recorded.content);
  if (begun === null || kept === null) throw beforeUnknown(target.id);
  const migration = await madeOf(target, kept.statements.join(';\n'), around);
  const plan = restoredPlan(kept, migration, begun.stage - 1);
  return {
    migration,
    work: { plan, fingerprint: recorded?.fingerprint ?? '', undoes: target.number },
    way: 'exact',
    expected: before === null ? null : (now) => asBefore(now, before),
    restores: [],
    notes: [],
  };
}

/** The migration with its own section of how it is taken back; null where it has none. */
async function givenSection(target: Target, { files, project }: Around): Promise<ReadMigration | null> {
  const file = files.find(({ id }) => id === target.id);
  if (file === undefined || (file.format === 'sql' && !/roadbook:undo/.test(file.text))) return null;
  const migration = await readMigration(file, await loadParser(), project.label(file));
  if (migration.undo === null) return null;
  if (migration.checksum !== target.checksum) throw changedSince(target.id);
  return migration;
}

async function byItsSection(given: ReadMigration, live: Live, target: Target, around: Around): Promise<Prepared> {
  // Forwards its functions go over the rows; backwards its statements do.
  const { backfill: _, ...sections } = given;
  const migration: ReadMigration = Object.freeze({
    ...sections,
    id: undoId(given.id),
    parksAs: parksAs(given.id, live.catalog),
    checksum: target.checksum,
    statements: given.undo ?? [],
    verify: [],
    undo: null,
    ignores: [],
    problems: [],
  });
  const { plan, notes } = await plannedOn(live, [migration], apart(around), undefined);
  const [own] = plan.migrations;
  if (own === undefined) throw new Error('a plan without its migration');
  const work = { plan: own, fingerprint: plan.fingerprint, undoes: target.number };
  return { migration, work, way: 'given', expected: null, restores: [], notes };
}

/** Statements that Roadbook wrote, as a migration of their own. Asked for by the options of the one that is taken back. */
async function madeOf(target: Target, text: string, { files, project }: Around): Promise<ReadMigration> {
  const parser = await loadParser();
  const id = undoId(target.id);
  const file = files.find((each) => each.id === target.id);
  const { online, lockTimeout, batch } =
    file === undefined || file.format !== 'sql' ? {} : (await readMigration(file, parser, project.label(file))).options;
  return Object.freeze({
    id,
    path: id,
    format: 'sql',
    text,
    digest: target.checksum,
    description: '',
    options: {
      ...(online === undefined ? {} : { online }),
      ...(lockTimeout === undefined ? {} : { lockTimeout }),
      ...(batch === undefined ? {} : { batch }),
    },
    statements: parser.split(text, id).statements,
    verify: [],
    undo: null,
    ignores: [],
    checksum: target.checksum,
    problems: [],
  });
}

/** Of the options of `undo` only how to watch and to stop concern a plan. */
function apart({ connection, options, project, signal }: Around) {
  const { onEvent } = options;
  return { connection, project, signal, options: onEvent === undefined ? {} : { onEvent } };
}

function withoutParked(catalog: Catalog): Catalog {
  const objects = Object.fromEntries(
    Object.entries(catalog.objects).map(([kind, named]) => [
      kind,
      Object.fromEntries(Object.entries(named).filter(([name]) => !/^roadbook_parked(\.|$)/.test(name))),
    ]),
  );
  return { ...catalog, objects };
}
