// What does one migration do, how is it verified, and how undone?
import { Failure } from '../model/failure.ts';
import type { Migration, MigrationFile } from '../model/migration.ts';
import { checksum } from '../sql/checksum.ts';
import { loadParser, type Parser } from '../sql/parser.ts';
import type { ParsedStatement } from '../sql/split.ts';
import type { BackfillWork } from './backfill-module.ts';
import { readSections } from './sections.ts';

/** A migration with the syntax trees of its statements. */
export interface ReadMigration extends Migration {
  /** The file's text; for a TypeScript one that puts its SQL together, that SQL. Offsets of statements count in it. */
  readonly text: string;
  readonly statements: readonly ParsedStatement[];
  readonly verify: readonly ParsedStatement[];
  readonly undo: readonly ParsedStatement[] | null;
  /** Under which name it parks, where that is not its id: what it has parked when it was carried out before is not to be taken for it. */
  readonly parksAs?: string;
  /** In place of statements: what its functions do with the rows of a table. */
  readonly backfill?: BackfillWork;
}

/** Reads one file; throws a Failure with every error in it. `label` is how the file is named to the user. */
export async function readMigration(
  file: MigrationFile,
  parser: Parser,
  label: string = file.path,
): Promise<ReadMigration> {
  const text = { source: file.text, file: label };
  try {
    if (file.format === 'sql') return read(file, file.text, readSections(text, parser));
    const [{ loadModule }, { readTypescript }] = await Promise.all([
      import('./typescript-module.ts'),
      import('./typescript-sections.ts'),
    ]);
    const loaded = await loadModule(file, label, parser);
    const { source, ...sections } = readTypescript(text, loaded, parser);
    if (loaded.function === undefined) return read(file, source, sections);
    const { work, checksum } = loaded.function;
    const problems = sections.problems.filter(({ code }) => code !== 'migration-empty');
    const { options } = work;
    return Object.freeze({ ...file, ...sections, options, problems, text: source, checksum, backfill: work });
  } catch (error) {
    // The parser is made anew after such a text: wait for it, so that the next file finds it whole.
    if (error instanceof Failure && error.problem.code === 'too-deep') await loadParser();
    throw error;
  }
}

function read(
  file: MigrationFile,
  text: string,
  sections: Omit<ReadMigration, keyof MigrationFile | 'checksum' | 'backfill'>,
): ReadMigration {
  let sum: string | undefined;
  return Object.freeze({
    ...file,
    ...sections,
    text,
    // Made when it is asked for: with thousands of files that is while the server is at work.
    get checksum() {
      // What verifies or undoes it may be bettered later: only what it does is part of the sum.
      sum ??= checksum(sections.statements);
      return sum;
    },
  });
}
