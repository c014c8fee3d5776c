// Does a statement that goes over the rows of a table some at a time do the same as all at once?
import type { Name } from '../../model/change.ts';
import { type Facts, qualifiedName } from '../../model/facts.ts';
import { partsOfTable, printedIn } from '../../recipes/key-of.ts';
import { type SelectStmt, type SyntaxNode, walk } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { aggregates } from './aggregates.ts';
import { callsIn } from './calls.ts';
import { familyOf } from './foreign-key-effects.ts';
import { ownVolatility } from './own-volatility.ts';

export interface RowsChange {
  readonly event: 'insert' | 'update' | 'delete';
  /** Whose rows it changes. */
  readonly table: Name;
  /** Tables besides it that the statement reads. */
  readonly reads: readonly Name[];
  /** What stands in it: conditions, values, FROM or USING. */
  readonly nodes: readonly SyntaxNode[];
}

/** Null: it does, each row by itself; else a whole sentence that says why not. */
export function differsInBatches(rows: RowsChange, facts: Facts, way: Way): string | null {
  return (
    ofTheTarget(rows, facts, way) ??
    first(rows.reads, (read) => ofARead(read, rows.table, facts)) ??
    ofFunctions(rows.nodes, facts) ??
    ofQueries(rows.nodes, facts)
  );
}

function ofTheTarget({ event, table }: RowsChange, facts: Facts, way: Way): string | null {
  const name = printName(table);
  const known = relationFacts(table, facts);
  if (known?.kind === 'view') return `${name} is a view, whose rows have no key of their own.`;
  if (known?.kind === 'foreign-table') return `${name} is a foreign table: its rows are kept elsewhere.`;
  if (known?.rowSecurity === true) {
    return `${name} has row security, and a condition on its key could let its policies pass other rows.`;
  }
  // What pending statements make is not in the catalog that was read.
  const made = way.touchedBy(table).find(({ kind }) => /^(create|enable)-(trigger|rule)$/.test(kind));
  if (made !== undefined)
    return `Pending statements make or enable ${made.object}, which may look at all changed rows together.`;
  const inCatalog = printedIn(way.catalog, 'table', table);
  if (inCatalog === null) return null;
  const trigger = partsOfTable(way.catalog, 'trigger', inCatalog).find(
    ([, { definition, enabled }]) => enabled !== 'disabled' && seesAllRows(definition, event, way),
  );
  if (trigger !== undefined) {
    return `The trigger ${trigger[0]} runs for the statement as a whole, or at the end of the transaction, not row by row.`;
  }
  const rule = partsOfTable(way.catalog, 'rule', inCatalog).find(
    ([, { definition, enabled }]) => enabled !== 'disabled' && isRuleOn(definition, event, way),
  );
  return rule === undefined ? null : `The rule ${rule[0]} makes another statement of it.`;
}

/** The bits of pg_trigger.tgtype. */
const bits = { insert: 4, delete: 8, update: 16 } as const;

/** FOR EACH STATEMENT, REFERENCING, or a constraint trigger that is deferred: then it sees what all rows have become. */
function seesAllRows(definition: unknown, event: RowsChange['event'], { parse }: Way): boolean {
  const [node] = typeof definition === 'string' ? parse(definition) : [];
  if (node === undefined || !('CreateTrigStmt' in node)) return true;
  const { events = 0, row, transitionRels = [], initdeferred } = node.CreateTrigStmt;
  return (events & bits[event]) !== 0 && (row !== true || transitionRels.length > 0 || initdeferred === true);
}

function isRuleOn(definition: unknown, event: RowsChange['event'], { parse }: Way): boolean {
  const [node] = typeof definition === 'string' ? parse(definition) : [];
  return node === undefined || !('RuleStmt' in node) || node.RuleStmt.event === `CMD_${event.toUpperCase()}`;
}

function ofARead(read: Name, target: Name, facts: Facts): string | null {
  const [name, known] = [printName(read), relationFacts(read, facts)];
  if (familyOf(qualifiedName(target), facts).has(qualifiedName(read))) {
    return `It reads ${name} while it changes it: a batch would see what those before it have made.`;
  }
  if (known?.kind === 'view') return `It reads the view ${name}, which may read the table that it changes.`;
  if (known === undefined || known.kind === 'unknown') return `Nothing is known of ${name}, which it reads.`;
  return null;
}

/** What reads nothing gives the same for a row whichever rows are looked at with it; PostgreSQL’s own functions read no table of the user. */
function ofFunctions(nodes: readonly SyntaxNode[], facts: Facts): string | null {
  const opaque = callsIn(nodes, facts).opaque.find((name) => ownVolatility(name.split('.'), facts) !== 'immutable');
  return opaque === undefined ? null : `The function ${opaque} may read the table that it changes.`;
}

/** Another value each time, whatever the rows are. */
const drawn: ReadonlySet<string> = new Set(
  `
  array_sample array_shuffle clock_timestamp gen_random_bytes gen_random_uuid nextval random random_normal setval timeofday uuid_generate_v1
  uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7
`
    .trim()
    .split(/\s+/),
);

/** Values for a row may be random; which rows a query gives may not be, for each batch asks anew. */
function ofQueries(nodes: readonly SyntaxNode[], facts: Facts): string | null {
  let found: string | null = null;
  walk(nodes, (kind, fields) => {
    found ??= ofQuery(kind, fields, facts);
    return found === null;
  });
  return found;
}

function ofQuery(kind: string, fields: object, facts: Facts): string | null {
  if (kind === 'CommonTableExpr') return 'Its WITH would be worked out anew for each batch.';
  if (kind === 'RangeTableSample') return 'TABLESAMPLE takes other rows each time.';
  const query = selectIn(fields, kind === 'SubLink' ? 'subselect' : kind === 'RangeSubselect' ? 'subquery' : null);
  if (query === null) return null;
  const inner = { SelectStmt: query };
  if (callsIn([inner], facts).own.some((name) => drawn.has(name))) {
    return 'A query in it gives other rows each time, since it calls a volatile function.';
  }
  const type = 'subLinkType' in fields ? fields.subLinkType : undefined;
  if ((type === 'ANY_SUBLINK' || type === 'ARRAY_SUBLINK') && (query.limitCount ?? query.limitOffset) !== undefined) {
    return 'Which rows a LIMIT lets through may be others for each batch.';
  }
  if (kind !== 'RangeSubselect' || ('lateral' in fields && fields.lateral === true)) return null;
  return isPlain(query) ? null : 'A query in its FROM would be worked out anew for each batch.';
}

function selectIn(fields: object, place: 'subselect' | 'subquery' | null): SelectStmt | null {
  const found: unknown = place === null ? undefined : Object.entries(fields).find(([key]) => key === place)?.[1];
  if (typeof found !== 'object' || found === null || !('SelectStmt' in found)) return null;
  return isSelect(found.SelectStmt) ? found.SelectStmt : null;
}

function isSelect(value: unknown): value is SelectStmt {
  return typeof value === 'object' && value !== null;
}

/** One row of its tables gives a row, or rows, of its own, in no order. */
export function isPlain(select: SelectStmt): boolean {
  const { op, groupClause, havingClause, distinctClause, windowClause, limitCount, limitOffset, withClause } = select;
  if ((op ?? 'SETOP_NONE') !== 'SETOP_NONE' || withClause !== undefined) return false;
  if ([havingClause, limitCount, limitOffset].some((part) => part !== undefined)) return false;
  if ([groupClause, distinctClause, windowClause].some((list) => list !== undefined && list.length > 0)) return false;
  return !aggregates(select.targetList ?? []);
}

function first<Value>(values: readonly Value[], of: (value: Value) => string | null): string | null {
  for (const value of values) {
    const found = of(value);
    if (found !== null) return found;
  }
  return null;
}
