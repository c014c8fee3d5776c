// How is a type changed while the table is in use?

import { type Properties, partsOfName } from '../../database/catalog/index.ts';
import type { Change, Name } from '../../model/change.ts';
import type { Facts } from '../../model/facts.ts';
import { columnsIn, namesWholeRow } from '../../recipes/column-words.ts';
import { keyOf, partsOfTable, printedIn } from '../../recipes/key-of.ts';
import { typeThenRecheck } from '../../recipes/recheck-constraint.ts';
import { CannotRenew } from '../../recipes/renewed-constraint.ts';
import { type ShadowedColumn, shadowColumns } from '../../recipes/shadow-column.ts';
import type { AlterTableCmd, SyntaxNode } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { columnObject, knownColumn } from './altered-column.ts';
import { calledOtherwise, outOfDate } from './column-untouched.ts';
import { typeParts } from './conversions.ts';
import { oldValues } from './old-values.ts';
import { worthCare } from './size.ts';
import { typeChangeCost } from './type-change.ts';
import { type ReadTypeChange, readTypeChange } from './type-change-read.ts';
import { nameIsTaken, namesRenamed } from './types-renamed.ts';
import { columnUsers, inOneTransaction, withUsers } from './users-in-the-way.ts';
import { waitingDrops } from './waiting-drops.ts';

export function plannedTypeChange(own: ReadTypeChange, change: Change, facts: Facts, way: Way): Planned {
  const best = attempted(() => planned(own, change, facts, way));
  if (best === null || best === 'binds' || !('cannot' in best) || best.later === true) return best;
  // What PostgreSQL refuses as it is written must not run so, although others wait for it now.
  const inOne = attempted(() => inOneTransaction(own, change, facts, way, (read) => !isFree(read, facts)));
  if (inOne === null || inOne === 'binds') return best;
  if ('cannot' in inOne) return inOne.lasts === undefined ? inOne : { ...best, lasts: inOne.lasts };
  return inOne.map((draft) => ({ ...draft, blocks: best.cannot }));
}

function attempted(plan: () => Planned): Planned {
  try {
    return plan();
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}

function planned(own: ReadTypeChange, change: Change, facts: Facts, way: Way): Planned {
  const { table } = own;
  if (table.schema === 'pg_temp') return null;
  if (own.foreign || way.inOne || !worthCare(table, facts)) return inOneTransaction(own, change, facts, way);
  const printed = printedIn(way.catalog, 'table', table);
  const commands = commandsOf(way.clause.node);
  if (isFree(own, facts))
    return inOneTransaction(own, change, facts, way, (read) => isFree(read, facts)) ?? inOneMoment(own, change, way);
  if (printed === null) {
    return facts.live && relationFacts(table, facts) !== undefined
      ? calledOtherwise(table, way)
      : { cannot: 'What hangs on the column is not known without the catalog of a database.' };
  }
  const others = commands.filter(({ subtype = '' }) => !besides.has(subtype));
  const reads = commands.flatMap((command) => readTypeChange(way.clause.node, command, facts) ?? []);
  const taken = reads.map(({ type }) => nameIsTaken(type, way)).find((found) => found !== null);
  if (taken !== undefined) return taken;
  if (!writes(own, facts)) return checkedAnew(own, change, printed, facts, way);
  if (others.length > 0)
    return {
      cannot:
        'The statement does other things to the table besides: write the change of type as a statement of its own.',
    };
  const written = reads.filter((read) => writes(read, facts));
  const joint = jointly(written, change, facts, way, printed);
  const isFirst = written[0]?.column === own.column;
  return joint === null || 'cannot' in joint || isFirst ? joint : [];
}

/** Only the catalog changes. */
function isFree(own: ReadTypeChange, facts: Facts): boolean {
  const { rewrite, rebuildsIndex, checks } = typeChangeCost(own, facts);
  return rewrite === 'no' && !rebuildsIndex && checks.length === 0;
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
  const stale =
    outOfDate({ table, printed, columns: [column], change, drops: [] }, facts, way) ??
    saysOldName(table, printed, [column], way);
  if (stale !== null) return stale;
  if (drops.length > 0) return { cannot: 'What is dropped before it would be missed meanwhile.' };
  const { catalog, parse, print } = way;
  const users = columnUsers(table, [column], change, way);
  if ('cannot' in users) return users;
  const name = printName(table);
  const drafts = typeThenRecheck({
    catalog,
    parse,
    print,
    table: name,
    printed,
    column,
    sql: way.clause.text,
    object: change.object,
  });
  return 'cannot' in drafts ? drafts : drafts.map((draft, index) => (index === 0 ? withUsers(draft, users) : draft));
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
function inOneMoment(own: ReadTypeChange, change: Change, way: Way): Planned {
  const drops = waitingDrops(way.before, change.statement, own.table, [own.column]);
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
  const users = columnUsers(table, columns, change, way);
  if ('cannot' in users) return users;
  const { drops, catalog, around } = users;
  const stale =
    outOfDate({ table, printed, columns, change, drops }, facts, way) ??
    saysOldName(table, printed, columns, { ...way, catalog });
  if (stale !== null) return stale;
  const shadowed: ShadowedColumn[] = [];
  const lost: string[] = [];
  for (const read of written) {
    const one = shadowedColumn(read, facts, way);
    if ('cannot' in one) return one;
    const keeps = oldValues(read, facts, way);
    if (keeps !== null && 'lost' in keeps) lost.push(keeps.lost);
    shadowed.push({ ...one, keeps: keeps === null || 'lost' in keeps ? null : keeps });
  }
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
    around,
  });
  if ('cannot' in drafts) return drafts;
  return drafts.map((draft) =>
    draft.movesToEnd === undefined
      ? draft
      : {
          ...draft,
          ...(drops.length === 0 ? {} : { gathers: drops }),
          ...(lost.length === 0 ? {} : { lasts: lost.join(' ') }),
        },
  );
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
    keeps: null,
  };
}

/** What hangs on the columns is made again by the catalog's definitions. */
function saysOldName(table: Name, printed: string, columns: readonly string[], way: Way): Cannot | null {
  const dropped = columns.filter((column) =>
    way.touchedBy(table).some(({ kind, object }) => kind === 'drop-default' && object === columnObject(table, column)),
  );
  const defaults = partsOfTable(way.catalog, 'column', printed).flatMap(([name, own]): [string, Properties][] => {
    const column = partsOfName(name).at(-1) ?? '';
    const value = own.default;
    const isKept = columns.includes(column) && !dropped.includes(column);
    return isKept && value !== undefined ? [[`the default of ${name}`, { default: value }]] : [];
  });
  const parts = ['index', 'constraint', 'trigger', 'policy'].flatMap((kind) =>
    Object.entries(way.catalog.objects[kind] ?? {}).flatMap(([name, own]): [string, Properties][] => {
      const refers = kind === 'constraint' && String(own.definition).includes(` REFERENCES ${printed}(`);
      return own.on === `table ${printed}` || refers ? [[`${kind} ${name}`, own]] : [];
    }),
  );
  return namesRenamed([...defaults, ...parts], way);
}
