// How does a case write down the plan of its migration?
import type { Lock } from '../../src/model/change.ts';
import type { Batch, MigrationPlan, Stage, Step } from '../../src/model/plan.ts';

/** Stage by stage, each step with what it says of itself; what is indented stands under what is not. */
export function planBlock(plan: MigrationPlan): string {
  const codes = [...new Set(plan.problems.map(({ code }) => code))].filter((code) => ofThePlan.has(code));
  const problems = codes.length === 0 ? [] : [`problems: ${codes.join(', ')}`];
  if (plan.mode === 'atomic') return ['as written', ...problems].join('\n');
  return [plan.mode, ...plan.stages.flatMap(stageLines), ...problems].join('\n');
}

/** The others stand in the report. */
const ofThePlan = new Set([
  'runs-as-written',
  'kept-in-one-transaction',
  'column-moves-to-end',
  'recreates-dependents',
]);

function stageLines({ kind, settings, steps }: Stage, index: number): readonly string[] {
  return [`${index + 1} ${kind}`, ...settings.map((sql) => indented(2, sql)), ...steps.flatMap(stepLines)];
}

function stepLines({ sql, does, secret, locks, hazards, undo, batch }: Step): readonly string[] {
  return [
    indented(2, secret === true ? '(not shown, for it holds a secret)' : shortened(sql, does)),
    ...(batch === undefined ? [] : [indented(4, batchLine(batch))]),
    ...(locks.length === 0 ? [] : [indented(4, locks.map(lockText).sort().join('; '))]),
    ...(hazards.length === 0 ? [] : [indented(4, `hazards: ${hazards.join(', ')}`)]),
    ...(undo === 'exact' ? [] : [indented(4, `undo: ${undo}`)]),
  ];
}

/** Blocks of PL/pgSQL of ours are the same for every table, and long. */
function shortened(sql: string, does: string): string {
  return sql.startsWith('DO $roadbook') ? `DO $roadbook$ … $roadbook$ -- ${does}` : sql;
}

function batchLine({ table, key }: Batch): string {
  return `some rows of ${table} at a time, by ${key.length === 0 ? 'their place' : key.map(({ name }) => name).join(', ')}`;
}

function lockText({ relation, mode, scan, rewrite }: Lock): string {
  const also = [...(scan && !rewrite ? ['reads every row'] : []), ...(rewrite ? ['writes every row anew'] : [])];
  return [`${mode} on ${relation === '*' ? 'whatever it touches' : relation}`, ...also].join(', ');
}

function indented(by: number, text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : `${' '.repeat(by)}${line}`))
    .join('\n');
}
