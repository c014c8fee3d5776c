// What does a migration say that goes over rows with a function, and is all of it there?
import { Failure } from '../model/failure.ts';
import type { MigrationOptions } from '../model/migration.ts';
import { problem } from '../model/problem.ts';
import type { Parser } from '../sql/parser.ts';
import { positions } from '../sql/position.ts';
import type { SourceText } from '../sql/problem-at.ts';
import type { BatchTools } from './define-backfill.ts';

export interface InsertTarget {
  readonly table: string;
  readonly columns: readonly string[];
  readonly onConflict: 'fail' | 'skip';
}

export type UserRow = Readonly<Record<string, unknown>>;

/** It holds the user's functions, so it is no data and is kept nowhere: a plan names the file. */
export interface BackfillWork {
  readonly table: string;
  readonly where: string | null;
  /** Null: all. */
  readonly columns: readonly string[] | null;
  readonly sets: readonly string[];
  readonly into: InsertTarget | null;
  readonly lookup: ((rows: readonly UserRow[], tools: BatchTools) => unknown) | null;
  readonly map: (row: UserRow, found: unknown) => unknown;
  readonly unmapped: 'keep' | 'stop';
  readonly timeoutMs: number;
  readonly options: MigrationOptions;
  /** The file's text, for the places in it. */
  readonly source: string;
  /** Where in it the table's name stands. */
  readonly tableAt: number;
}

const defaultTimeoutMs = 60_000;
const known = ['kind', 'table', 'where', 'columns', 'sets', 'into', 'lookup', 'map', 'unmapped', 'verify', 'undo'];
const sizes = ['batch', 'lockTimeoutMs', 'timeoutMs'];

/** Throws a Failure at the first thing that is not as it should be. */
export function readBackfillWork(exported: object, text: SourceText, parser: Parser): BackfillWork {
  const given = new Map<string, unknown>(Object.entries(exported));
  const refuse = (detail: string, where?: string) => notDefined(text, detail, where);
  const unknown = [...given.keys()].find((name) => !known.includes(name) && !sizes.includes(name));
  if (unknown !== undefined)
    throw refuse(`It has ${unknown}, which is not known. There are ${[...known.slice(1), ...sizes].join(', ')}.`);

  const table = given.get('table');
  if (typeof table !== 'string') throw refuse(`Its table is ${sort(table)}, not the name of a table.`);
  requireTable(table, text, parser);
  const where = given.get('where') ?? null;
  if (where !== null && typeof where !== 'string') throw refuse(`Its where is ${sort(where)}, not SQL text.`);
  if (where !== null) requireCondition(where, text, parser);
  const sets = names(given.get('sets') ?? [], 'sets', refuse);
  const into = targetOf(given.get('into'), refuse, (name) => requireTable(name, text, parser));
  if (sets.length === 0 && into === null)
    throw refuse('It says neither which columns it sets (sets) nor into which table it inserts (into).');
  const columns = given.get('columns') ?? null;
  const { lookup, map } = functionsOf(given, refuse);
  const unmapped = given.get('unmapped') ?? 'keep';
  if (unmapped !== 'keep' && unmapped !== 'stop') throw refuse(`Its unmapped is ${sort(unmapped)}, not keep or stop.`);
  for (const name of sizes) {
    const value = given.get(name);
    if (value !== undefined && !(typeof value === 'number' && Number.isInteger(value) && value > 0))
      throw refuse(`Its ${name} is ${sort(value)}, not a whole number above zero.`);
  }
  return Object.freeze({
    table,
    where,
    columns: columns === null ? null : names(columns, 'columns', refuse),
    sets,
    into,
    lookup,
    map,
    unmapped,
    timeoutMs: Number(given.get('timeoutMs') ?? defaultTimeoutMs),
    options: {
      ...(given.get('batch') === undefined ? {} : { batch: Number(given.get('batch')) }),
      ...(given.get('lockTimeoutMs') === undefined ? {} : { lockTimeout: Number(given.get('lockTimeoutMs')) }),
    },
    source: text.source,
    tableAt: Math.max(0, offsetOf(table, text.source)),
  });
}

type Refuse = (detail: string) => Failure;

function functionsOf(given: ReadonlyMap<string, unknown>, refuse: Refuse): Pick<BackfillWork, 'lookup' | 'map'> {
  const [map, lookup] = [given.get('map'), given.get('lookup') ?? null];
  if (!isFunction(map)) throw refuse(`Its map is ${sort(map)}, not a function.`);
  if (lookup !== null && !isFunction(lookup)) throw refuse(`Its lookup is ${sort(lookup)}, not a function.`);
  return {
    map: (row, found) => map(row, found),
    lookup: lookup === null ? null : (rows, tools) => lookup(rows, tools),
  };
}

function targetOf(into: unknown, refuse: Refuse, requireName: (table: string) => void): InsertTarget | null {
  if (into === undefined || into === null) return null;
  if (typeof into !== 'object' || !('table' in into) || typeof into.table !== 'string')
    throw refuse('Its into does not name a table.');
  requireName(into.table);
  const columns = names('columns' in into ? into.columns : undefined, 'into.columns', refuse);
  if (columns.length === 0) throw refuse('Its into.columns names no column.');
  const onConflict = 'onConflict' in into ? into.onConflict : 'fail';
  if (onConflict !== 'fail' && onConflict !== 'skip')
    throw refuse(`Its into.onConflict is ${sort(onConflict)}, not fail or skip.`);
  return { table: into.table, columns, onConflict };
}

function names(given: unknown, field: string, refuse: Refuse): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const found = list.filter((name) => typeof name === 'string' && name !== '').map(String);
  if (!Array.isArray(given) || found.length < list.length) throw refuse(`Its ${field} is not a list of column names.`);
  const twice = found.find((name, index) => found.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`Its ${field} names ${twice} twice.`);
  return found;
}

/** A condition and no more: brackets that are put around it must not be closed by it, so it is parsed without any. */
function requireCondition(where: string, text: SourceText, parser: Parser): void {
  const nodes = parsed(`SELECT\n${where}\n`, 'where', where, text, parser);
  const [node] = nodes;
  const select = node !== undefined && 'SelectStmt' in node ? node.SelectStmt : {};
  const plain = Object.keys(select).every((field) => ['targetList', 'limitOption', 'op'].includes(field));
  const [target, ...others] = select.targetList ?? [];
  const single = target !== undefined && 'ResTarget' in target && target.ResTarget.name === undefined;
  if (nodes.length !== 1 || !plain || others.length > 0 || !single)
    throw notDefined(text, 'Its where is not one condition.', where);
}

function requireTable(table: string, text: SourceText, parser: Parser): void {
  const nodes = parsed(`SELECT FROM ${table}`, 'table', table, text, parser);
  const [node] = nodes;
  const select = node !== undefined && 'SelectStmt' in node ? node.SelectStmt : {};
  const [from, ...others] = select.fromClause ?? [];
  const plain = Object.keys(select).every((field) => ['fromClause', 'limitOption', 'op'].includes(field));
  const named =
    from !== undefined && 'RangeVar' in from && from.RangeVar.inh === true && from.RangeVar.alias === undefined;
  if (nodes.length !== 1 || !plain || others.length > 0 || !named)
    throw notDefined(text, `"${table}" is not the name of one table.`, table);
}

function parsed(sql: string, field: string, written: string, text: SourceText, parser: Parser) {
  try {
    return parser.split(sql, text.file).statements.map(({ node }) => node);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw notDefined(text, `Its ${field} is not SQL: ${error.problem.message}.`, written);
  }
}

function notDefined(text: SourceText, detail: string, written?: string): Failure {
  const at = written === undefined ? -1 : offsetOf(written, text.source);
  const where = at < 0 ? { file: text.file, line: 1, column: 1 } : positions(text.source).place(text.file, at);
  const found = problem('backfill-definition', 'the backfill is not defined as it should be', {
    detail,
    hint: "Write `export default defineBackfill({ table: 'NAME', sets: ['COLUMN'], map: (row) => ({ set: { COLUMN: value } }) })`; `roadbook new NAME --data` writes more of it.",
    where,
  });
  return new Failure(found, 'migration');
}

/** Of a text that stands in the file between quotes; -1 where it was put together. */
function offsetOf(written: string, source: string): number {
  const found = ["'", '"', '`'].map((quote) => source.indexOf(`${quote}${written}${quote}`)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found) + 1;
}

function isFunction(value: unknown): value is (...given: readonly unknown[]) => unknown {
  return typeof value === 'function';
}

function sort(value: unknown): string {
  if (value === null || value === undefined) return 'not there';
  return typeof value === 'object'
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : (JSON.stringify(value) ?? typeof value);
}
