// Which steps belong together, and what do they hold meanwhile?

import { nextStage } from '../check/fold.ts';
import type { Judge, JudgedChange } from '../check/judge.ts';
import type { Change, Lock } from '../model/change.ts';
import type { Facts } from '../model/facts.ts';
import { atLeast } from '../model/lock-words.ts';
import type { Batch, Step, UndoWay } from '../model/plan.ts';
import type { Draft, DraftStep } from '../recipes/draft.ts';
import { type ParsedStatement, runsQuery } from '../sql/index.ts';
import type { PlannedClause } from './planned-clause.ts';

/** What is never torn apart: a statement as written, or one draft of a change. */
export interface Group {
  readonly kind: 'transaction' | 'concurrent' | 'backfill';
  /** The user's SET statements that are in force. */
  readonly settings: readonly string[];
  readonly steps: readonly Step[];
  /** The user's own statement. */
  readonly written: boolean;
  /** What it carries out, as written or in another way. */
  readonly changes: readonly Change[];
  /** A SET statement, which is repeated in each stage after it. */
  readonly isSetting: boolean;
  /** Bound to the session's state before it, so it shares a transaction with it. */
  readonly bound: boolean;
  /** In one transaction with the group before it, whatever they hold. */
  readonly together?: boolean;
  /** Must be committed before what follows. */
  readonly commits: boolean;
  /** Takes as long as there are rows. */
  readonly long: boolean;
  /** Relations that others wait for while it goes on. */
  readonly holds: readonly string[];
}

export interface OfStatement {
  readonly statement: ParsedStatement;
  readonly compiled: readonly PlannedClause[];
  readonly settings: readonly string[];
  readonly undoGiven: boolean;
  /** PostgreSQL refuses it in a transaction. */
  readonly outside: boolean;
}

export function groupOfStatement(
  { statement, compiled, settings, undoGiven, outside }: OfStatement,
  { isSetting, bound, together }: Pick<Group, 'isSetting' | 'bound' | 'together'>,
): Group {
  const changes = compiled.map(({ judged }) => judged);
  const locks = mergedLocks(changes.flatMap((each) => each.locks));
  const hazards = changes.flatMap((each) => each.hazards);
  const step: Step = {
    sql: statement.text,
    locks,
    change: changes[0]?.change.kind ?? 'unknown',
    statement: changes[0]?.change.statement ?? 0,
    does: [...new Set(compiled.map(({ judged, title }) => `${title}: ${judged.change.object}`))].join('; '),
    hazards: [...new Set(hazards.map(({ code }) => code))],
    undo: undoOf(undoGiven, compiled.some(({ lasts }) => lasts !== null) ? 'none' : 'exact'),
    ...(changes.some(({ change }) => change.secret === true) ? { secret: true } : {}),
  };
  return {
    kind: outside && !bound ? 'concurrent' : 'transaction',
    settings,
    steps: [step],
    written: true,
    changes: changes.map(({ change }) => change),
    isSetting,
    bound,
    together: together === true && !outside,
    commits: false,
    long: !isSetting && (isLong([statement], locks) || hazards.some(({ family }) => family === 'lock')),
    holds: heldBy(locks),
  };
}

interface OfDraft extends OfStatement {
  /** What is known where it runs. */
  readonly facts: Facts;
  readonly judge: Judge;
  readonly parse: (sql: string) => readonly ParsedStatement[];
}

/** Its locks and dangers are told from its SQL, as those of a statement that the user wrote. */
export function groupOfDraft(
  draft: Draft,
  { judged }: PlannedClause,
  { settings, undoGiven, facts: known, judge, parse }: OfDraft,
): { readonly group: Group; readonly facts: Facts } {
  let facts = nextStage(known);
  const stays = judged.hazards.filter(({ family, code }) => family !== 'lock' && !draft.resolves?.includes(code));
  const statements: ParsedStatement[] = [];
  const steps = draft.steps.map(({ sql, does, undo, judgedAs, alsoLocks = [] }: DraftStep, index): Step => {
    const parsed = parse(judgedAs ?? sql);
    statements.push(...parsed);
    const own = judge(parsed, facts);
    facts = own.facts;
    const locks = mergedLocks([...own.changes.flatMap((each) => each.locks), ...alsoLocks]);
    // Rows that are taken some at a time hold nobody up.
    const blocks = draft.stage === 'backfill' || draft.remains === true ? [] : lockHazards(own.changes);
    const codes = [...(index === 0 ? stays.map(({ code }) => code) : []), ...blocks];
    return {
      sql,
      locks,
      change: judged.change.kind,
      statement: judged.change.statement,
      object: judged.change.object,
      does,
      hazards: [...new Set(codes)],
      undo: undoOf(undoGiven, undo),
      ...(judged.change.secret === true ? { secret: true } : {}),
      ...batchOf(draft.batch),
    };
  });
  const locks = mergedLocks(steps.flatMap((step) => step.locks));
  const group: Group = {
    kind: draft.stage,
    settings: [...settings, ...(draft.settings ?? [])],
    steps,
    written: false,
    changes: [judged.change],
    isSetting: false,
    bound: false,
    commits: draft.commits === true,
    long: draft.alone === true || isLong(statements, locks),
    holds: heldBy(locks),
  };
  // What a draft sets for itself it sets back.
  return { group, facts: { ...facts, searchPath: known.searchPath } };
}

function batchOf(batch: Batch | undefined): { readonly batch?: Batch } {
  return batch === undefined ? {} : { batch };
}

function undoOf(given: boolean, undo: UndoWay | undefined): UndoWay {
  return given ? 'given' : (undo ?? 'exact');
}

function lockHazards(changes: readonly JudgedChange[]): readonly string[] {
  return changes.flatMap(({ hazards }) => hazards.flatMap(({ family, code }) => (family === 'lock' ? [code] : [])));
}

function isLong(statements: readonly ParsedStatement[], locks: readonly Lock[]): boolean {
  return (
    statements.some(({ node }) => runsQuery(node)) ||
    locks.some(({ relation, scan, rewrite }) => relation === '*' || scan === true || rewrite === true)
  );
}

function heldBy(locks: readonly Lock[]): readonly string[] {
  return [...new Set(locks.filter(({ mode }) => atLeast(mode, 'SHARE')).map(({ relation }) => relation))];
}

/** The strongest of each relation. */
export function mergedLocks(locks: readonly Lock[]): readonly Lock[] {
  const byRelation = new Map<string, Lock>();
  for (const lock of locks) {
    const known = byRelation.get(lock.relation);
    if (known === undefined) byRelation.set(lock.relation, lock);
    else {
      byRelation.set(lock.relation, {
        relation: lock.relation,
        mode: atLeast(known.mode, lock.mode) ? known.mode : lock.mode,
        ...(known.scan || lock.scan ? { scan: true } : {}),
        ...(known.rewrite || lock.rewrite ? { rewrite: true } : {}),
      });
    }
  }
  return [...byRelation.values()];
}
