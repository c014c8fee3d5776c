// How does a statement go over the rows of a large table, some at a time, so that each is done exactly once?
import { serverError } from '../../database/server-error.ts';
import { beginBackfill, endStrays, finish, intend, readBackfill } from '../../journal/index.ts';
import type { BackfillState } from '../../model/journal.ts';
import type { Batch } from '../../model/plan.ts';
import { cleanSession } from '../leftovers.ts';
import { stopped } from '../run-problems.ts';
import { type At, shownSql } from './at.ts';
import { firstSize } from './batch-size.ts';
import { divide } from './divide.ts';
import { pagesOf, type Reading, type RowRange, wholeRange } from './key-range.ts';
import { createMapper, type Mapper } from './mapped-columns.ts';
import { createMeter } from './meter.ts';
import type { BatchFailed } from './one-batch.ts';
import { oneWorker } from './one-worker.ts';
import { createPace } from './pace.ts';
import { openSessions } from './sessions.ts';
import { leavesNothing } from './stage-message.ts';
import { mostRows, refuseRunaway } from './standstill.ts';
import { nothingLeft, stayedSentence } from './stayed.ts';
import { nothingSent, unsuccessful } from './unsuccessful.ts';

/** How far it is stands in the journal: an attempt goes on where the one before stopped, with as many sessions as it has. */
export async function backfillStage(at: At): Promise<void> {
  const { connection, run, stage, place, migration } = at;
  const { lease } = run;
  const [step] = stage.steps;
  if (step?.batch === undefined) throw new Error('a backfill without a batch');
  const lockTimeoutMs = migration.options.lockTimeout ?? run.lockTimeoutMs;
  const reading: Reading = { settings: stage.settings, lockTimeoutMs };
  if (run.retries > 0) await endStrays(connection, lease);
  await intend(connection, lease, { ...place, kind: 'backfill', sql: stage.steps.map(shownSql).join(';\n') });
  const mapper = await mapperOf(at, step.batch);
  const batch = mapper?.batch ?? step.batch;
  const { ranges, left } = await rangesOf(at, batch, reading);
  if (left.length > 0) {
    const clean = await leavesNothing(at);
    try {
      await overRanges(at, batch, { ranges, left }, { reading, mapper });
    } finally {
      if (!clean) await cleanSession(connection, lease).catch(() => {});
    }
  }
  await finish(connection, lease, { ...place, outcome: 'done' });
}

/** Where a function says what becomes of the rows. */
async function mapperOf(at: At, planned: Batch): Promise<Mapper | undefined> {
  const { connection, run, migration } = at;
  if (migration.backfill === undefined) return undefined;
  try {
    return await createMapper(connection, planned, migration.backfill, run.fileOf(migration));
  } catch (error) {
    throw await unsuccessful(at, error, nothingSent);
  }
}

interface Ranges {
  readonly ranges: readonly BackfillState[];
  /** Those that are not done. */
  readonly left: readonly RowRange[];
}

async function rangesOf(at: At, batch: Batch, reading: Reading): Promise<Ranges> {
  const { connection, run, place } = at;
  try {
    const known = at.resumed ? await readBackfill(connection, place) : [];
    const ranges = known.length > 0 ? known : [await begin(at, batch, reading)];
    const division = { connection, lease: run.lease, place, batch, reading };
    return { ranges, left: await divide(ranges, run.pace.workers, division) };
  } catch (error) {
    throw await unsuccessful(at, error, nothingSent);
  }
}

async function begin(
  { connection, run, place, migration }: At,
  batch: Batch,
  reading: Reading,
): Promise<BackfillState> {
  const range = await wholeRange(connection, batch, reading);
  const size = firstSize(migration.options.batch ?? batch.size);
  await beginBackfill(connection, run.lease, place, { ...range, size });
  return { ...range, part: 1, start: null, size, after: null, passed: 0, changed: 0 };
}

async function overRanges(
  at: At,
  batch: Batch,
  { ranges, left }: Ranges,
  { reading, mapper }: { readonly reading: Reading; readonly mapper: Mapper | undefined },
): Promise<void> {
  const { connection, run, migration } = at;
  const { table } = batch;
  const begun = { passed: sum(ranges, ({ passed }) => passed) ?? 0, about: sum(ranges, ({ about }) => about) };
  const meter = createMeter(begun, (told) =>
    run.onEvent({ type: 'backfill-progress', id: migration.id, table, ...told }),
  );
  const most =
    batch.key.length === 0
      ? null
      : mostRows(
          begun.about === null ? null : Math.max(begun.about - begun.passed, 0),
          begun.about === null ? await pagesOf(connection, batch, reading) : null,
        );
  const waiting = [...left];
  const failed: (BatchFailed & { readonly at: At })[] = [];
  let passed = 0;
  {
    await using sessions = await openSessions(at, Math.min(run.pace.workers, left.length));
    await using pace = await createPace(at, table);
    const { connections } = sessions;
    const course = {
      batch,
      reading,
      pace,
      mapper,
      meter: {
        passed: (rows: number) => {
          meter.passed(rows);
          passed += rows;
          refuseRunaway(at, passed, most);
        },
      },
      next: () => waiting.shift(),
      isOver: () => failed.length > 0 || run.signal.aborted,
      shared: connections.length > 1,
    };
    await Promise.all(
      connections.map(async (own) => {
        const here = { ...at, connection: own };
        const ended = await oneWorker(here, course);
        if (ended !== null) failed.push({ ...ended, at: here });
      }),
    );
  }
  const worst = gravest(failed, at);
  if (worst !== null) throw await unsuccessful(at, worst.error, worst.sent);
  if (run.signal.aborted) throw stopped(migration, run.lease, stayedSentence(at, nothingLeft, true));
  meter.end();
}

/** What the run's own connection met comes first where that is lost, then what no other attempt would mend. */
function gravest<Failed extends BatchFailed & { readonly at: At }>(failed: readonly Failed[], { connection }: At) {
  const weight = ({ error, at }: Failed): number => {
    const said = serverError(error);
    if (said?.lost === true) return at.connection === connection ? 0 : 2;
    return said === null ? 1 : 3;
  };
  return failed.toSorted((one, other) => weight(one) - weight(other))[0] ?? null;
}

function sum(ranges: readonly BackfillState[], part: (range: BackfillState) => number | null): number | null {
  return ranges.reduce<number | null>((all, range) => {
    const one = part(range);
    return all === null || one === null ? null : all + one;
  }, 0);
}
