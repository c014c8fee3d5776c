// Which values of a column are to be kept when it gets another type?
import { entryOf, type Facts } from '../../model/facts.ts';
import { firstFree } from '../../recipes/free-names.ts';
import type { OldValues } from '../../recipes/keep-old-values.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { printName, relationFacts } from '../name.ts';
import type { Way } from '../way.ts';
import { columnObject, isNewColumn, knownColumn } from './altered-column.ts';
import { carriedAway } from './carried-away.ts';
import { wasThere } from './size.ts';
import { turnsBack } from './turns-back.ts';
import type { ReadTypeChange } from './type-change-read.ts';

export type Keeping = OldValues | { readonly lost: string } | null;

/** Null: there are none, or the new values tell the old ones. */
export function oldValues(read: ReadTypeChange, facts: Facts, way: Way): Keeping {
  const { table, column, type, using, expression } = read;
  const from = knownColumn(table, column, facts)?.type ?? null;
  if (way.options.park === 'none' || from === null || !mayLose(read, facts)) return null;
  const what = `The old values of ${columnObject(table, column)}`;
  const by = carriedAway(table, column, what, facts, way, 'with');
  if ('cannot' in by) return { lost: by.cannot };
  const own = quoteIdentifier(column);
  const retyped = columnsRetyped(way);
  const changing = by.key.find(({ name }) => name !== own && retyped.includes(name));
  if (changing !== undefined)
    return {
      lost: `${what} are lost: column ${changing.name}, by which they would be found again, gets another type too.`,
    };
  const columns = Object.keys(relationFacts(table, facts)?.columns ?? {});
  return {
    table,
    printed: printName(table),
    column,
    oldType: from,
    aside: firstFree(`roadbook_was_${column}`, 58, (name) => columns.includes(name)),
    key: by.key.map((one) => (one.name === own ? { ...one, type } : one)),
    using: (expression === null ? null : way.print(expression)) ?? `${own}::${type}`,
    keepsNull: using !== 'computed' && [from, type].every((each) => !each.includes('.')),
    migration: way.migration,
    statement: way.clause.statement,
  };
}

/** Rows that were there before are converted, and what they become does not tell what they were. */
export function mayLose(read: Omit<ReadTypeChange, 'typeName' | 'collationClause'>, facts: Facts): boolean {
  const { table, column, foreign } = read;
  const own = knownColumn(table, column, facts);
  const known = relationFacts(table, facts);
  if (!facts.live || foreign || table.schema === 'pg_temp' || !wasThere(table, facts)) return false;
  if (known?.kind !== 'table' && known?.kind !== 'partitioned-table') return false;
  if (own === undefined || own.isNew === true || own.generated !== undefined) return false;
  return !isNewColumn(table, column, facts) && entryOf(known.columns, column) !== undefined && !turnsBack(read, facts);
}

/** As SQL names them: all that the statement gives another type. */
function columnsRetyped({ clause: { node } }: Way): readonly string[] {
  if (!('AlterTableStmt' in node)) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) => {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_AlterColumnType') return [];
    const { name } = command.AlterTableCmd;
    return name === undefined ? [] : [quoteIdentifier(name)];
  });
}
