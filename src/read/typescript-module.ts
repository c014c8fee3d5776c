// What does a migration written in TypeScript say it does?
import { basename } from 'node:path';
import { Failure } from '../model/failure.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { Place } from '../model/problem.ts';
import { problem } from '../model/problem.ts';
import type { Parser } from '../sql/parser.ts';
import { codeFrame } from '../sql/position.ts';
import { type BackfillWork, readBackfillWork } from './backfill-module.ts';
import type { DefinedMigration } from './define.ts';
import { sourceSum } from './source-sum.ts';
import { loadUserModule } from './user-module.ts';

export interface ModuleTexts {
  readonly up: readonly string[];
  readonly verify: readonly string[];
  /** Null where the derived undo stands. */
  readonly undo: readonly string[] | null;
  /** In place of SQL that is carried out: functions, and the sum of the program. */
  readonly function?: { readonly work: BackfillWork; readonly checksum: string };
}

/** Loads the module and hands back what it says. */
export async function loadModule(file: MigrationFile, label: string, parser: Parser): Promise<ModuleTexts> {
  let exported: unknown;
  try {
    exported = await loadUserModule(file.path);
  } catch (error) {
    throw notLoaded(file, label, error);
  }
  if (isBackfill(exported)) {
    const work = readBackfillWork(exported, { source: file.text, file: label }, parser);
    return {
      up: [],
      ...sectionsOf(exported, label),
      function: { work, checksum: await sourceSum(file.text, file.path) },
    };
  }
  if (!isDefined(exported))
    throw notDefined(label, 'Its default export is not what defineMigration or defineBackfill returns.');
  return { up: texts(exported.up, 'up', label), ...sectionsOf(exported, label) };
}

function sectionsOf(exported: object, label: string): Pick<ModuleTexts, 'verify' | 'undo'> {
  const [verify, undo] = [
    'verify' in exported ? exported.verify : undefined,
    'undo' in exported ? exported.undo : undefined,
  ];
  return {
    verify: verify === undefined ? [] : texts(verify, 'verify', label),
    undo: undo === undefined ? null : texts(undo, 'undo', label),
  };
}

function isBackfill(exported: unknown): exported is object {
  return typeof exported === 'object' && exported !== null && 'kind' in exported && exported.kind === 'backfill';
}

function isDefined(exported: unknown): exported is DefinedMigration {
  return (
    typeof exported === 'object' &&
    exported !== null &&
    'kind' in exported &&
    exported.kind === 'migration' &&
    'up' in exported
  );
}

function texts(given: unknown, field: string, label: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map((text) => {
    if (typeof text === 'string') return text;
    throw notDefined(
      label,
      `Its ${field} is ${text === null ? 'null' : typeof text}, not SQL text or a list of SQL texts.`,
    );
  });
}

function notDefined(label: string, detail: string): Failure {
  const found = problem('migration-export', `${basename(label)} does not export a migration`, {
    detail,
    hint: "Write `export default defineMigration({ up: 'SQL', undo: 'SQL', verify: 'SQL' })`; undo and verify may be left out.",
    where: { file: label, line: 1, column: 1 },
  });
  return new Failure(found, 'migration');
}

function notLoaded(file: MigrationFile, label: string, error: unknown): Failure {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const [line = ''] = said.replace(/^Error: (?=\w+Error: )/, '').split('\n');
  const where = placeIn(file, label, error);
  const found = problem('migration-load', `${basename(label)} cannot be loaded`, {
    detail: `It ends with ${line.trim().replaceAll(file.path, basename(label))}.`,
    hint: 'Mend the file; it is run with nothing but its own imports, and its SQL must be there without waiting for anything.',
    where,
    frame: codeFrame(file.text, where),
  });
  return new Failure(found, 'migration', { cause: error });
}

/** The first line of the stack, or of the message, that lies in the user's file. */
export function placeIn(file: Pick<MigrationFile, 'path' | 'text'>, label: string, error: unknown): Place {
  const text = error instanceof Error ? `${error.stack ?? ''}\n${error.message}` : '';
  const at = text.split(file.path).find((rest, index) => index > 0 && /^:\d+:\d+/.test(rest));
  const [, line = '1', column = '1'] = /^:(\d+):(\d+)/.exec(at ?? '') ?? [];
  // Its parser counts columns from 0; what it compiled a line to can be longer than the line.
  const counted = Number(column) + (/ParseError/.test(text) ? 1 : 0);
  const written = file.text.split(/\r\n|\n|\r/)[Number(line) - 1] ?? '';
  return { file: label, line: Number(line), column: counted <= written.length + 1 ? counted : 1 };
}
