// Does the planned way of a migration end as the one it is written in, and does it lead back and there again?
import type { Connection } from '../database/connection.ts';
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { RehearsedMigration } from '../model/rehearsal.ts';
import { judgeLocks } from './declared-locks.ts';
import { compareStates, type EndState, endState, type Volatile } from './end-state.ts';
import { type Expected, isOpaque } from './first-way.ts';
import { lookOut, relationsOf, type SeenLock, seenLocks } from './observe-locks.ts';
import type { Rehearsal } from './subject.ts';
import type { TwinDatabase } from './twin-databases.ts';

export interface Second {
  readonly told: RehearsedMigration;
  /** The twin is as it is after the migration. */
  readonly goesOn: boolean;
}

/** `files`: what was applied to the twin before. */
export async function goSecond(
  twin: TwinDatabase,
  expected: Expected,
  files: readonly MigrationFile[],
  rehearsal: Rehearsal,
  volatile: () => Promise<Volatile>,
): Promise<Second> {
  const { migration, plan, rows, end, changed, preparing, stoodInTheWay } = expected;
  const { around, ways, onEvent } = rehearsal;
  const { id } = migration;
  const told = { id, mode: plan.mode, stages: plan.stages.length, rows, ...(changed === null ? {} : { changed }) };
  const problems: Problem[] = isOpaque(plan) ? [opaque(id)] : [];
  if (stoodInTheWay !== null) problems.push(otherRows(id, rows.kind, stoodInTheWay));
  for (const prepare of preparing) {
    await using own = await twin.open();
    await prepare(own);
  }
  const reader = await twin.reader();
  const before = await endState(reader);
  const all = [...files, migration];
  onEvent({ type: 'rehearsing', what: `${id} by its plan` });
  const locks = await watched(twin, reader, expected, async () => {
    await using connection = await twin.open();
    await ways.goByPlan(connection, all, around);
  });
  if ('failure' in locks) {
    const failed = end.done ? planFails(id, locks.failure) : end.problem;
    return {
      told: {
        ...told,
        equal: end.done ? false : null,
        differences: [],
        locksHeld: [],
        problems: [...problems, failed],
      },
      goesOn: false,
    };
  }
  const { held, problems: ofLocks } = judgeLocks(locks.seen, plan);
  problems.push(...ofLocks);
  const after = await endState(reader);
  const ignore = plan.problems.some(({ code }) => code === 'column-moves-to-end') ? ['.order'] : [];
  const differences =
    expected.after === null
      ? []
      : await compared(expected.after, after, { ignore, other: 'the planned way', sequences: true }, volatile);
  if (differences.length > 0) problems.push(planDiffers(id, differences));
  if (expected.after === null && !end.done) problems.push(onlyByPlan(id, end.problem));
  onEvent({ type: 'rehearsing', what: `${id} back and once more` });
  const back = await backAndAgain(twin, { before, after, all, volatile, rehearsal, id });
  problems.push(...back.problems);
  return {
    told: {
      ...told,
      equal: expected.after === null ? null : differences.length === 0,
      differences,
      locksHeld: held,
      ...back.told,
      problems,
    },
    goesOn: back.goesOn && differences.length === 0,
  };
}

async function watched(
  twin: TwinDatabase,
  connection: Connection,
  { plan }: Expected,
  go: () => Promise<void>,
): Promise<{ readonly seen: readonly SeenLock[] } | { readonly failure: Failure }> {
  const relations = await relationsOf(connection);
  await seenLocks(connection, []);
  const alone = plan.stages.some(({ kind }) => kind === 'concurrent');
  await using watcher = alone ? await twin.open() : null;
  const lookout = watcher === null ? null : lookOut(watcher);
  try {
    await go();
  } catch (error) {
    await lookout?.stop(relations);
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
  const outside = (await lookout?.stop(relations)) ?? [];
  return { seen: [...(await seenLocks(connection, relations)), ...outside] };
}

type Wishes = Omit<Parameters<typeof compareStates>[2], 'volatile'>;

/** Which values differ from run to run is asked only where some do. */
async function compared(
  expected: EndState,
  actual: EndState,
  wishes: Wishes,
  volatile: () => Promise<Volatile>,
): Promise<readonly string[]> {
  const first = compareStates(expected, actual, { ...wishes, volatile: new Set() });
  if (first.rows.length === 0) return first.catalog;
  const { catalog, rows } = compareStates(expected, actual, { ...wishes, volatile: await volatile() });
  return [...catalog, ...rows];
}

interface There {
  readonly id: string;
  readonly before: EndState;
  readonly after: EndState;
  readonly all: readonly MigrationFile[];
  readonly volatile: () => Promise<Volatile>;
  readonly rehearsal: Rehearsal;
}

interface Back {
  readonly told: Pick<RehearsedMigration, 'undone' | 'left' | 'again'>;
  readonly problems: readonly Problem[];
  readonly goesOn: boolean;
}

async function backAndAgain(twin: TwinDatabase, { id, before, after, all, volatile, rehearsal }: There): Promise<Back> {
  const { ways, around } = rehearsal;
  let left: readonly string[];
  try {
    await using connection = await twin.open();
    await ways.goBack(connection, all, around);
    const wishes = { ignore: ['.order'], other: 'the way back', sequences: false };
    const { catalog, rows } = compareStates(before, await endState(await twin.reader()), {
      ...wishes,
      volatile: new Set(),
    });
    left = [...catalog, ...rows];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const said = `${error.problem.message}${error.problem.detail === undefined ? '' : `: ${error.problem.detail}`}`;
    return { told: { undone: 'differs', left: [said] }, problems: [notUndone(id, [said])], goesOn: false };
  }
  const undone = left.length === 0 ? ({ undone: 'exact' } as const) : ({ undone: 'differs', left } as const);
  const problems = left.length === 0 ? [] : [notUndone(id, left)];
  try {
    await using connection = await twin.open();
    await ways.goByPlan(connection, all, around);
    const wishes = { ignore: ['.order'], other: 'applying it again', sequences: false };
    const differences = await compared(after, await endState(await twin.reader()), wishes, volatile);
    // Rows that did not come back are missing after it too.
    const again = differences.length === 0;
    return {
      told: { ...undone, again },
      problems: [...problems, ...(again ? [] : [notAgain(id, differences)])],
      goesOn: again,
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      told: { ...undone, again: false },
      problems: [...problems, notAgain(id, [error.problem.message])],
      goesOn: false,
    };
  }
}

function few([first = '', ...more]: readonly string[]): string {
  const [second] = more;
  const some = second === undefined ? first : `${first}; ${second}`;
  return `${some.replace(/\.$/, '')}${more.length > 1 ? `; and ${more.length - 1} more` : ''}.`;
}

function planDiffers(id: string, differences: readonly string[]): Problem {
  return problem('rehearsal-differs', `the plan of ${id} does not end where the migration as written does`, {
    detail: few(differences),
    hint: 'Do not apply it. Write `-- roadbook:option online=never` into the migration to have it run as written, and report this: it is a mistake of Roadbook.',
  });
}

function planFails(id: string, { problem: said }: Failure): Problem {
  return problem('rehearsal-plan-fails', `${id} goes as written, and fails by its plan: ${said.message}`, {
    ...(said.detail === undefined ? {} : { detail: said.detail }),
    hint:
      said.hint ??
      'Look at the plan with `roadbook plan`; `-- roadbook:option online=never` has the migration run as written.',
  });
}

function onlyByPlan(id: string, said: Problem): Problem {
  return problem('rehearsal-only-by-plan', `PostgreSQL refuses ${id} as written, and the plan carries it out`, {
    severity: 'note',
    detail: `As written: ${said.message}. So there is nothing that the end of the plan could be compared with.`,
    hint: 'Look at the plan with `roadbook plan`: it says what goes away and comes back.',
  });
}

function notUndone(id: string, left: readonly string[]): Problem {
  return problem('rehearsal-undo-differs', `undo of ${id} does not bring all of it back`, {
    severity: 'warning',
    detail: few(left),
    hint: 'Write a section `-- roadbook:undo` that does, or take a backup before it is applied.',
  });
}

function notAgain(id: string, differences: readonly string[]): Problem {
  return problem('rehearsal-not-again', `${id} does not end the same when it is applied again after undo`, {
    severity: 'warning',
    detail: few(differences),
    hint: 'After an undo look at the database before it is applied again.',
  });
}

function otherRows(id: string, kind: RehearsedMigration['rows']['kind'], said: Problem): Problem {
  return problem('rehearsal-other-rows', `generated rows stood in the way of ${id}`, {
    severity: 'note',
    detail: `${said.message}. So it was rehearsed ${kind === 'none' ? 'without rows' : 'with tame rows, without NULLs and extremes'}.`,
    hint: 'Whether rows of the database stand in its way is told by `roadbook plan`; `roadbook rehearse --sample 100` takes some of them.',
  });
}

function opaque(id: string): Problem {
  return problem('rehearsal-observed', `what ${id} does cannot all be read from its text`, {
    severity: 'note',
    detail:
      'It has a DO block, a function or a statement that Roadbook does not know. What is said of its locks is what was seen with these rows.',
    hint: 'Rehearse it with rows of the database too: `roadbook rehearse --sample 100`.',
  });
}
