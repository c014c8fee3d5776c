// Is the database what the journal says, and do the users' own assertions hold?

import { explained } from '../database/explained.ts';
import { readJournal } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { ProjectOptions, VerifyOutcome } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { Assertion } from '../model/verdict.ts';
import { openWithFiles, readMigration, readProject } from '../read/index.ts';
import { loadParser } from '../sql/index.ts';
import { runSection } from './assertions.ts';
import { findDrift, readerWaitMs } from './drift.ts';
import { repairOf } from './repair.ts';

/** Reads only. The verdict is failed where the catalog differs or an assertion does not hold. */
export async function verify(options: ProjectOptions): Promise<VerifyOutcome> {
  return explained(() => read(options));
}

async function read(options: ProjectOptions): Promise<VerifyOutcome> {
  const project = await readProject(options);
  const { files, connection: opened, answer } = await openWithFiles(project, options, readJournal);
  await using connection = opened;
  const { server } = connection;
  const database = { version: server.version, name: server.database, embedded: server.embedded };
  const journal = await answer;
  if (journal === null || journal.applied.length === 0) throw nothingApplied(server.database);
  options.onEvent?.({ type: 'verifying', what: 'the catalog' });
  const { onEvent, signal } = options;
  const drift = await findDrift(connection, journal, { waitMs: readerWaitMs, onEvent, signal });
  const last = journal.applied.at(-1)?.id;
  const applied = new Set(journal.applied.map(({ id }) => id));
  const assertions: Assertion[] = [];
  const problems: Problem[] = [...drift.problems];
  const withSection = files.filter(
    ({ id, format, text }) => applied.has(id) && (format === 'typescript' || /roadbook:verify/.test(text)),
  );
  if (withSection.length > 0) {
    const parser = await loadParser();
    for (const file of withSection) {
      options.onEvent?.({ type: 'verifying', what: file.id });
      const migration = await readMigration(file, parser);
      assertions.push(...(await runSection(connection, migration, { later: file.id !== last })));
    }
  }
  const failed = drift.catalog === 'differs' || assertions.some(({ ok }) => !ok);
  const repair = drift.catalogs === null ? null : repairOf(drift.catalogs);
  return {
    database,
    verdict: failed ? 'failed' : 'verified',
    catalog: drift.catalog,
    differences: drift.differences,
    ...(repair === null ? {} : { repair: repair.statements }),
    assertions,
    problems: [...problems, ...(repair?.problems ?? [])],
  };
}

function nothingApplied(name: string): Failure {
  return new Failure(
    problem('nothing-applied', `nothing was applied to ${name} yet`, {
      detail: 'There is no journal to compare the database with.',
      hint: 'Run `roadbook status` to see what is pending, and `roadbook apply` to apply it.',
    }),
    'usage',
  );
}
