// Can migrations run where a pooler gives each transaction a session that others use too?
import type { Connection } from '../database/connection.ts';
import { requirePoolFit } from '../database/pool-fitness.ts';
import { Failure } from '../model/failure.ts';
import type { ReadMigration } from '../read/index.ts';
import { problemAt } from '../sql/problem-at.ts';
import { type SyntaxNode, walk } from '../sql/syntax.ts';

/** Before anything is touched, even the journal. */
export async function requireSharable(
  connection: Connection,
  migrations: readonly ReadMigration[],
  fileOf: (migration: ReadMigration) => string,
): Promise<void> {
  const [first, ...others] = migrations.flatMap((migration) => {
    const { statements, text: source } = migration;
    const gone = new Set(statements.flatMap(({ node }) => droppedBy(node)));
    return statements.flatMap((statement) => {
      const left = leftBy(statement.node, gone);
      return left === null ? [] : [refused(left, { source, file: fileOf(migration) }, statement)];
    });
  });
  if (first !== undefined) throw new Failure(first, 'migration', { others });
  await requirePoolFit(connection);
}

interface Left {
  readonly what: string;
  readonly hint: string;
}

const direct = 'or give the URL of the server itself.';
const advisory = /^pg_(?:try_)?advisory_lock(?:_shared)?$/;
/** CURSOR_OPT_HOLD of PostgreSQL's parser. */
const withHold = 0x20;

/** What its session keeps when the transaction has ended; null: nothing that can be seen. */
function leftBy(node: SyntaxNode, gone: ReadonlySet<string>): Left | null {
  if ('PrepareStmt' in node) return { what: 'a prepared statement', hint: `Write the statement out, ${direct}` };
  if ('ListenStmt' in node) return { what: 'LISTEN', hint: `Leave it out, ${direct}` };
  if ('LoadStmt' in node) return { what: 'a library', hint: `Leave it out, ${direct}` };
  if ('DeclareCursorStmt' in node && ((node.DeclareCursorStmt.options ?? 0) & withHold) !== 0)
    return { what: 'a cursor WITH HOLD', hint: `Declare it without WITH HOLD, ${direct}` };
  const inBlock = 'DoStmt' in node ? bodyOf(node) : '';
  if (callsAdvisoryLock(node) || /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(/i.test(inBlock))
    return { what: 'an advisory lock', hint: `Take pg_advisory_xact_lock, which ends with the transaction, ${direct}` };
  const made = temporaryOf(node);
  const inBody = /\bcreate\s+(?:(?:local|global)\s+)?temp(?:orary)?\b/i.test(inBlock);
  if ((made !== null && !gone.has(made)) || (inBody && !/\bon\s+commit\s+drop\b|\bdrop\s+table\b/i.test(inBlock)))
    return { what: 'a temporary object', hint: `Write ON COMMIT DROP, or drop it in the same migration, ${direct}` };
  return null;
}

/** The name of the temporary table, view, sequence, function or type that it makes for longer than its transaction. */
function temporaryOf(root: SyntaxNode): string | null {
  const [kind = ''] = Object.keys(root);
  if (!/^(?:Create|View|Composite|Select)/.test(kind)) return null;
  if ('CreateStmt' in root && root.CreateStmt.oncommit === 'ONCOMMIT_DROP') return null;
  if ('CreateTableAsStmt' in root && root.CreateTableAsStmt.into?.onCommit === 'ONCOMMIT_DROP') return null;
  let name: string | null = null;
  walk(root, (inner, fields) => {
    const { relpersistence, schemaname, relname, sval } = {
      ...{ relpersistence: '', schemaname: '', relname: '', sval: '' },
      ...fields,
    };
    const created = relpersistence === 't' || (kind !== 'SelectStmt' && schemaname === 'pg_temp');
    if (inner === 'RangeVar' && created) name ??= `${relname}`;
    if (kind !== 'SelectStmt' && inner === 'String' && sval === 'pg_temp') name ??= 'pg_temp';
    return true;
  });
  return name;
}

function droppedBy(node: SyntaxNode): readonly string[] {
  if (!('DropStmt' in node)) return [];
  return (node.DropStmt.objects ?? []).flatMap((object) => {
    const last = 'List' in object ? object.List.items?.at(-1) : undefined;
    return last !== undefined && 'String' in last ? [last.String.sval ?? ''] : [];
  });
}

function callsAdvisoryLock(root: SyntaxNode): boolean {
  let found = false;
  walk(root, (kind, fields) => {
    if (kind === 'FuncCall' && 'funcname' in fields && Array.isArray(fields.funcname)) {
      const words: readonly SyntaxNode[] = fields.funcname;
      const last = words.at(-1);
      found ||= last !== undefined && 'String' in last && advisory.test(last.String.sval ?? '');
    }
    return !found;
  });
  return found;
}

function bodyOf(root: SyntaxNode): string {
  const words: string[] = [];
  walk(root, (kind, fields) => {
    if (kind === 'String' && 'sval' in fields) words.push(`${fields.sval}`);
    return true;
  });
  return words.join('\n');
}

function refused(
  { what, hint }: Left,
  text: { readonly source: string; readonly file: string },
  statement: ReadMigration['statements'][number],
) {
  return problemAt('left-in-shared-session', `${what} would be left in a session that others use`, text, statement, {
    detail:
      'A pooler in transaction mode stands before the database: the next transaction in that session is somebody else’s, and would meet it. Nothing was touched.',
    hint,
  });
}
