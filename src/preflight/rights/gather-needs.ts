// Which rights does all that is planned need, as far as they can be asked for before anything is done?
import { partsOfName } from '../../database/catalog/index.ts';
import type { Step } from '../../model/plan.ts';
import { mustPark } from '../../recipes/in-do-block.ts';
import type { SyntaxNode } from '../../sql/syntax.ts';
import type { Run } from '../each-statement.ts';
import { createPending, type Pending } from '../pending-changes.ts';
import { ofWords, wordsOf } from './named.ts';
import { beside, type Need, onTable } from './need.ts';
import { needsOf } from './needs-of.ts';

export interface Needed {
  readonly need: Need;
  readonly run: Run;
  readonly moment: number;
}

export interface Gathered {
  /** Each once, with the first that needs it. */
  readonly needed: readonly Needed[];
  readonly pending: Pending;
}

/** Nothing is asked about what a pending statement makes, moves or hands over, nor after one that may have changed any right. */
export function gatherNeeds(runs: readonly Run[]): Gathered {
  const pending = createPending();
  const needed = new Map<string, Needed>();
  /** Its steps are part of it: what it does is known to what comes after them. */
  let open: SyntaxNode | null = null;
  for (const run of runs) {
    if (run.step === null) {
      if (open !== null) pending.add(open);
      open = run.node;
    }
    if (run.opens) pending.nextMigration();
    if (pending.opaque()) break;
    const ours = run.step !== null && isBlock(run.step);
    const needs = pending.blind() || !run.asks ? [] : [...ofStep(run), ...(ours ? [] : needsOf(run.node))];
    for (const need of needs) {
      const isOther = [need.name, need.schema, need.role].some((name) => pending.has(name));
      const key = JSON.stringify(need);
      if (!isOther && !needed.has(key)) needed.set(key, { need, run, moment: pending.moment() });
    }
    if (run.step !== null && !ours) pending.add(run.node);
  }
  return { needed: [...needed.values()], pending };
}

function isBlock({ sql }: Step): boolean {
  return sql.startsWith('DO ');
}

const journal: readonly Need[] = [
  { need: 'own-place', name: 'roadbook', privilege: 'USAGE' },
  onTable({ schema: 'roadbook', name: 'migration' }, 'INSERT'),
];

/** What is parked gets another name first, and goes to a schema that may have to be made. */
function ofStep({ step, opens, node }: Run): readonly Need[] {
  if (step === null) return opens ? journal : [];
  const table = step.batch === undefined ? null : ofWords(partsOfName(step.batch.table));
  const key = (step.batch?.key ?? []).flatMap(({ name }) => partsOfName(name).slice(0, 1));
  const parks = isBlock(step) && mustPark(step.sql);
  const tables =
    parks && 'DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE'
      ? (node.DropStmt.objects ?? []).flatMap((object) => ofWords(wordsOf(object)) ?? [])
      : [];
  return [
    ...(table === null ? [] : [onTable(table, 'SELECT', key)]),
    ...(parks
      ? [{ need: 'own-place', name: 'roadbook_parked', privilege: 'USAGE, CREATE', parks: true } as const]
      : []),
    ...tables.map((name) => ({ ...beside(name), parks: true })),
  ];
}
