// What does ALTER TABLE … ADD COLUMN do, lock and endanger?
import { type Change, defineChange, type Effect, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { addedColumnCost } from './reading/added-column-cost.ts';
import { addedColumnQuestions } from './reading/added-column-questions.ts';
import { alterTable, columnObject, knownColumn } from './reading/altered-column.ts';
import { callsIn } from './reading/calls.ts';
import { type ColumnReading, columnFacts, fillsItself, readColumn } from './reading/column.ts';
import { columnTraps } from './reading/column-traps.ts';
import { constraintEffects } from './reading/constraint.ts';
import { nameOfKey } from './reading/key.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { cutNames, cutNameTraps } from './reading/name-traps.ts';
import { plannedColumn } from './reading/plan-added-column.ts';
import { sequenceLocks } from './reading/sequence-locks.ts';
import { worthCare } from './reading/size.ts';
import { foreignKeyTraps } from './reading/table-columns-traps.ts';
import { type ForeignKeyReading, foreignKeysOf } from './reading/table-definition.ts';

export interface AddColumn extends Change {
  readonly kind: 'add-column';
  readonly table: Name;
  readonly column: ColumnReading;
  readonly foreignKeys: readonly ForeignKeyReading[];
  readonly ifNotExists: boolean;
  /** Known to be there already, so that IF NOT EXISTS makes nothing. */
  readonly isThere: boolean;
  /** PostgreSQL keeps no rows of a foreign table. */
  readonly foreign: boolean;
  /** Names written longer than PostgreSQL keeps. */
  readonly cutNames: readonly string[];
}

export default defineChange<AddColumn>({
  kind: 'add-column',
  explain: {
    title: 'A column is added',
    why: 'With no default, or one that is the same for all rows (a constant, now()), only the catalog changes, for a moment under ACCESS EXCLUSIVE. With one that is computed for each row (gen_random_uuid(), clock_timestamp(), nextval), for serial and identity columns, for stored generated ones and for a domain with a constraint, every row is written anew meanwhile. A CHECK, UNIQUE or PRIMARY KEY written with the column reads every row. A column that is NOT NULL without a default makes every INSERT of the running application fail that does not know it.',
    instead:
      '`roadbook apply` adds the column plain, sets its default after that, fills the rows that are there by batches, and then adds constraints NOT VALID and validates them apart, serial and identity columns too; a stored generated column and a domain with a constraint it cannot add so. With another tool write the same, step by step.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AddColumn'],
  recognise: ({ node, command, text }, facts) => {
    const parts = alterTable(node, command);
    const def = parts?.command.def;
    if (parts === null || def === undefined || !('ColumnDef' in def)) return null;
    const table = relationName(parts.statement.relation, facts);
    const column = readColumn(def.ColumnDef, table, facts);
    const ifNotExists = parts.command.missing_ok === true;
    return {
      object: columnObject(table, column.name),
      table,
      column,
      foreignKeys: foreignKeysOf(def.ColumnDef, column),
      ifNotExists,
      isThere: ifNotExists && knownColumn(table, column.name, facts) !== undefined,
      foreign: parts.statement.objtype === 'OBJECT_FOREIGN_TABLE',
      cutNames: cutNames(text),
    };
  },
  effects: ({ table, column, isThere }): readonly Effect[] =>
    isThere
      ? []
      : [
          { effect: 'set-column', table, column: column.name, facts: { ...columnFacts(column), isNew: true } },
          ...column.constraints.flatMap((one) => constraintEffects(table, one)),
        ],
  locks: ({ table, column, foreignKeys, isThere, foreign }, facts): readonly Lock[] => {
    if (isNew(table, facts)) return otherTables(foreignKeys, table, false, facts);
    const cost = isThere || foreign ? null : addedColumnCost(column, table);
    const { rewrite, scan } = { rewrite: cost?.rewrites !== null, scan: (cost?.scans.length ?? 0) > 0 };
    const own = cost !== null && rewrite ? { rewrite: true } : scan ? { scan: true } : {};
    const looksUp = column.default !== null || column.serial || column.identity !== null || column.generated !== null;
    return [
      { relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...own },
      ...(isThere ? [] : otherTables(foreignKeys, table, looksUp, facts)),
      ...(cost !== null && rewrite && column.default !== null
        ? sequenceLocks(callsIn([column.default.expression], facts).sequences, facts)
        : []),
    ];
  },
  plan: plannedColumn,
  data: ({ table, column, isThere, foreign }, facts, way) => {
    const def = way.clause.command?.def;
    if (isThere || foreign || def === undefined || !('ColumnDef' in def)) return [];
    return [...labelsLacking(facts, way), ...addedColumnQuestions(table, column, def.ColumnDef, facts, way)];
  },
  hazards: (change, facts, after): readonly Hazard[] => {
    const { table, column, foreignKeys, isThere, foreign } = change;
    if (isThere) return [maybeThere(change)];
    const costs = worthCare(table, facts) && !foreign ? costHazards(change) : [];
    const list = foreignKeys.flatMap((key) => key.facts.columns).join(', ');
    return [
      ...costs,
      ...(isNew(table, facts) ? [] : breaksInserts(change, after)),
      ...columnTraps(column, table),
      ...cutNameTraps(change.cutNames),
      ...foreignKeyTraps(
        table,
        foreignKeys,
        after,
        isNew(table, facts)
          ? `CREATE INDEX ON ${printName(table)} (${list}) in the same migration: nobody waits for a table that is new.`
          : `Add CREATE INDEX ON ${printName(table)} (${list}): \`roadbook apply\` builds it CONCURRENTLY where the table is large. With another tool write it CONCURRENTLY, alone in a migration after this one.`,
      ),
      // The live catalog knows it.
      ...(change.ifNotExists && !facts.live && worthCare(table, facts) ? [maybeThere(change)] : []),
    ];
  },
});

/** What a foreign key refers to; rows are looked up there where the column has values. */
function otherTables(keys: readonly ForeignKeyReading[], table: Name, scan: boolean, facts: Facts): readonly Lock[] {
  return keys
    .map((key) => nameOfKey(key.facts.references?.table ?? ''))
    .filter((name) => printName(name) !== printName(table) && !isNew(name, facts))
    .map((name) => ({ relation: printName(name), mode: 'SHARE ROW EXCLUSIVE', ...(scan ? { scan: true } : {}) }));
}

function costHazards({ table, column, object }: AddColumn): readonly Hazard[] {
  const { rewrites, scans } = addedColumnCost(column, table);
  const lock = { relation: printName(table), mode: 'ACCESS EXCLUSIVE' } as const;
  const hazards: Hazard[] = [];
  if (rewrites !== null && !rewrites.sure) {
    hazards.push({
      code: 'add-column-rewrites-table',
      family: 'lock',
      severity: 'warning',
      message: `${object} may be added by writing the whole table anew`,
      lock,
      why: `${rewrites.why} While rows and indexes are written anew nobody reads or writes the table.`,
      instead: rewrites.instead,
    });
  } else if (rewrites !== null) {
    hazards.push({
      code: 'add-column-rewrites-table',
      family: 'lock',
      severity: 'error',
      message: `${object} is added by writing the whole table anew`,
      lock,
      why: `${rewrites.why} Every row and every index is written anew; until that is done nobody reads or writes the table.`,
      instead: rewrites.instead,
    });
  }
  for (const { what, instead } of rewrites?.sure === true ? [] : scans) {
    // NOT NULL without a value has a hazard of its own.
    if (instead === null) continue;
    hazards.push({
      code: 'add-column-scans-table',
      family: 'lock',
      severity: 'error',
      message: `${object} is added with ${what}, which reads the whole table`,
      lock,
      why: 'The column is new, yet every row is read; until that is done nobody reads or writes the table.',
      instead,
    });
  }
  return hazards;
}

/** What counts is the column as the migration leaves it: its default may be dropped, or NOT NULL set, further down. */
function breaksInserts({ table, column, object }: AddColumn, after: Facts): readonly Hazard[] {
  const left = knownColumn(table, column.name, after);
  const [notNull, filled] =
    left === undefined ? [column.notNull, fillsItself(column)] : [left.notNull, left.hasDefault];
  if (!notNull || filled) return [];
  const isWritten = column.notNull && !fillsItself(column);
  const fails = isWritten ? ' Where the table has a row, the migration itself fails.' : '';
  return [
    {
      code: 'required-column-breaks-inserts',
      family: 'application',
      severity: 'error',
      message: `${object} is NOT NULL and has no default${isWritten ? '' : ' at the end of the migration'}`,
      why: `The running application does not know the column, so each of its INSERTs fails from then on.${fails}`,
      instead:
        'Give it a default, and drop that once every running version writes the column. Or leave NOT NULL out until then.',
    },
  ];
}

function maybeThere({ object }: AddColumn): Hazard {
  return {
    code: 'if-not-exists-hides-difference',
    family: 'design',
    severity: 'note',
    message: `${object} may be there already, with another definition`,
    why: 'IF NOT EXISTS looks at the name only: a column of that name with another type, default or constraint is taken for this one.',
    instead: 'Leave IF NOT EXISTS out: Roadbook’s journal knows what was applied.',
  };
}
