// How is a migration carried out whose functions go over the rows of a table?
import { printName, relationFacts, relationName } from '../changes/name.ts';
import { nextStage } from '../check/fold.ts';
import type { Judge } from '../check/judge.ts';
import type { Catalog } from '../database/catalog/index.ts';
import type { Name } from '../model/change.ts';
import { entryOf, type Facts, qualifiedName, type RelationFacts } from '../model/facts.ts';
import type { Batch, MigrationPlan, Stage, Step } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { BackfillWork, ReadMigration } from '../read/index.ts';
import { keyOf } from '../recipes/backfill-in-batches.ts';
import { insertRows, type MappedTable, readRows, type TypedColumn, updateRows } from '../recipes/map-rows.ts';
import { type ParsedStatement, positions } from '../sql/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { columnProblems, tableProblems, targetProblems } from './backfill-problems.ts';
import { mergedLocks } from './group.ts';
import type { Touched } from './touched.ts';

export interface BackfillParts {
  readonly judge: Judge;
  readonly parse: (sql: string) => readonly ParsedStatement[];
}

/** What is known before it, as of a migration in SQL. */
export interface BackfillInput {
  readonly migration: ReadMigration;
  readonly label: string;
  readonly facts: Facts;
  readonly catalog: Catalog;
  readonly touched: Touched;
}

export interface CompiledBackfill {
  readonly plan: MigrationPlan;
  /** Rows are changed, nothing else. */
  readonly facts: Facts;
  readonly questions: readonly [];
}

/** The first batch: nobody knows yet how long the function takes, while its rows are locked, or how wide they are. */
const firstRows = 25;

export function compileBackfill(
  input: BackfillInput,
  work: BackfillWork,
  { judge, parse }: BackfillParts,
): CompiledBackfill {
  const { migration, label, facts, catalog, touched } = input;
  const named = (sql: string) => nameIn(parse(`SELECT FROM ${sql}`), facts);
  const table = named(work.table);
  const known = relationFacts(table, facts);
  // Before its own steps are added.
  const opaque = touched.has(table) || known?.columns === null;
  const isParent = known?.kind === 'table' && hasChildren(table, facts);
  const source = { catalog, touched: touched.has, parse: (sql: string) => parse(sql).map(({ node }) => node) };
  // What a function or a DO block may have made is found out when the rows are read.
  const key = known === undefined || isParent ? [] : keyOf(table, facts, source);
  const mapped: MappedTable = { table: printName(table), key, where: work.where };
  const batch: Batch = { table: mapped.table, alias: 'r', key, size: firstRows };
  const file = label.replace(/^.*[\\/]/, '');
  const common = {
    change: 'map-rows',
    statement: 0,
    object: `rows of ${mapped.table}`,
    file,
    hazards: [],
    undo: migration.undo === null ? 'none' : 'given',
  } as const;
  const step = (sql: string, does: string): Step => {
    const own = judge(parse(sql), nextStage(facts)).changes;
    for (const { locks, effects, change } of own) touched.add(locks, effects, change);
    return { ...common, sql, does, locks: mergedLocks(own.flatMap(({ locks }) => locks)) };
  };
  const columns = work.columns?.map((name) => `r.${quoteIdentifier(name)}`) ?? ['r.*'];
  const shown = [...key.map(({ name }) => `r.${name}`).filter((name) => !columns.includes(name)), ...columns];
  const steps: Step[] = [
    {
      ...step(
        readRows(mapped, shown.join(', ')),
        `read rows of ${mapped.table}, some at a time, for the function in ${file}`,
      ),
      batch,
    },
  ];
  if (work.sets.length > 0)
    steps.push(step(updateRows(mapped, typed(work.sets, known)), `write what it sets in ${mapped.table}`));
  if (work.into !== null) {
    const target = named(work.into.table);
    const of = typed(work.into.columns, relationFacts(target, facts));
    const sql = insertRows(printName(target), of, work.into.onConflict === 'skip');
    steps.push(step(sql, `insert what it makes into ${printName(target)}`));
  }
  const checks = migration.verify.map(
    ({ text }): Step => ({
      ...{ sql: text, locks: [], change: 'verify', statement: -1, does: 'verify: must return no row' },
      ...{ hazards: [], undo: 'none' },
    }),
  );
  const stages: Stage[] = [{ kind: 'backfill', settings: [], steps }];
  if (checks.length > 0) stages.push({ kind: 'check', settings: [], steps: checks });
  const found = [
    ...tableProblems(table, known, { isParent, key, opaque }),
    ...columnProblems(table, known, work, key),
    ...(work.into === null ? [] : targetProblems(named(work.into.table), work.into.columns, facts)),
  ];
  return {
    plan: {
      id: migration.id,
      checksum: migration.checksum,
      mode: 'online',
      because: 'A function of the file says what becomes of its rows, so they are taken some at a time.',
      stages,
      problems: [...migration.problems, ...found.map((one) => placed(one, input, work))],
    },
    facts,
    questions: [],
  };
}

function hasChildren(table: Name, { relations }: Facts): boolean {
  return Object.values(relations).some(({ parents }) => parents.includes(qualifiedName(table)));
}

function nameIn(statements: readonly ParsedStatement[], facts: Facts): Name {
  const [node] = statements.map((statement) => statement.node);
  const [from] = node !== undefined && 'SelectStmt' in node ? (node.SelectStmt.fromClause ?? []) : [];
  return relationName(from !== undefined && 'RangeVar' in from ? from.RangeVar : undefined, facts);
}

function typed(names: readonly string[], known: RelationFacts | undefined): readonly TypedColumn[] {
  return names.map((name) => ({ name, type: entryOf(known?.columns, name)?.type ?? null }));
}

/** At the name of the table in the file. */
function placed(found: Problem, { label }: BackfillInput, { tableAt, source }: BackfillWork): Problem {
  return { ...found, where: positions(source).place(label, tableAt) };
}
