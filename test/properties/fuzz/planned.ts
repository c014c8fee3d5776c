// What is wrong with how Roadbook plans a text, whatever the text is?
import { isDeepStrictEqual } from 'node:util';
import { changes as kinds } from '../../../src/changes/index.ts';
import { type Catalog, catalogFormat } from '../../../src/database/catalog/index.ts';
import { lockModes } from '../../../src/model/change.ts';
import type { Facts } from '../../../src/model/facts.ts';
import type { MigrationPlan, Stage, Step } from '../../../src/model/plan.ts';
import { createCompiler } from '../../../src/plan/compile.ts';
import { createTouched } from '../../../src/plan/touched.ts';
import type { ReadMigration } from '../../../src/read/index.ts';
import { inRangeOf } from '../../../src/recipes/range-condition.ts';
import { loadParser, loadPrinter, type ParsedStatement } from '../../../src/sql/index.ts';

const parser = await loadParser();
const compile = createCompiler({ kinds, parser, print: await loadPrinter() });
const modes = new Set<string>(lockModes);

/** Every table counts as a large one, and the catalog holds nothing: what is not in the facts is not known. */
export function planText(migration: ReadMigration, facts: Facts): string | null {
  const catalog: Catalog = {
    format: catalogFormat,
    server: { major: facts.major, version: `${facts.major}`, encoding: 'UTF8', locale: 'C' },
    objects: {},
    unread: [],
  };
  const planned = () =>
    compile({ migration, label: 'fuzz.sql', facts, catalog, online: 'always', touched: createTouched() }).plan;
  const plan = planned();
  if (!isDeepStrictEqual(plan, planned())) return 'planning it again gives another plan';
  if (!isDeepStrictEqual(plan, JSON.parse(JSON.stringify(plan)))) return 'the plan is no JSON';
  return wrongPlan(plan, migration);
}

function wrongPlan(plan: MigrationPlan, { statements }: ReadMigration): string | null {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const carried = new Set(steps.map(({ statement }) => statement));
  const missing = statements.findIndex((statement, index) => !carried.has(index) && !maySet(statement));
  if (missing !== -1) return `no step carries out statement ${missing}: ${statements[missing]?.kind}`;
  for (const stage of plan.stages) {
    const said = wrongStage(stage);
    if (said !== null) return said;
  }
  return null;
}

/** A setting is said at the head of what comes after it, and is no step. */
function maySet({ kind, text }: ParsedStatement): boolean {
  return kind === 'VariableSetStmt' || kind === 'LoadStmt' || /set_config/i.test(text);
}

function wrongStage({ kind, steps }: Stage): string | null {
  const isOne = kind === 'concurrent' || kind === 'backfill';
  if (steps.length === 0 || (isOne && steps.length > 1)) return `a stage ${kind} has ${steps.length} steps`;
  for (const step of steps) {
    const said = wrongStep(step, kind);
    if (said !== null) return `${step.change}: ${said}`;
  }
  return null;
}

function wrongStep({ sql, batch, locks, hazards, does }: Step, kind: Stage['kind']): string | null {
  if ((kind === 'backfill') !== (batch !== undefined)) return `a stage ${kind} with${batch ? '' : 'out'} a batch`;
  const text = batch === undefined ? sql : inRangeOf(sql, 'true');
  if (parser.split(text, 'step.sql').statements.length !== 1) return `a step holds not one statement: ${sql}`;
  if (locks.some(({ mode, relation }) => !modes.has(mode) || relation === '')) return 'a lock is none';
  if (hazards.some((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))) return `the hazards ${hazards.join(', ')}`;
  return does.trim() === '' || /\bundefined\b|\[object /.test(does) ? `it does "${does}"` : null;
}
