// Do the pending migrations end as they should, on a database that stands in for the real one?

import type { Connection } from '../database/connection.ts';
import { explained } from '../database/explained.ts';
import { readJournal } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import { problem } from '../model/problem.ts';
import type { RehearseOptions, RehearseOutcome, Twin } from '../model/rehearsal.ts';
import { type Live, readLive } from '../plan/live.ts';
import { makePlan } from '../plan/make-plan.ts';
import {
  openWithFiles,
  type Project,
  pendingOf,
  type ReadMigration,
  readMigrations,
  readProject,
  requireMigration,
} from '../read/index.ts';
import { loadParser } from '../sql/index.ts';
import { readerWaitMs } from '../verify/drift.ts';
import { NotFilled } from './fill-twin.ts';
import { twinMaker } from './make-twins.ts';
import { reachesBeyond } from './reaches-beyond.ts';
import { type Rehearsed, rehearseAll } from './rehearsal.ts';
import { type Sample, takeSample } from './rows-sample.ts';
import { usualWays, type Ways } from './subject.ts';
import { touchedBy } from './touched-tables.ts';
import { sweep } from './twin-databases.ts';
import { type Chosen, chooseServer, embeddedInstead, type Wish } from './twin-server.ts';

/** The database itself is read only; nothing is left of its twins afterwards. */
export async function rehearse(options: RehearseOptions): Promise<RehearseOutcome> {
  return rehearseBy(usualWays, options);
}

/** With other ways than apply and undo go: to see what is said of those. */
export async function rehearseBy(ways: Ways, options: RehearseOptions): Promise<RehearseOutcome> {
  return explained(() => run(ways, options));
}

interface Subject {
  readonly project: Project;
  readonly options: RehearseOptions;
  readonly connection: Connection;
  readonly migrations: readonly ReadMigration[];
  /** Null: it begins with an empty database. */
  readonly live: Live | null;
  readonly ways: Ways;
}

async function run(ways: Ways, options: RehearseOptions): Promise<RehearseOutcome> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  requireMigration(files, options.to);
  const { server } = connection;
  const database = { version: server.version, name: server.database, embedded: server.embedded };
  const { twin: configured } = project.configuration;
  const wishes = options.twin === undefined && configured !== undefined ? { ...options, twin: configured } : options;
  const { pending, problems } = await wanted(files, await answer, project, options);
  if (pending.length === 0) return { database, twin: null, migrations: [], verdict: 'verified', problems };
  await loadParser();
  const migrations = await readMigrations(pending, project);
  const { onEvent, signal } = options;
  const live = options.all === true ? null : await readLive(connection, { waitMs: readerWaitMs, onEvent, signal });
  const { twin, rehearsed, notes } = await onTwin({ project, options: wishes, connection, migrations, live, ways });
  const told = [...problems, ...notes, ...rehearsed.notes, ...notReached(migrations, rehearsed)];
  const all = [...told, ...rehearsed.migrations.flatMap((one) => one.problems)];
  const verdict = all.some(({ severity }) => severity === 'error') ? 'failed' : 'verified';
  return { database, twin, migrations: rehearsed.migrations, verdict, problems: told };
}

async function wanted(
  files: readonly MigrationFile[],
  journal: Journal | null,
  project: Project,
  { to, all }: RehearseOptions,
) {
  if (all === true) return { pending: files.filter(({ id }) => to === undefined || id <= to), problems: [] };
  if (journal !== null && journal.interrupted !== null) throw halfDone(journal.interrupted.id);
  return pendingOf(files, journal, project, to);
}

interface OnTwin {
  readonly twin: Twin;
  readonly rehearsed: Rehearsed;
  readonly notes: Chosen['notes'];
}

async function onTwin(subject: Subject): Promise<OnTwin> {
  const { project, options, connection, migrations, live } = subject;
  const beyond = reachesBeyond(migrations, live?.catalog ?? null);
  const wish: Wish = { project, options, connection, reachesBeyond: beyond };
  const sample = await sampleOf(subject);
  const chosen = await chooseServer(wish);
  try {
    return await rehearsedOn(chosen, subject, sample, beyond !== null);
  } catch (error) {
    if (!(error instanceof NotFilled)) throw error;
    if (chosen.server.kind !== 'server' || options.twin !== undefined) throw notMade(error);
    const why = `The server refuses to make a twin there: ${error.message}.`;
    return await rehearsedOn(await embeddedInstead(wish, why), subject, sample, beyond !== null).catch(
      (again: unknown) => {
        throw again instanceof NotFilled ? notMade(again) : again;
      },
    );
  }
}

async function rehearsedOn(
  { server: found, notes }: Chosen,
  subject: Subject,
  sample: Sample | null,
  makesRoles: boolean,
): Promise<OnTwin> {
  await using server = found;
  const { project, options, migrations, live, ways } = subject;
  const onEvent = options.onEvent ?? (() => {});
  await sweep(server.admin);
  await using maker = await twinMaker(server, live, onEvent);
  // From an empty database nothing is large: all of it is cut into stages, so that there is something to compare.
  const configuration = live === null ? { ...project.configuration, online: 'always' as const } : project.configuration;
  const around = { project: { ...project, configuration }, sizes: live?.sizes ?? {}, signal: options.signal };
  const rehearsed = await rehearseAll({ server, maker, migrations, around, sample, onEvent, ways, makesRoles });
  const from = live === null ? 'nothing' : 'catalog';
  return { twin: { kind: server.kind, version: server.version, from, kept: rehearsed.kept }, rehearsed, notes };
}

async function sampleOf({ options, connection, migrations, live, project }: Subject): Promise<Sample | null> {
  if (options.sample === undefined || live === null) return null;
  const { online } = project.configuration;
  const { migrations: plans } = await makePlan({ migrations, live, online, label: project.label });
  options.onEvent?.({ type: 'rehearsing', what: 'with rows of the database, which are read' });
  await using own = await connection.another();
  return await takeSample(own, touchedBy(plans, migrations), options.sample);
}

function notReached(migrations: readonly ReadMigration[], rehearsed: Rehearsed) {
  const left = migrations.slice(rehearsed.migrations.length).map(({ id }) => id);
  if (left.length === 0) return [];
  const shown = left.length > 3 ? `${left.slice(0, 3).join(', ')} and ${left.length - 3} more` : left.join(', ');
  return [
    problem(
      'rehearsal-not-reached',
      `${left.length === 1 ? 'one migration was' : `${left.length} migrations were`} not rehearsed`,
      {
        severity: 'note',
        detail: `They come after one that does not go: ${shown}.`,
        hint: 'Mend that one, and rehearse again.',
      },
    ),
  ];
}

function halfDone(id: string): Failure {
  return new Failure(
    problem('rehearsal-half-done', `${id} is half done`, {
      detail: 'A twin would have to stand in for a database between two states.',
      hint: 'Run `roadbook apply`, or `roadbook undo`, to its end first.',
    }),
    'migration',
  );
}

function notMade({ statement, message, cause }: NotFilled): Failure {
  const text = statement.replace(/\s+/g, ' ');
  return new Failure(
    problem('twin-not-made', 'the twin cannot be made to look like the database', {
      detail: `The server refuses ${text.length > 200 ? `${text.slice(0, 200)}…` : text}: ${message}.`,
      hint: 'Give --twin the URL of a server that has the same extensions, or --twin server where the role may create databases.',
    }),
    'connection',
    { cause },
  );
}
