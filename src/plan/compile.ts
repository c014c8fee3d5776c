// How does a migration become stages that do not stop the application?
import type { ChangeKind, Way } from '../changes/define.ts';
import { isOfPartitioned } from '../changes/name.ts';
import { clausesOf } from '../check/clauses.ts';
import { findings } from '../check/findings.ts';
import { createFold, foldEffects, nextStage, stillHeld } from '../check/fold.ts';
import { createJudge, inSchema, type JudgedChange } from '../check/judge.ts';
import { createRecogniser } from '../check/recognise.ts';
import type { Catalog } from '../database/catalog/index.ts';
import type { Change, Lock } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import type { MigrationPlan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { AskedMismatch, AskedQuestion } from '../model/question.ts';
import type { ReadMigration } from '../read/index.ts';
import { type ParsedStatement, type Parser, type Printer, runsOutsideTransaction } from '../sql/index.ts';
import { compileBackfill } from './compile-backfill.ts';
import { gapsIn } from './gaps.ts';
import { gathered, gathers } from './gather.ts';
import { type Group, groupOfDraft, groupOfStatement } from './group.ts';
import { joinStages } from './join-stages.ts';
import { chosenMode, isSmall, type Online, sizesUnknown } from './mode.ts';
import {
  cannotBeOnline,
  columnMovesToEnd,
  keptTogether,
  lasting,
  plannedInTurn,
  recreatesDependents,
} from './plan-problems.ts';
import type { PlannedClause } from './planned-clause.ts';
import { pullApart } from './pull-apart.ts';
import { boundFrom } from './session-bound.ts';
import { settingText } from './setting-text.ts';
import type { Touched } from './touched.ts';

export interface CompilerParts {
  readonly kinds: readonly ChangeKind[];
  readonly parser: Parser;
  readonly print: Printer;
}

export interface CompileInput {
  readonly migration: ReadMigration;
  /** How its file is named to the user. */
  readonly label: string;
  /** What is known before it: see `nextMigration`. */
  readonly facts: Facts;
  /** The live catalog before the first pending migration. */
  readonly catalog: Catalog;
  readonly online: Online;
  /** What the pending migrations before this one touch; this one's is added. */
  readonly touched: Touched;
}

export interface Compiled {
  readonly plan: MigrationPlan;
  /** What is known once it has run. */
  readonly facts: Facts;
  /** What the live rows are asked before anything is touched. */
  readonly questions: readonly (AskedQuestion | AskedMismatch)[];
}

export type Compiler = (input: CompileInput) => Compiled;

export function createCompiler(parts: CompilerParts): Compiler {
  const judge = createJudge(parts.kinds);
  const planClauses = createClausePlanner(parts);
  const parse = (sql: string) => parts.parser.split(sql, 'plan').statements;

  return (input) => {
    const { migration, label, online } = input;
    if (migration.backfill !== undefined) return compileBackfill(input, migration.backfill, { judge, parse });
    const before = online === 'always' ? sizesUnknown(input.facts) : input.facts;
    const whole = judge(migration.statements, before);
    const small = online !== 'always' && isSmall(whole.changes, before);
    const undoGiven = migration.undo !== null;
    const groups: Group[] = [];
    const problems: Problem[] = [];
    /** Whose dangers the plan does not take away. */
    const left: JudgedChange[] = [];
    const settings: string[] = [];
    let parks = false;
    let recreates = false;
    const done: Change[] = [];
    const questions: (AskedQuestion | AskedMismatch)[] = [];
    const gaps = gapsIn(whole.changes);
    const sharing = Math.min(boundFrom(migration.statements), gaps.from);
    const fold = createFold(before);
    let facts = before;
    let bound = false;
    /** By the end of the transaction that a statement is in: what is done apart is followed by nothing. */
    let held = small || online === 'never' ? whole.facts.held : [];

    migration.statements.forEach((statement, index) => {
      const place = { migration, label, statement };
      // What takes long has a stage of its own, so nothing is held from before; what does not matters to nobody.
      if (!small && !bound && online !== 'never') facts = nextStage(facts);
      const inOne = small || bound || index >= sharing || online === 'never';
      const among = { done, fold, inOne, together: gaps.within(index) };
      const planned = planClauses(input, index, facts, { ...whole.facts, held: held ?? [] }, among);
      const { clauses } = planned;
      for (const asked of clauses.flatMap((clause) => clause.questions))
        questions.push({ ...asked, migration: migration.id, statement: index });
      if (!bound && (index >= sharing || clauses.some(({ is }) => is === 'binds'))) {
        bound = true;
        if (!small && online !== 'never') held = judge(migration.statements.slice(index), facts).facts.held;
        const isLast = index === migration.statements.length - 1;
        if (!small && !isLast && online !== 'never') problems.push(keptTogether(place, index >= gaps.from));
      }
      const known = facts;
      const outside =
        runsOutsideTransaction(statement.node, { isPartitioned: (one) => isOfPartitioned(one, known) }) !== null;
      const common = { statement, compiled: clauses, settings: [...settings], undoGiven, outside };
      const together = gaps.within(index) && !gathers(clauses);
      const shared = bound || together || online === 'never';
      const ways = shared ? clauses.map(evenInOne) : clauses;
      const asWritten = ways.every(({ drafts }) => drafts === null);
      const apart = asWritten ? null : pullApart(statement, ways, parts.print);
      if (apart === null) {
        left.push(...clauses.map(({ judged }) => judged));
        if (!undoGiven) problems.push(...lasting(place, clauses));
        const isSetting = !bound && clauses.some(({ is }) => is === 'setting');
        groups.push(groupOfStatement(common, { isSetting, bound, together }));
        if (isSetting) settings.push(settingText(statement, parts.print));
        if (!bound && !small && online !== 'never') {
          const lost = together && clauses.some(({ drafts }) => drafts !== null);
          const reasons = lost
            ? [
                'Something that was taken away before it is there again only after it: nobody may see the database in between.',
              ]
            : asWritten
              ? clauses.map(({ cannot }) => cannot)
              : ['Its parts cannot be written apart.'];
          if (asWritten && clauses.some(({ later }) => later)) problems.push(...plannedInTurn(place, reasons));
          else problems.push(...cannotBeOnline(place, reasons));
        }
      } else {
        let known = facts;
        for (const { draft, of, written } of apart) {
          const made = groupOfDraft(draft, of, { ...common, facts: known, judge, parse });
          known = made.facts;
          parks ||= draft.steps.some(({ undo }) => undo === 'parked');
          recreates ||= draft.recreates !== undefined;
          groups.push(...gathered(groups, draft, { ...made.group, bound, together }));
          for (const column of draft.movesToEnd ?? []) problems.push(columnMovesToEnd(place, column));
          if (draft.recreates !== undefined) problems.push(recreatesDependents(place, draft.recreates));
          left.push(written ? of.judged : stillDangerous(of, draft.resolves ?? []));
        }
        // Changes that stand in a statement which is carried out as a whole.
        if (!('AlterTableStmt' in statement.node))
          left.push(...clauses.filter((each) => !apart.some(({ of }) => of === each)).map(({ judged }) => judged));
        if (!undoGiven)
          problems.push(
            ...lasting(place, [
              ...apart.map(({ draft }) => draft),
              ...apart.flatMap(({ of, written }) => (written ? [of] : [])),
            ]),
          );
        const reasons = [...clauses.map(({ cannot }) => cannot), ...apart.map(({ draft }) => draft.blocks ?? null)];
        if (!small) problems.push(...cannotBeOnline(place, reasons));
      }
      const committed = apart?.some(({ draft }) => draft.commits === true) === true;
      const after = planned.after();
      facts = committed ? nextStage(after) : after;
    });

    const joined = joinStages(groups, small || online === 'never', migration);
    const found = findings(migration, label, left).filter(({ code }) => code !== 'ignore-idle');
    const plan: MigrationPlan = {
      id: migration.id,
      checksum: migration.checksum,
      ...chosenMode(joined, { small, online, blocks: bound || problems.length > 0, parks, recreates }),
      stages: joined.stages,
      problems: [...migration.problems, ...found, ...problems],
    };
    // The next one may look at sizes again.
    const known = online === 'always' ? judge(migration.statements, input.facts) : whole;
    return { plan, facts: known.facts, questions };
  };
}

/** What PostgreSQL refuses as it is written. */
function evenInOne(clause: PlannedClause): PlannedClause {
  return clause.drafts?.every(({ anyway }) => anyway === true) === true ? clause : { ...clause, drafts: null };
}

/** What is carried out online no longer stops anybody; its other dangers stay. */
function stillDangerous({ judged }: PlannedClause, resolves: readonly string[]): JudgedChange {
  const hazards = judged.hazards.filter(({ family, code }) => family !== 'lock' && !resolves.includes(code));
  return { ...judged, hazards };
}

/** Each clause of one statement as its kind plans it, and what is known after the statement. */
function createClausePlanner({ kinds, parser, print }: CompilerParts) {
  const recognise = createRecogniser(kinds);
  const parse = (sql: string) => parser.split(sql, 'plan').statements.map(({ node }) => node);
  return (
    { migration, catalog, touched }: CompileInput,
    index: number,
    before: Facts,
    after: Facts,
    {
      done,
      fold,
      inOne,
      together,
    }: {
      readonly done: Change[];
      readonly fold: ReturnType<typeof createFold>;
      readonly inOne: boolean;
      readonly together: boolean;
    },
  ) => {
    const statement: ParsedStatement | undefined = migration.statements[index];
    let facts = before;
    if (statement === undefined) return { clauses: [], after: () => before };
    let last: Deed | null = null;
    const later = () => migration.statements.slice(index + 1).map(({ node }) => node);
    const clauses = clausesOf(statement.node, index, statement.text, later).flatMap((clause): PlannedClause[] => {
      if (last !== null) facts = afterDeed(last, facts, foldEffects);
      last = null;
      const known = inSchema(facts, clause.within);
      const recognised = recognise(clause, known);
      if (recognised === null) return [];
      const { kind, change } = recognised;
      const locks = kind.locks(change, known);
      const effects = kind.effects(change);
      const judged = { change, locks, hazards: kind.hazards(change, known, after), effects };
      const { id, options } = migration;
      const asked = {
        catalog,
        touched: touched.has,
        touchedBy: touched.by,
        pending: touched.all,
        treeOf: touched.treeOf,
        before: [...done],
        inOne,
        together,
      };
      const way: Way = { clause, after, ...asked, migration: migration.parksAs ?? id, options, print, parse };
      const planned = plannedBy(kind, change, known, way);
      const meant = { searchPath: known.searchPath, timeZone: known.timeZone ?? null };
      const questions = kind.data === null ? [] : kind.data(change, known, way).map((one) => ({ ...one, ...meant }));
      touched.add(locks, effects, change, clause.command === null ? clause.node : { AlterTableCmd: clause.command });
      done.push(change);
      last = { effects, locks, within: clause.within };
      const isWord = typeof planned === 'string';
      return [
        {
          judged,
          title: kind.explain.title,
          drafts: planned === null || isWord || 'cannot' in planned ? null : planned,
          cannot: planned !== null && !isWord && 'cannot' in planned ? planned.cannot : null,
          later: planned !== null && !isWord && 'cannot' in planned && planned.later === true,
          lasts:
            planned !== null && !isWord && 'cannot' in planned && planned.lasts !== undefined
              ? planned.lasts
              : typeof kind.lasts === 'function'
                ? kind.lasts(change, known)
                : (kind.lasts ?? null),
          is: planned === 'setting' ? planned : isBinding(planned) ? 'binds' : null,
          questions,
        },
      ];
    });
    // What is known before a statement is asked for until its steps are made: only then the last of it is folded, in place.
    return {
      clauses,
      after: () => (last === null ? facts : afterDeed(last, facts, (known, effects) => fold(effects, known))),
    };
  };
}

function plannedBy({ plan }: ChangeKind, change: Change, facts: Facts, way: Way) {
  return typeof plan === 'string' ? plan : plan(change, facts, way);
}

function isBinding(planned: ReturnType<typeof plannedBy>): boolean {
  if (planned === null || typeof planned === 'string') return planned === 'binds';
  return !('cannot' in planned) && planned.some(({ binds }) => binds === true);
}

interface Deed {
  readonly effects: readonly Effect[];
  readonly locks: readonly Lock[];
  readonly within: string | undefined;
}

function afterDeed({ effects, locks, within }: Deed, facts: Facts, fold: typeof foldEffects): Facts {
  const { searchPath, held = [] } = facts;
  const after = { ...fold(facts, effects), held: stillHeld(held, locks) };
  return within === undefined ? after : { ...after, searchPath };
}
