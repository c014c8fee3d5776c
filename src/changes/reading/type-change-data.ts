// What is asked of a column's values, and of its default, before it gets another type?
import { entryOf, type Facts } from '../../model/facts.ts';
import type { Mismatch, Question } from '../../model/question.ts';
import { columnsIn } from '../../recipes/column-words.ts';
import { partsOfTable, printedIn } from '../../recipes/key-of.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import { printName } from '../name.ts';
import type { Way } from '../way.ts';
import { columnObject, knownColumn } from './altered-column.ts';
import { conversion, typeParts } from './conversions.ts';
import { enumOf, keyOfType } from './enum-labels.ts';
import { nameOfKey } from './key.ts';
import { labelsLacking } from './labels-lacking.ts';
import { settled } from './settled.ts';
import { type ReadTypeChange, readTypeChange } from './type-change-read.ts';
import { isAlike, typeLoss } from './type-loss.ts';
import { readType } from './type-name.ts';
import { isRenamed } from './types-renamed.ts';
import { rowText, wordQuestion } from './words-asked.ts';

export function typeChangeData(facts: Facts, way: Way): readonly (Question | Mismatch)[] {
  const read = readTypeChange(way.clause.node, way.clause.command, facts);
  if (read === null) return [];
  const { table, column, expression, foreign } = read;
  const named = expression === null ? [] : [...columnsIn(expression)];
  const lacking = labelsLacking(facts, way);
  if (foreign || lacking.length > 0 || !settled(table, [column, ...named], facts, way)) return lacking;
  return [...defaultQuestion(read, facts, way), ...castQuestion(read, facts, way), ...valueQuestions(read, facts, way)];
}

/** Without USING the values come to the new type by assignment. */
function castQuestion(read: ReadTypeChange, facts: Facts, way: Way): readonly (Question | Mismatch)[] {
  const { table, column, type, using } = read;
  const from = knownColumn(table, column, facts)?.type ?? null;
  // The live database knows what is renamed by its name from before.
  if (using !== 'none' || (isRenamed(from, way) && !facts.newTypes.includes(keyOfType(type)))) return [];
  const own = quoteIdentifier(column);
  return byAssignment(read, from === null ? null : typeSql(from), facts, way, {
    code: 'type-needs-using',
    message: `${columnObject(table, column)} cannot be cast automatically to ${type}`,
    detail: 'PostgreSQL refuses the statement, whichever rows there are.',
    hint: `Say how the values are converted: ALTER COLUMN ${own} TYPE ${type} USING ${own}::${type}.`,
    repair: [],
  });
}

/** USING is for the rows; the default is converted by assignment, whatever it says. */
function defaultQuestion(read: ReadTypeChange, facts: Facts, way: Way): readonly (Question | Mismatch)[] {
  const { table, column, type } = read;
  const printed = printedIn(way.catalog, 'table', table);
  if (printed === null) return [];
  const live = partsOfTable(way.catalog, 'column', printed).find(([name]) => name === printName(table, column))?.[1];
  const object = columnObject(table, column);
  const isChanged = way
    .touchedBy(table)
    .some((change) => change.object === object && /^(?:set|drop)-default$/.test(change.kind));
  const value = live?.default;
  if (typeof value !== 'string' || live?.generated !== undefined || isChanged || dropsDefault(column, way)) return [];
  const alter = `ALTER TABLE ${printName(table)} ALTER COLUMN ${quoteIdentifier(column)}`;
  // Of a default that was converted on its way in, the type is that of what is written: not asked of the value, which may be a new one each time.
  return byAssignment(read, `SELECT pg_catalog.pg_typeof((SELECT (${value}) WHERE false))`, facts, way, {
    code: 'default-in-the-way',
    message: `the default of ${object} cannot be cast automatically to ${type}`,
    detail: `It is ${value}. USING converts the rows, not the default.`,
    hint: 'Drop the default before and set it again afterwards; one ALTER TABLE can do all three.',
    repair: [`${alter} DROP DEFAULT`],
  });
}

/** A type that the migration makes cannot be asked for by its name; to a new enum nothing is cast by assignment. */
function byAssignment(
  { table, column, type }: ReadTypeChange,
  source: string | null,
  facts: Facts,
  way: Way,
  { message, ...told }: Omit<Mismatch, 'severity'>,
): readonly (Question | Mismatch)[] {
  const from = knownColumn(table, column, facts)?.type ?? null;
  const isNew = facts.newTypes.includes(keyOfType(type));
  if (
    source === null ||
    from === null ||
    (from === type && !isNew) ||
    (!isNew && isRenamed(type, way)) ||
    way.pending().some(({ kind }) => kind === 'create-cast')
  )
    return [];
  if (!isNew) {
    const seeks = { is: 'cast', from: source, to: typeSql(type) } as const;
    return [{ ...told, severity: 'error', table: printName(table), seeks, one: message, many: message }];
  }
  return enumOf(type, facts, way) === null ? [] : [{ ...told, severity: 'error', message }];
}

function typeSql(type: string): string {
  return `${quoteLiteral(type)}::pg_catalog.regtype`;
}

/** In the same statement it is dropped first, wherever that stands. */
function dropsDefault(column: string, { clause: { node } }: Way): boolean {
  const commands = 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []) : [];
  return commands.some((command) => {
    if (!('AlterTableCmd' in command)) return false;
    const { subtype, name, def } = command.AlterTableCmd;
    return subtype === 'AT_ColumnDefault' && name === column && def === undefined;
  });
}

function valueQuestions(read: ReadTypeChange, facts: Facts, way: Way): readonly Question[] {
  const { table, column, type, expression } = read;
  const goal = enumOf(type, facts, way);
  if (goal !== null) {
    const inner = expression === null ? columnRef(column) : withoutCast(expression, read, facts);
    const of = inner === null ? null : rowText(inner, table, null, facts, way);
    const from = knownColumn(table, column, facts)?.type;
    if (inner !== null && of !== null && (from !== goal.printed || goal.isNew))
      return [wordQuestion(asked(way, table), printName(table), { of, where: null }, goal, inner)];
    if (inner !== null) return [];
  }
  return conversionQuestions(read, facts, way);
}

/** Settings that the question is asked under too, or that no value is read by; DateStyle, for one, decides what 1/2/2024 is. */
const leavesValues =
  /^setting (?:search_path|timezone|\w+_timeout|\w+_mem|client_min_messages|row_security|synchronous_commit|jit)$/;

function conversionQuestions(read: ReadTypeChange, facts: Facts, way: Way): readonly Question[] {
  const { table, column, type, expression, typeName, using } = read;
  if (way.before.some(({ kind, object }) => kind === 'set-variable' && !leavesValues.test(object))) return [];
  const from = knownColumn(table, column, facts)?.type ?? null;
  const domain = entryOf(facts.domains, keyOfType(type));
  const isNew = facts.newTypes.includes(keyOfType(type));
  const own = `r.${quoteIdentifier(column)}`;
  const becomes = expression === null ? own : rowText(expression, table, null, facts, way);
  const base = domain?.base ?? null;
  const written = isNew ? base : (way.print({ TypeName: typeName }) ?? type);
  if (
    from === null ||
    becomes === null ||
    written === null ||
    isRenamed(from, way) ||
    isRenamed(type, way) ||
    (domain !== undefined && way.touched(nameOfKey(keyOfType(type))))
  )
    return [];
  const source = entryOf(facts.domains, keyOfType(from))?.base ?? from;
  const target = base ?? type;
  const loss = using === 'computed' ? null : typeLoss(source, target, using === 'cast');
  const checks = domain?.constrained === true && !isNew;
  const isSafe =
    using !== 'computed' &&
    !checks &&
    loss === null &&
    (conversion(from, type, facts.domains).rewrite === 'no' || isAlike(source, target) || isText(target));
  if (isSafe || (loss?.how === 'depends-on-zone' && !checks)) return [];
  const name = printName(table);
  const where = using === 'computed' || checks ? null : `${own} IS NOT NULL`;
  const common = { table: asked(way, table), repair: [] };
  const word = quoteIdentifier(column);
  const questions: Question[] = [
    {
      ...common,
      code: 'values-refused',
      severity: 'error',
      seeks: { is: 'values', becomes, type: written, unlike: null, where },
      one: `row of ${name} has a value in ${word} that cannot become ${type}`,
      many: `rows of ${name} have values in ${word} that cannot become ${type}`,
      hint: `Change these rows in a migration before this one, or write in USING what is to become of them, as in USING nullif(${word}::text, '')::${type}.`,
    },
  ];
  const unlike = using === 'computed' ? null : unlikeness(own, source, target, loss?.how ?? null);
  if (unlike !== null) {
    questions.push({
      ...common,
      code: 'values-changed',
      severity: 'warning',
      seeks: { is: 'values', becomes, type: written, unlike, where },
      one: `row of ${name} has a value in ${word} that would not be the same as ${type}`,
      many: `rows of ${name} have values in ${word} that would not be the same as ${type}`,
      ...(loss === null ? {} : { detail: loss.what }),
      hint: 'Take a type that holds them as they are, or make sure that nobody needs what is lost.',
    });
  }
  return questions;
}

/** Whether a value that is converted back is another one. Null: nothing is lost, or it cannot be told so. */
function unlikeness(own: string, from: string, to: string, how: string | null): string | null {
  const [source, goal] = [typeParts(from), typeParts(to)];
  if (isText(from) && wholes.has(goal.name) && !goal.array)
    return `v.value::pg_catalog.text <> pg_catalog.btrim(${own}::pg_catalog.text)`;
  if (how !== 'changes') return null;
  if (isText(from)) {
    const text = (value: string) => `pg_catalog.rtrim(${value}::pg_catalog.text)`;
    return goal.array
      ? `v.value::pg_catalog.text[] IS DISTINCT FROM ${own}::pg_catalog.text[]`
      : `${text('v.value')} <> ${text(own)}`;
  }
  if (goal.name.startsWith('time ') && source.name.startsWith('timestamp')) return 'v.value IS NOT NULL';
  return `v.value::${from} IS DISTINCT FROM ${own}`;
}

const wholes: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);

function isText(type: string): boolean {
  return /^(?:text|character varying|character)\b/.test(type);
}

/** What is cast to the new type; null where USING does anything else. */
function withoutCast(expression: SyntaxNode, read: ReadTypeChange, facts: Facts): SyntaxNode | null {
  if (read.using === 'cast' || read.using === 'none') return columnRef(read.column);
  if (!('TypeCast' in expression)) return null;
  const { arg, typeName } = expression.TypeCast;
  return readType(typeName, facts).text === read.type ? (arg ?? null) : null;
}

function columnRef(column: string): SyntaxNode {
  return { ColumnRef: { fields: [{ String: { sval: column } }] } };
}

/** Children have the column too. */
function asked({ clause: { node } }: Way, table: ReadTypeChange['table']): string {
  const isAll = !('AlterTableStmt' in node) || node.AlterTableStmt.relation?.inh === true;
  return isAll ? printName(table) : `ONLY ${printName(table)}`;
}
