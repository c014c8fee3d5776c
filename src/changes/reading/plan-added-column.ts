// How does a column come to a table in use, with all that is written with it?
import type { Name } from '../../model/change.ts';
import { entryOf, type Facts, qualifiedName } from '../../model/facts.ts';
import { addThenValidate, validated } from '../../recipes/add-then-validate.ts';
import type { Draft, DraftStep } from '../../recipes/draft.ts';
import { CannotRenew } from '../../recipes/renewed-constraint.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { AlterTableCmd, ColumnDef } from '../../sql/syntax.ts';
import { printName, relationFacts } from '../name.ts';
import type { Cannot, Planned, Way } from '../way.ts';
import { type AddsConstraint, isPartitioned } from './add-constraint.ts';
import { addedColumnCost } from './added-column-cost.ts';
import { addCommand, alterAnew, notValid, validateCommand } from './alter-anew.ts';
import { type ColumnReading, columnFacts } from './column.ts';
import { type ApartColumn, type ApartConstraint, columnApart } from './column-apart.ts';
import type { NamedConstraint } from './constraint.ts';
import { hasChildren } from './foreign-key-effects.ts';
import { nameOfKey } from './key.ts';
import { unprintable } from './plan-constraint.ts';
import { type AddedColumn, filledColumn, notNullApart } from './plan-filled-column.ts';
import { plannedKey } from './plan-key.ts';
import { worthCare } from './size.ts';

export function plannedColumn(change: AddedColumn, facts: Facts, way: Way): Planned {
  const { table, column, foreign, isThere } = change;
  const { node, command } = way.clause;
  if (!('AlterTableStmt' in node) || command?.def === undefined || !('ColumnDef' in command.def)) return null;
  if (isThere || foreign || table.schema === 'pg_temp' || !worthCare(table, facts)) return null;
  const { rewrites, scans } = addedColumnCost(column, table);
  // Without a value for the rows that are there it fails at the first of them, or there is none.
  if (rewrites === null && (scans.length === 0 || scans.some(({ instead }) => instead === null))) return null;
  if (isRefused(change, node.AlterTableStmt.relation?.inh !== true, facts)) return null;
  if (isUnsure(change, node.AlterTableStmt.missing_ok === true, facts))
    return {
      cannot:
        'IF EXISTS and IF NOT EXISTS cannot be cut into parts as long as it is not known from the catalog of a database what is there.',
    };
  if (column.generated?.kind === 'stored' || column.domain?.constrained === true)
    return { cannot: `${rewrites?.why ?? ''} ${rewrites?.instead ?? ''}` };
  try {
    return rewrites === null
      ? briefColumn(change, command.def.ColumnDef, command, facts, way)
      : filled(change, command.def.ColumnDef, command, facts, way);
  } catch (error) {
    if (error instanceof CannotRenew) return { cannot: error.message };
    throw error;
  }
}

/** As it is written it fails at once: a type or a value is said twice, or children would lack the column. */
function isRefused({ table, column }: AddedColumn, only: boolean, facts: Facts): boolean {
  const given = [column.default !== null, column.serial, column.identity !== null, column.generated !== null];
  const known = relationFacts(table, facts);
  return (
    given.filter(Boolean).length > 1 ||
    (only && hasChildren(table, facts)) ||
    (column.identity !== null && !/^(smallint|integer|bigint)$/.test(column.type ?? '')) ||
    (known !== undefined && entryOf(known.columns, column.name) !== undefined) ||
    column.constraints.some((one) => isRefusedWith(one, table, facts))
  );
}

/** A second primary key, a name that something has already, or a reference to what is not there. */
function isRefusedWith({ name, facts: { kind, references } }: NamedConstraint, table: Name, facts: Facts): boolean {
  const known = relationFacts(table, facts)?.constraints ?? {};
  const isKey = kind === 'primary-key' || kind === 'unique';
  return (
    entryOf(known, name) !== undefined ||
    (kind === 'primary-key' && Object.values(known).some((other) => other.kind === kind)) ||
    // A key of a partitioned table must have the columns that it is partitioned by.
    (isKey && (isPartitioned(table, facts) || relationFacts({ schema: table.schema, name }, facts) !== undefined)) ||
    (facts.live && references !== undefined && relationFacts(nameOfKey(references.table), facts) === undefined)
  );
}

function isUnsure({ table, ifNotExists }: AddedColumn, ifExists: boolean, facts: Facts): boolean {
  const known = relationFacts(table, facts);
  return (ifNotExists || ifExists) && (!facts.live || known === undefined || known.columns === null);
}

/** Only the catalog changes for the column; its constraints are proved, or have their index built, apart. */
function briefColumn(change: AddedColumn, def: ColumnDef, command: AlterTableCmd, facts: Facts, way: Way): Planned {
  const { column, table } = change;
  const isFilled = column.default !== null;
  const own = columnApart(def, column, (_, named) => {
    if (named === undefined) return true;
    if (named.facts.kind === 'not-null') return column.generated === null;
    if (named.facts.kind === 'unique' || named.facts.kind === 'primary-key') return false;
    return !named.facts.validated || (named.facts.kind === 'foreign-key' && !isFilled);
  });
  const { definition, apart } = own;
  const add = alterAnew(way, addColumnCommand(command, definition));
  const checks = apart.filter((one) => one.facts.kind === 'check').map((one) => twoSteps(one, way));
  if (add === null || checks.some((one) => one === null)) return unprintable;
  const sure = checks.flatMap((one) => (one === null ? [] : [one]));
  const steps = [
    { sql: add, does: `add ${change.object}, which touches no row` },
    ...words(change, own),
    ...sure.map((check) => ({ sql: check.add, does: 'add the check, for new rows only' })),
  ];
  const notNull = apart
    .filter((one) => one.facts.kind === 'not-null')
    .map((one) => notNullApart(one.name, change, way));
  if (notNull.some((drafts) => drafts === null)) return unprintable;
  const rest = constrained(change, apart, withColumn(table, column, column.notNull && isFilled, facts), way);
  if ('cannot' in rest) return rest;
  return [
    { stage: 'transaction', steps, leads: true },
    ...notNull.flatMap((drafts) => drafts ?? []),
    ...rest.keys,
    ...sure.map(({ validate }) => validated(validate)),
    ...rest.references,
  ];
}

function filled(change: AddedColumn, def: ColumnDef, command: AlterTableCmd, facts: Facts, way: Way): Planned {
  const { table, column } = change;
  const own = columnApart(def, column, (node, named) =>
    named === undefined
      ? !/^CONSTR_(DEFAULT|IDENTITY)$/.test(node.contype ?? '')
      : !named.facts.validated && named.facts.kind !== 'not-null',
  );
  const { definition, apart } = own;
  const known = withColumn(table, column, false, facts);
  const drafts = filledColumn(
    {
      change,
      written: def,
      also: words(change, own),
      plain: (type) =>
        alterAnew(way, addColumnCommand(command, type === null ? definition : { ...definition, typeName: type })),
      notNull: apart.find((one) => one.facts.kind === 'not-null') ?? null,
    },
    facts,
    known,
    way,
  );
  if ('cannot' in drafts) return drafts;
  const rest = constrained(change, apart, withColumn(table, column, column.notNull, facts), way);
  if ('cannot' in rest) return rest;
  const checks: Draft[] = [];
  for (const one of apart.filter(({ facts: { kind } }) => kind === 'check')) {
    const steps = twoSteps(one, way);
    if (steps === null) return unprintable;
    checks.push(...addThenValidate(steps));
  }
  return [...drafts, ...rest.keys, ...checks, ...rest.references];
}

function words({ table, column }: AddedColumn, { compression, storage }: ApartColumn): readonly DraftStep[] {
  const alter = `ALTER TABLE ${printName(table)} ALTER COLUMN ${printName({ schema: null, name: column.name })} SET`;
  return [
    ...(storage === null ? [] : [{ sql: `${alter} STORAGE ${quoteIdentifier(storage)}`, does: 'store it as written' }]),
    ...(compression === null
      ? []
      : [{ sql: `${alter} COMPRESSION ${quoteIdentifier(compression)}`, does: 'compress it as written' }]),
  ];
}

function addColumnCommand(command: AlterTableCmd, definition: ColumnDef): AlterTableCmd {
  const { missing_ok: _, ...rest } = command;
  return { ...rest, def: { ColumnDef: definition } };
}

function withColumn(table: Name, column: ColumnReading, notNull: boolean, facts: Facts): Facts {
  const key = qualifiedName(table);
  const known = entryOf(facts.relations, key);
  if (known === undefined) return facts;
  const columns = { ...known.columns, [column.name]: { ...columnFacts(column), notNull } };
  return { ...facts, relations: { ...facts.relations, [key]: { ...known, columns } } };
}

interface Constrained {
  readonly keys: readonly Draft[];
  readonly references: readonly Draft[];
}

/** `facts`: with the column. */
function constrained(change: AddedColumn, apart: ApartColumn['apart'], facts: Facts, way: Way): Constrained | Cannot {
  const keys: Draft[] = [];
  const references: Draft[] = [];
  for (const one of apart) {
    const { kind } = one.facts;
    if (kind === 'unique' || kind === 'primary-key') {
      const drafts = key(change, one, facts, way);
      if ('cannot' in drafts) return drafts;
      keys.push(...drafts);
    }
    if (kind === 'foreign-key') {
      if (facts.major < 18 && isPartitioned(change.table, facts))
        return {
          cannot: `PostgreSQL before 18 has no NOT VALID for the foreign key of a partitioned table: write ALTER TABLE ${printName(change.table)} ADD FOREIGN KEY as a statement of its own, which \`roadbook apply\` does partition by partition.`,
        };
      const steps = twoSteps(one, way);
      if (steps === null) return unprintable;
      references.push(...addThenValidate(steps));
    }
  }
  return { keys, references };
}

/** As a statement of its own would be planned. */
function key(change: AddedColumn, one: ApartConstraint, facts: Facts, way: Way): readonly Draft[] | Cannot {
  const { table, statement } = change;
  const { node } = way.clause;
  const definition = { ...one.definition, conname: one.name };
  const command = addCommand(definition);
  const sql = alterAnew(way, command);
  if (sql === null || !('AlterTableStmt' in node)) return unprintable;
  const own = { AlterTableStmt: { ...node.AlterTableStmt, cmds: [{ AlterTableCmd: command }] } };
  const adds: AddsConstraint = {
    kind: 'add-key',
    statement,
    object: `constraint ${printName({ schema: null, name: one.name })} on ${printName(table)}`,
    table,
    constraint: one.name,
    facts: one.facts,
    definition,
    only: node.AlterTableStmt.relation?.inh !== true,
    foreign: false,
  };
  const words = one.facts.kind === 'unique' ? 'UNIQUE' : 'PRIMARY KEY';
  const planned = plannedKey(adds, words, facts, { ...way, clause: { ...way.clause, node: own, command, text: sql } });
  if (planned === 'binds') return unprintable;
  // There is nothing to build.
  if (planned === null) return [{ stage: 'transaction', steps: [{ sql, does: `add ${adds.object}` }] }];
  return planned;
}

function twoSteps({ name, definition }: ApartConstraint, way: Way) {
  const add = alterAnew(way, addCommand(notValid(definition, name)));
  const validate = alterAnew(way, validateCommand(name));
  return add === null || validate === null ? null : { add, validate };
}
