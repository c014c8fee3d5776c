// Are the rows of a table now what they will be when a change comes to them, so that they can be asked before?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import { partsOfTable, printedIn } from '../../recipes/key-of.ts';
import type { Way } from '../define.ts';
import { isNew, printName, relationFacts } from '../name.ts';
import { columnObject } from './altered-column.ts';
import { nameOfKey } from './key.ts';
import { descendantsOf } from './plan-constraint.ts';

/** What leaves the rows of the tables that it names as they are, and their names. */
const harmless: ReadonlySet<string> = new Set(
  `
  add-check add-column add-exclusion add-foreign-key add-identity add-not-null-constraint add-primary-key add-unique
  alter-constraint alter-depends alter-domain alter-identity alter-index alter-policy alter-publication alter-sequence
  alter-statistics alter-view analyze change-owner cluster cluster-on comment-on create-index
  create-materialized-view create-policy create-publication create-rule create-sequence create-statistics create-table
  create-table-as create-trigger create-view drop-constraint drop-default drop-identity drop-index
  drop-materialized-view drop-not-null drop-policy drop-publication drop-rule drop-sequence drop-statistics
  drop-trigger drop-view enable-rule enable-trigger grant lock-table refresh-materialized-view reindex
  rename-constraint rename-index rename-policy rename-rule rename-sequence rename-trigger rename-view
  replica-identity revoke row-security select set-access-method set-column-compression set-column-options
  set-column-statistics set-column-storage set-constraints set-default set-logged set-not-null set-tablespace
  set-unlogged storage-parameters vacuum validate-constraint
  `
    .trim()
    .split(/\s+/),
);

/** The same where nobody can tell which tables it touches. */
const harmlessEverywhere: ReadonlySet<string> = new Set([
  'alter-index',
  'alter-publication',
  'analyze',
  'drop-statistics',
  'lock-table',
  'reindex',
  'set-tablespace',
  'vacuum',
]);

/** What these do they do to one column. */
const ofOneColumn: ReadonlySet<string> = new Set([
  'alter-column-type',
  'drop-column',
  'drop-expression',
  'rename-column',
  'set-expression',
]);

/** Sub-commands of one ALTER TABLE are not run in the order in which they stand: these come first. */
const runFirst: ReadonlySet<string> = new Set(['AT_AlterColumnType', 'AT_DropColumn', 'AT_SetExpression']);

const writesRows: ReadonlySet<string> = new Set([
  'copy',
  'delete-rows',
  'insert-rows',
  'merge-rows',
  'truncate',
  'update-rows',
]);

const anyTable: Name = { schema: null, name: '' };

/** Whether the table can be asked: it and these columns (null: whichever) are there, and no pending statement before this one changes its rows or names. */
export function settled(table: Name, columns: readonly string[] | null, facts: Facts, way: Way): boolean {
  if (!facts.live || isNew(table, facts) || !isThere(table, columns, way)) return false;
  const isTouched = (change: Change, on: Name) => {
    if (harmless.has(change.kind)) return false;
    if (!ofOneColumn.has(change.kind) || columns === null) return true;
    return columns.some((column) => change.object === columnObject(on, column));
  };
  const everywhere = way.touchedBy(anyTable);
  if (everywhere.some(({ kind }) => !harmlessEverywhere.has(kind))) return false;
  const family = [table, ...ancestorsOf(table, facts), ...descendantsOf(table, facts)];
  const touched = family.some((name) =>
    way.touchedBy(name).some((change) => !everywhere.includes(change) && isTouched(change, name)),
  );
  return !touched && !isRunFirst(columns, way) && !triggersWrite(way);
}

/** In the live catalog. */
function isThere(table: Name, columns: readonly string[] | null, { catalog }: Way): boolean {
  const kind = ['table', 'materialized view'].find((one) => printedIn(catalog, one, table) !== null);
  const printed = kind === undefined ? null : printedIn(catalog, kind, table);
  if (printed === null) return false;
  if (kind !== 'table') return true;
  const named = catalog.objects.column;
  const missing = (columns ?? []).filter((column) => entryOf(named, printName(table, column)) === undefined);
  if (missing.length === 0) return true;
  const own = partsOfTable(catalog, 'column', printed).map(([name]) => partsOfName(name).at(-1));
  return missing.every((column) => own.includes(column));
}

function ancestorsOf(table: Name, facts: Facts): readonly Name[] {
  const found = new Set([qualifiedName(table)]);
  for (const key of found) for (const parent of relationFacts(nameOfKey(key), facts)?.parents ?? []) found.add(parent);
  return [...found].slice(1).map(nameOfKey);
}

function isRunFirst(columns: readonly string[] | null, { clause: { node, command } }: Way): boolean {
  // Changes of type are made together, each of the rows as they were before.
  if (command?.subtype === 'AT_AlterColumnType') return false;
  const commands = 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  return commands.some((command) => {
    if (!('AlterTableCmd' in command)) return false;
    const { subtype, name } = command.AlterTableCmd;
    return runFirst.has(subtype ?? '') && (columns === null || columns.includes(name ?? ''));
  });
}

/** Rows are written of a table whose triggers or rules may write any other one. */
function triggersWrite({ pending, touchedBy, catalog }: Way): boolean {
  const changes = pending();
  if (!changes.some(({ kind }) => writesRows.has(kind))) return false;
  if (changes.some(({ kind }) => /^(create|enable)-(trigger|rule)$/.test(kind))) return true;
  const owners = ['trigger', 'rule'].flatMap((kind) => Object.values(catalog.objects[kind] ?? {}).map(({ on }) => on));
  const tables = [...new Set(owners)].flatMap((on) => {
    const printed = typeof on === 'string' ? /^(?:table|view) (.*)$/s.exec(on)?.[1] : undefined;
    return printed === undefined ? [] : [nameOfKey(partsOfName(printed).join('.'))];
  });
  return tables.some((table) => touchedBy(table).some(({ kind }) => writesRows.has(kind)));
}
