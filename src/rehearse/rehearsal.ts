// How do both ways of the pending migrations go, each on a twin of its own?
import type { MigrationFile } from '../model/migration.ts';
import type { Problem } from '../model/problem.ts';
import type { RehearsedMigration } from '../model/rehearsal.ts';
import { type Expected, firstRows, goFirst } from './first-way.ts';
import { prepareJournal } from './planned-way.ts';
import { repeating } from './repeated.ts';
import { goSecond } from './second-way.ts';
import type { Rehearsal } from './subject.ts';
import type { TwinDatabase } from './twin-databases.ts';
import { allRoles, dropRoles } from './twin-roles.ts';

export interface Rehearsed {
  readonly migrations: readonly RehearsedMigration[];
  readonly kept: boolean;
  readonly notes: readonly Problem[];
}

/** Nothing is left of the twins when it is over. */
export async function rehearseAll(rehearsal: Rehearsal): Promise<Rehearsed> {
  const { maker } = rehearsal;
  await using rolesBefore = await rolesKept(rehearsal);
  const { twin: first, kept, notes } = await maker.fresh();
  let second: TwinDatabase;
  let expected: readonly Expected[];
  try {
    const rows = await firstRows(first, rehearsal);
    second = await maker.copy(first);
    try {
      expected = await goFirst(first, rehearsal, rows);
    } catch (error) {
      await second.drop();
      throw error;
    }
  } finally {
    await first.drop();
    // Roles are the server's: what was made on the first twin is in the way on the second.
    await rolesBefore.restore();
  }
  await using repeated = repeating(rehearsal, expected);
  const told: RehearsedMigration[] = [];
  let current: TwinDatabase | null = second;
  let files: MigrationFile[] = [];
  try {
    await begun(second);
    for (const [index, one] of expected.entries()) {
      if (!one.end.done && one.end.because !== 'way') {
        told.push(failedAsWritten(one));
        break;
      }
      if (current === null) {
        current = await repeated.standing(index - 1);
        files = [];
        await begun(current);
      }
      const { told: said, goesOn } = await goSecond(current, one, files, rehearsal, () => repeated.volatile(index));
      told.push(said);
      files.push(one.migration);
      if (goesOn || index === expected.length - 1) continue;
      await current.drop();
      current = null;
    }
  } finally {
    await current?.drop();
  }
  return { migrations: told, kept, notes };
}

async function begun(twin: TwinDatabase): Promise<void> {
  await using connection = await twin.open();
  await prepareJournal(connection);
}

function failedAsWritten({ migration, plan, rows, end, changed }: Expected): RehearsedMigration {
  return {
    id: migration.id,
    mode: plan.mode,
    stages: plan.stages.length,
    equal: null,
    differences: [],
    rows,
    locksHeld: [],
    ...(changed === null ? {} : { changed }),
    problems: end.done ? [] : [end.problem],
  };
}

interface RolesKept extends AsyncDisposable {
  restore(): Promise<void>;
}

/** On a server that serves twins only. */
async function rolesKept({ server, makesRoles }: Rehearsal): Promise<RolesKept> {
  const before = server.owned && makesRoles ? await allRoles(server.admin) : null;
  const restore = async () => {
    if (before === null) return;
    await dropRoles(
      server.admin,
      [...(await allRoles(server.admin))].filter((name) => !before.has(name)),
    );
  };
  return { restore, [Symbol.asyncDispose]: restore };
}
