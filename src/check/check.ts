// Which dangers are in the migrations, told from their text alone?
import { resolve } from 'node:path';
import { changes } from '../changes/index.ts';
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { CheckOptions, CheckOutcome } from '../model/outcome.ts';
import { type Problem, problem } from '../model/problem.ts';
import { listMigrations, type Project, readMigration, readProject } from '../read/index.ts';
import { loadParser, type Parser } from '../sql/index.ts';
import { findings } from './findings.ts';
import { nextMigration, nothingKnown } from './fold.ts';
import { createJudge } from './judge.ts';

/** Reads files only. What earlier migrations of the folder made is known; how large it is is not, so it is taken for large. */
export async function check(options: CheckOptions): Promise<CheckOutcome> {
  const project = await readProject(options);
  const files = listMigrations(project.directory);
  const chosen = choose(files, options.files ?? [], project);
  const parser = await loadParser();
  const judge = createJudge(changes);
  const problems: Problem[] = [];
  let facts = nothingKnown;
  for (const file of files) {
    const label = project.label(file);
    const wanted = chosen.has(file);
    const migration = await read(file, parser, label, wanted ? problems : []);
    if (migration === null) continue;
    const judged = judge(migration.statements, nextMigration(facts));
    facts = judged.facts;
    if (wanted) problems.push(...migration.problems, ...findings(migration, label, judged.changes));
  }
  return { files: chosen.size, problems };
}

/** A file that cannot be read does not keep the others from being checked. */
async function read(file: MigrationFile, parser: Parser, label: string, problems: Problem[]) {
  try {
    return await readMigration(file, parser, label);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problems.push(error.problem, ...error.others);
    return null;
  }
}

/** All, or those named by their path or their id. */
function choose(
  files: readonly MigrationFile[],
  names: readonly string[],
  project: Project,
): ReadonlySet<MigrationFile> {
  if (names.length === 0) return new Set(files);
  return new Set(
    names.map((name) => {
      const found = files.find(({ id, path }) => id === name || path === resolve(project.root, name));
      if (found !== undefined) return found;
      throw new Failure(
        problem('migration-unknown', `there is no migration ${name}`, {
          detail: `The migrations are in ${project.directory}.`,
          hint: 'Name files of that folder by their path or without their ending, or give another folder with --migrations.',
        }),
        'usage',
      );
    }),
  );
}
