// Which objects may look different only because a migration was stopped on its way?
import { partsOfName } from '../database/catalog/index.ts';
import type { Connection } from '../database/connection.ts';
import { readPlan } from '../journal/index.ts';
import { Failure } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { Difference } from '../model/verdict.ts';
import { readMigration } from '../read/index.ts';
import { loadParser } from '../sql/parser.ts';
import type { ParsedStatement } from '../sql/split.ts';
import { type SyntaxNode, walk } from '../sql/syntax.ts';

/** REINDEX CONCURRENTLY that is cut off leaves the index it was building, or the old one, under such a name. */
const halfDone = /_cc(new|old)\d*$/;

/** Whether a difference is in what the interrupted migration, if there is one, was at work on, and so is no drift. */
export async function exceptInterrupted(
  connection: Connection,
  { interrupted }: Pick<Journal, 'interrupted'>,
  files: readonly MigrationFile[],
): Promise<(difference: Difference) => boolean> {
  const id = interrupted?.undoing ? interrupted.id.replace(/^undo of /, '') : interrupted?.id;
  const file = files.find((each) => each.id === id);
  if (file === undefined || interrupted === null) return () => false;
  try {
    const parser = await loadParser();
    const { statements } = await readMigration(file, parser);
    // Its stages work on objects that the file does not name: shadow columns, constraints that come and go.
    const planned = stepsOf((await readPlan(connection, interrupted.number))?.content);
    return workedOn([...statements, ...planned.flatMap((sql) => parser.split(sql, 'plan').statements)]);
  } catch (error) {
    // What cannot be read any more is told by apply; it explains nothing.
    if (error instanceof Failure) return () => false;
    throw error;
  }
}

/** The SQL of its steps, wherever they stand in what was recorded. */
function stepsOf(content: unknown): readonly string[] {
  if (typeof content !== 'object' || content === null) return [];
  if ('sql' in content && typeof content.sql === 'string') return [content.sql];
  return Object.values(content).flatMap(stepsOf);
}

function workedOn(statements: readonly ParsedStatement[]): (difference: Difference) => boolean {
  const names = new Set(statements.flatMap(({ node }) => namesIn(node)));
  const rebuilds = statements.some(({ kind }) => kind === 'ReindexStmt');
  // What it has renamed stands in the definitions of others, too.
  const others = (text: string) =>
    text.replace(/"(?:[^"]|"")*"|[\w$\u0080-\uffff]+/g, (word) => (names.has(word.replaceAll('"', '')) ? '' : word));
  return ({ object, expected, actual }) => {
    const words = [...partsOfName(object), ...object.split(/[\s."]+/)];
    if (words.some((word) => names.has(word) || (rebuilds && halfDone.test(word)))) return true;
    return expected !== undefined && actual !== undefined && others(expected) === others(actual);
  };
}

function namesIn(node: SyntaxNode): readonly string[] {
  if ('IndexStmt' in node) return node.IndexStmt.idxname === undefined ? [] : [node.IndexStmt.idxname];
  const names: string[] = [];
  walk(node, (kind, fields) => {
    if (kind === 'String' && 'sval' in fields && typeof fields.sval === 'string') names.push(fields.sval);
    // The table, the new name of a rename, the constraint, trigger, policy, rule, column …
    for (const [field, value] of Object.entries(fields))
      if (/(?:name|newschema)$/.test(field) && typeof value === 'string') names.push(value);
  });
  return names;
}
