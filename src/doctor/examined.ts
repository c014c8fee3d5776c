// What do several checks ask for, so that it is asked once?
import type { Connection } from '../database/connection.ts';
import { readJournal } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Problem } from '../model/problem.ts';
import { readLive } from '../plan/live.ts';
import { makePlan } from '../plan/make-plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { compareWithJournal, listMigrations, type ReadMigration, readMigration, readProject } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';
import type { Examined, PendingLook, Surroundings } from './define.ts';

/** How long to wait for a catalog that others have locked: who holds it is told, and that matters more. */
const waitMs = 3_000;

export async function surroundings(options: Surroundings['options']): Promise<Surroundings> {
  const project = await readProject(options);
  try {
    return { options, project, files: listMigrations(project.directory), unclear: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { options, project, files: [], unclear: [error.problem, ...error.others] };
  }
}

export function examined(around: Surroundings, connection: Connection): Examined {
  const { project, files, options } = around;
  const journal = once(() => readJournal(connection));
  const live = once(() => readLive(connection, { waitMs, signal: options.signal }));
  const order = once(async () => compareWithJournal(files, (await journal())?.applied ?? [], project.label));
  const self: Examined = { ...around, connection, journal, live, order, pending: once(() => lookAhead(self)) };
  return self;
}

async function lookAhead({ connection, project, options, order, journal, live }: Examined): Promise<PendingLook> {
  const { pending } = await order();
  if (pending.length === 0) return { migrations: [], unreadable: [], found: [] };
  const parser = await loadParser();
  const migrations: ReadMigration[] = [];
  const unreadable: Problem[] = [];
  for (const file of pending) {
    try {
      const migration = await readMigration(file, parser, project.label(file));
      if (unreadable.length === 0) migrations.push(migration);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unreadable.push(error.problem, ...error.others);
    }
  }
  const known = await live();
  const { label, configuration } = project;
  const begun = (await journal())?.interrupted?.id;
  const plan = await makePlan({ migrations, live: known, online: configuration.online, label, begun });
  const { catalog, sizes } = known;
  const asked = { connection, migrations, plans: plan.migrations, questions: plan.questions, catalog, sizes, label };
  const found = await preflight({ ...asked, exact: false, signal: options.signal });
  return { migrations, unreadable, found };
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
