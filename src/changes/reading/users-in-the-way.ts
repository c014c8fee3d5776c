// What uses a column whose type is to change, and how does it go and come back in the transaction of the change?
import { type Catalog, partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { nameOf } from '../../recipes/column-users.ts';
import type { Draft } from '../../recipes/draft.ts';
import { keptTogether, resolvedByKeeping } from '../../recipes/keep-old-values.ts';
import { printedIn } from '../../recipes/key-of.ts';
import { type Around, madeAgain, withMadeAgain } from '../../recipes/made-again.ts';
import { CannotRenew } from '../../recipes/renewed-constraint.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { oldValues } from './old-values.ts';
import { type ReadTypeChange, readTypeChange } from './type-change-read.ts';
import { namesRenamed } from './types-renamed.ts';
import { waitingDrops, withoutDropped } from './waiting-drops.ts';

export interface ColumnUsers {
  /** Of the migration itself, right before. */
  readonly drops: readonly Change[];
  /** Without what they drop, and without the users. */
  readonly catalog: Catalog;
  /** Null: nothing is in the way. */
  readonly around: Around | null;
}

export function columnUsers(table: Name, columns: readonly string[], change: Change, way: Way): ColumnUsers | Cannot {
  const drops = waitingDrops(way.before, change.statement, table, columns);
  const { catalog } = withoutDropped(way.catalog, drops);
  const printed = printedIn(catalog, 'table', table) ?? printedIn(catalog, 'foreign table', table);
  if (printed === null) return { drops, catalog, around: null };
  const { parse, print } = way;
  try {
    const around = madeAgain({ catalog, parse, print, printed, columns });
    const made = newReader(table, around, way);
    if (made !== null) return made;
    if (around === null) return { drops, catalog, around };
    const stale = staleBecause(around, table, drops, change, way);
    const named = around.users.map(({ kind, printed: name, own }) => [`${kind} ${name}`, own] as const);
    return stale ?? namesRenamed(named, way) ?? { drops, catalog: without(catalog, around), around };
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}

function without(catalog: Catalog, { users }: Around): Catalog {
  const gone = new Set(users.flatMap(({ kind, printed }) => (kind === 'publication' ? [] : [`${kind} ${printed}`])));
  const objects = Object.entries(catalog.objects).map(([kind, named]): [string, typeof named] => [
    kind,
    Object.fromEntries(Object.entries(named).filter(([printed]) => !gone.has(`${kind} ${printed}`))),
  ]);
  return { ...catalog, objects: Object.fromEntries(objects) };
}

/** A view or function that is made before, which the catalog does not know yet. */
function newReader(table: Name, around: Around | null, way: Way): Cannot | null {
  const keys = [table, ...relationsOf(around)].map(qualifiedName);
  const reader = firstOf(way, (one) => {
    const reads: unknown = 'reads' in one ? one.reads : null;
    return Array.isArray(reads) && reads.some((name: unknown) => isName(name) && keys.includes(qualifiedName(name)));
  });
  return reader === undefined ? null : unknownYet(reader, way);
}

function isName(value: unknown): value is Name {
  return typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;
}

/** What the migration does itself is still before the change when its turn comes, so that is told first. */
function firstOf({ before, pending }: Way, isOne: (one: Change) => boolean): Change | undefined {
  return before.find(isOne) ?? pending().find(isOne);
}

function unknownYet(one: Change, way: Way): Cannot {
  return {
    cannot: `A pending statement before it (${one.kind}: ${one.object}) may change what uses the column, so how that is made again is not known yet: apply that first, or write this change in a migration of its own.`,
    ...(way.before.includes(one) ? {} : { later: true }),
  };
}

/** The draft with the users out of its way. */
export function withUsers(draft: Draft, { around, drops }: ColumnUsers): Draft {
  return {
    ...(around === null ? draft : withMadeAgain(draft, around)),
    ...(drops.length > 0 ? { gathers: drops } : {}),
  };
}

/** All changes of type that the statement makes, of those that are meant, in one; null: nothing is in the way, so it can run as written. */
export function inOneTransaction(
  own: ReadTypeChange,
  change: Change,
  facts: Facts,
  way: Way,
  isMeant: (read: ReadTypeChange) => boolean = () => true,
): Exclude<Planned, 'binds'> {
  const { node, text } = way.clause;
  if (!('AlterTableStmt' in node)) return null;
  const { cmds = [] } = node.AlterTableStmt;
  const written = cmds.flatMap((command) => {
    const read = 'AlterTableCmd' in command ? readTypeChange(node, command.AlterTableCmd, facts) : null;
    return read === null || !isMeant(read)
      ? []
      : [{ command, column: read.column, keeps: oldValues(read, facts, way) }];
  });
  const columns = written.map(({ column }) => column);
  const users = columnUsers(own.table, columns, change, way);
  if ('cannot' in users) return users;
  const lost = written.flatMap(({ keeps }) => (keeps !== null && 'lost' in keeps ? [keeps.lost] : []));
  const kept = written.flatMap(({ keeps }) => (keeps === null || 'lost' in keeps ? [] : [keptTogether(keeps)]));
  if (users.around === null && kept.length === 0)
    return lost.length === 0 ? null : { cannot: lost.join(' '), lasts: lost.join(' ') };
  if (columns[0] !== own.column) return [];
  const sql =
    written.length === cmds.length && kept.length === 0
      ? text
      : way.print({
          AlterTableStmt: {
            ...node.AlterTableStmt,
            cmds: [
              ...written.map(({ command }) => command),
              ...kept.flatMap(({ command }) => commandsIn(command, way)),
            ],
          },
        });
  if (sql === null) return { cannot: 'PostgreSQL’s printer cannot write the change of type by itself.' };
  const draft: Draft = {
    stage: 'transaction',
    steps: [
      ...kept.flatMap(({ before }) => before),
      { sql, does: `change the type of ${change.object}`, ...(kept.length === 0 ? {} : { undo: 'parked' }) },
      ...kept.flatMap(({ after }) => after),
    ],
    anyway: true,
    ...(kept.length === 0 ? {} : { resolves: resolvedByKeeping }),
    ...(lost.length === 0 ? {} : { lasts: lost.join(' ') }),
  };
  return [withUsers(draft, users)];
}

function commandsIn(sql: string, { parse }: Way): readonly SyntaxNode[] {
  return parse(sql).flatMap((node) => ('AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : []));
}

/** What leaves definitions, owners and privileges of what uses the table as they are. */
const harmless = new Set([
  'update-rows',
  'insert-rows',
  'delete-rows',
  'merge-rows',
  'select',
  'lock-table',
  'analyze',
  'set-variable',
  'create-table',
  'create-index',
  'drop-index',
  'add-column',
  'set-default',
  'drop-default',
  'set-not-null',
  'drop-not-null',
  'alter-column-type',
  'add-foreign-key',
  'add-check',
  'add-unique',
  'add-primary-key',
  'add-exclusion',
  'add-identity',
  'add-not-null-constraint',
  'validate-constraint',
  'drop-constraint',
  'create-sequence',
  'alter-sequence',
  'create-enum',
  'create-domain',
  'create-composite',
  'create-range',
  'add-enum-value',
  'create-schema',
  'create-statistics',
  'truncate',
]);

/** Of these nobody can tell which relations they are about. */
const anything = new Set([
  'do-block',
  'call-procedure',
  'unknown',
  'reassign-owned',
  'drop-owned',
  'alter-default-privileges',
  'rename-role',
  'rename-schema',
  'drop-schema',
  'set-schema',
  'alter-extension',
  'create-extension',
  'drop-extension',
]);

function relationsOf(around: Around | null): readonly Name[] {
  return (around?.users ?? []).map(({ printed, own }) =>
    nameOf(typeof own.on === 'string' ? own.on.replace(/^(materialized view|foreign table|view|table) /, '') : printed),
  );
}

/** What uses another column stops it from being dropped, unless it goes with it. */
function ofOtherParts(one: Change): boolean {
  return ofTheTable.has(one.kind) && !('cascade' in one && one.cascade === true);
}

const ofTheTable = new Set([
  'drop-column',
  'drop-identity',
  'alter-identity',
  'set-column-statistics',
  'set-column-options',
  'set-column-storage',
  'set-column-compression',
  'storage-parameters',
  'comment-on',
]);

function staleBecause(around: Around, table: Name, drops: readonly Change[], change: Change, way: Way): Cannot | null {
  const relations = relationsOf(around);
  const own = qualifiedName(table);
  const onTable = new Set(way.touchedBy(table));
  const words = around.users.map(({ printed }) => partsOfName(printed.replace(/\(.*$/s, '')).at(-1) ?? '');
  const other = firstOf(way, (one) => {
    if (drops.includes(one) || harmless.has(one.kind)) return false;
    if (one.statement === change.statement && way.before.includes(one)) return false;
    return (
      anything.has(one.kind) ||
      (onTable.has(one) && !ofOtherParts(one)) ||
      relations.some((name) => qualifiedName(name) !== own && way.touchedBy(name).includes(one)) ||
      words.some((word) => one.object.includes(word)) ||
      / all /i.test(one.object)
    );
  });
  return other === undefined ? null : unknownYet(other, way);
}
