// How is a type changed while the table is in use?

import type { Change, Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import { columnsIn, namesWholeRow } from '../../recipes/column-words.ts';
import { keyOf, printedIn } from '../../recipes/key-of.ts';
import { typeThenRecheck } from '../../recipes/recheck-constraint.ts';
import { CannotRenew } from '../../recipes/renewed-constraint.ts';
import { type ShadowedColumn, shadowColumns } from '../../recipes/shadow-column.ts';
import { refusedByPostgres } from '../../recipes/shadow-obstacles.ts';
import type { AlterTableCmd, SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Planned, Way } from '../way.ts';
import { columnObject, knownColumn } from './altered-column.ts';
import { typeParts } from './conversions.ts';
import { nameOfKey } from './key.ts';
import { worthCare } from './size.ts';
import { typeChangeCost } from './type-change.ts';
import { type ReadTypeChange, readTypeChange } from './type-change-read.ts';
import { waitingDrops, withoutDropped } from './waiting-drops.ts';

export function plannedTypeChange(own: ReadTypeChange, change: Change, facts: Facts, way: Way): Planned {
  try {
    return planned(own, change, facts, way);
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}

function planned(own: ReadTypeChange, change: Change, facts: Facts, way: Way): Planned {
  const { table } = own;
  if (own.foreign || table.schema === 'pg_temp' || !worthCare(table, facts)) return null;
  const { rewrite, rebuildsIndex, checks } = typeChangeCost(own, facts);
  const printed = printedIn(way.catalog, 'table', table);
  const commands = commandsOf(way.clause.node);
  if (rewrite === 'no' && !rebuildsIndex && checks.length === 0) return inOneMoment(own, change, printed, way);
  if (printed === null) {
    return facts.live && relationFacts(table, facts) !== undefined
      ? null
      : { cannot: 'What hangs on the column is not known without the catalog of a database.' };
  }
  const others = commands.filter(({ subtype = '' }) => !besides.has(subtype));
  if (!writes(own, facts)) return checkedAnew(own, change, printed, facts, way);
  if (others.length > 0)
    return {
      cannot:
        'The statement does other things to the table besides: write the change of type as a statement of its own.',
    };
  const written = commands.flatMap((command) => {
    const read = readTypeChange(way.clause.node, command, facts);
    if (read === null) return [];
    return writes(read, facts) ? [read] : [];
  });
  const joint = jointly(written, change, facts, way, printed);
  const isFirst = written[0]?.column === own.column;
  return joint === null || 'cannot' in joint || isFirst ? joint : [];
}

/** Rows or indexes are written; or only read, but what a CHECK says of them may not be the same with the new type. */
function writes(own: ReadTypeChange, facts: Facts): boolean {
  const { rewrite, rebuildsIndex, checks, from } = typeChangeCost(own, facts);
  if (rewrite !== 'no' || rebuildsIndex) return true;
  const words = [from ?? '', own.type].map((type) => typeParts(type).name);
  const isAlike = words[0] === words[1] || words.every((word) => word === 'text' || word === 'character varying');
  return checks.length > 0 && !isAlike;
}

function checkedAnew(own: ReadTypeChange, change: Change, printed: string, facts: Facts, way: Way): Planned {
  const { table, column } = own;
  if (commandsOf(way.clause.node).length > 1)
    return {
      cannot:
        'All rows are read, since a CHECK must hold with the new type too: write the change as a statement of its own.',
    };
  const drops = waitingDrops(way.before, change.statement, table, [column]);
  const stale = staleBecause(table, [column], change, [], facts, way);
  if (stale !== null || drops.length > 0)
    return { cannot: stale ?? 'What is dropped before it would be missed meanwhile.' };
  const { catalog, parse, print } = way;
  const refused = refusedByPostgres({ catalog, parse, table, printed, columns: [column] });
  if (refused !== null) return { cannot: refused };
  const name = printName(table);
  return typeThenRecheck({
    catalog,
    parse,
    print,
    table: name,
    printed,
    column,
    sql: way.clause.text,
    object: change.object,
  });
}

/** Sub-commands that may stand beside it. */
const besides = new Set(['AT_AlterColumnType', 'AT_ColumnDefault', 'AT_SetNotNull']);

function commandsOf(node: SyntaxNode): readonly AlterTableCmd[] {
  if (!('AlterTableStmt' in node)) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command ? [command.AlterTableCmd] : [],
  );
}

/** Nothing is written or read; what was dropped for it before is dropped in the same moment. */
function inOneMoment(own: ReadTypeChange, change: Change, printed: string | null, way: Way): Planned {
  if (printed === null) return null;
  const drops = waitingDrops(way.before, change.statement, own.table, [own.column]);
  const { catalog } = withoutDropped(way.catalog, drops);
  const refused = refusedByPostgres({ catalog, parse: way.parse, table: own.table, printed, columns: [own.column] });
  if (refused !== null && way.touchedBy(own.table).length === 0) return { cannot: refused };
  if (drops.length === 0 || commandsOf(way.clause.node).length > 1) return null;
  return [
    {
      stage: 'transaction',
      steps: [{ sql: way.clause.text, does: `change the type of ${change.object}` }],
      gathers: drops,
    },
  ];
}

function jointly(
  written: readonly ReadTypeChange[],
  change: Change,
  facts: Facts,
  way: Way,
  printed: string,
): Exclude<Planned, 'binds'> {
  const [first] = written;
  if (first === undefined) return null;
  const { table } = first;
  const columns = written.map(({ column }) => column);
  const drops = waitingDrops(way.before, change.statement, table, columns);
  const stale = staleBecause(table, columns, change, drops, facts, way);
  if (stale !== null) return { cannot: stale };
  const shadowed: ShadowedColumn[] = [];
  for (const read of written) {
    const one = shadowedColumn(read, facts, way);
    if ('cannot' in one) return one;
    shadowed.push(one);
  }
  const { catalog } = withoutDropped(way.catalog, drops);
  const key = keyOf(table, facts, way);
  const drafts = shadowColumns({
    catalog,
    whole: way.catalog,
    major: facts.major,
    parse: way.parse,
    print: way.print,
    table,
    printed,
    columns: shadowed,
    key,
    objects: columns.map((column) => columnObject(table, column)),
    also: Object.keys(relationFacts(table, facts)?.columns ?? {}),
  });
  if ('cannot' in drafts || drops.length === 0) return drafts;
  return drafts.map((draft) => (draft.movesToEnd === undefined ? draft : { ...draft, gathers: drops }));
}

function shadowedColumn(
  { table, column, type, using, expression, typeName, collationClause }: ReadTypeChange,
  facts: Facts,
  { print, touchedBy }: Way,
): ShadowedColumn | { readonly cannot: string } {
  const sql = print({ TypeName: typeName });
  if (sql === null) return { cannot: 'PostgreSQL’s printer cannot write the new type.' };
  if (facts.domains?.[type]?.constrained === true)
    return {
      cannot: `Each value that comes into ${type} is checked, so that even a new column of it is written for every row.`,
    };
  if (expression !== null && namesWholeRow(expression, table.name))
    return { cannot: 'What stands behind USING takes whole rows.' };
  const generated = Object.entries(relationFacts(table, facts)?.columns ?? {}).filter(([, known]) => known.generated);
  const named = expression === null ? new Set([column]) : columnsIn(expression);
  if (generated.some(([name]) => named.has(name)))
    return {
      cannot: 'USING takes a generated column, which a trigger that fires before the row is written does not see.',
    };
  const from = knownColumn(table, column, facts)?.type ?? null;
  // PostgreSQL prints its own types without a schema; their casts take NULL to NULL.
  const plain = [from, type].every((each) => each !== null && !each.includes('.'));
  const dropped = (kind: string) =>
    touchedBy(table).some((other) => other.kind === kind && other.object === columnObject(table, column));
  return {
    column,
    type: sql,
    newType: type,
    collation: collationClause,
    using: using === 'none' ? null : expression,
    keepsNull: using !== 'computed' && plain,
    losesDefault: dropped('drop-default'),
    losesNotNull: dropped('drop-not-null'),
  };
}

/** What an earlier pending statement may do to the table without the catalog being out of date for us. */
const harmless = new Set([
  'update-rows',
  'insert-rows',
  'delete-rows',
  'merge-rows',
  'select',
  'lock-table',
  'analyze',
]);

function staleBecause(
  table: Name,
  columns: readonly string[],
  change: Change,
  drops: readonly Change[],
  facts: Facts,
  way: Way,
): string | null {
  const own = columns.map((column) => columnObject(table, column));
  const isHarmless = (other: Change): boolean => {
    if (drops.includes(other) || harmless.has(other.kind)) return true;
    if (other.statement === change.statement && way.before.includes(other)) return true;
    // A change of type leaves definitions as they are, those of other tables' foreign keys too.
    if (other.kind === 'alter-column-type') return !own.includes(other.object);
    if (other.kind === 'drop-not-null' || other.kind === 'drop-default') return true;
    return other.kind === 'set-default' && !own.includes(other.object);
  };
  for (const on of [table, ...neighbours(table, facts)]) {
    const other = way.touchedBy(on).find((each) => !isHarmless(each));
    if (other !== undefined)
      return `A pending statement before it changes ${printName(on)} too (${other.kind}: ${other.object}), so what hangs on the column is not known yet: apply that first, or write this change in a migration of its own.`;
  }
  return null;
}

/** Tables across foreign keys, in both directions. */
function neighbours(table: Name, facts: Facts): readonly Name[] {
  const key = qualifiedName(table);
  const keys = Object.entries(facts.relations).flatMap(([other, { constraints }]) =>
    Object.values(constraints).some(({ references }) => references?.table === key) ? [other] : [],
  );
  const own = Object.values(entryOf(facts.relations, key)?.constraints ?? {}).flatMap(({ references }) =>
    references === undefined ? [] : [references.table],
  );
  return [...new Set([...keys, ...own])].filter((other) => other !== key).map(nameOfKey);
}
