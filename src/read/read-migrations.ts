// What do all these files say, or what is wrong with them?
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { Problem } from '../model/problem.ts';
import { loadParser } from '../sql/parser.ts';
import { type ReadMigration, readMigration } from './migration.ts';
import type { Project } from './project.ts';

/** All are read before anything is done with the first one, and all mistakes are told at once. */
export async function readMigrations(
  files: readonly MigrationFile[],
  project: Pick<Project, 'label'>,
): Promise<readonly ReadMigration[]> {
  if (files.length === 0) return [];
  const parser = await loadParser();
  const migrations: ReadMigration[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    try {
      migrations.push(await readMigration(file, parser, project.label(file)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.problem, ...error.others);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  return migrations;
}
