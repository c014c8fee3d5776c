// What do the pending migrations do one after another, and what is known right before each of it?
import { changes } from '../changes/index.ts';
import { clausesOf } from '../check/clauses.ts';
import { createFold, nextMigration } from '../check/fold.ts';
import { folded, inSchema } from '../check/judge.ts';
import { createRecogniser } from '../check/recognise.ts';
import type { Change, Lock } from '../model/change.ts';
import type { Effect } from '../model/effect.ts';
import type { Facts } from '../model/facts.ts';
import { liveFacts } from '../plan/live-facts.ts';
import { createPending, type Pending } from '../preflight/pending-changes.ts';
import type { ReadMigration } from '../read/index.ts';
import { loadParser, type Parser } from '../sql/parser.ts';
import type { ParsedStatement } from '../sql/split.ts';
import type { AlterTableCmd, SyntaxNode } from '../sql/syntax.ts';
import type { Examined } from './define.ts';

export interface Step {
  readonly migration: ReadMigration;
  readonly statement: ParsedStatement;
  /** Of this clause. */
  readonly node: SyntaxNode;
  /** The sub-command of an ALTER TABLE. */
  readonly command: AlterTableCmd | null;
  readonly change: Change;
  readonly locks: readonly Lock[];
  /** As if it made all it says, whether that is there already or not. */
  readonly effects: readonly Effect[];
  /** IF NOT EXISTS: what is there is passed over. */
  readonly passes: boolean;
  /** OR REPLACE: what is there is replaced. */
  readonly replaces: boolean;
  /** Right before it. */
  readonly facts: Facts;
  /** What the statements so far may have done unseen. */
  readonly pending: Pending;
}

/**
 * What `visit` hands back is told, at the end of the migration, what would be known then if all of it had been made anew.
 * One that was begun goes on by its plan: what it does is known to those after it, and it is not visited.
 */
export async function walkPending(
  { pending, live, journal }: Pick<Examined, 'pending' | 'live' | 'journal'>,
  visit: (step: Step, parser: Parser) => (after: Facts) => void,
): Promise<void> {
  const { migrations } = await pending();
  if (migrations.length === 0) return;
  const known = await live();
  const begun = (await journal())?.interrupted?.id;
  const parser = await loadParser();
  const recognise = createRecogniser(changes);
  const doubts = createPending();
  let facts = liveFacts({ ...known, parser });
  for (const migration of migrations) {
    facts = nextMigration(facts, known.searchPath);
    doubts.nextMigration();
    const fold = createFold(facts);
    const anew = createFold(facts);
    let after = facts;
    const ends: ((after: Facts) => void)[] = [];
    migration.statements.forEach((statement, index) => {
      const later = () => migration.statements.slice(index + 1).map(({ node }) => node);
      for (const clause of clausesOf(statement.node, index, statement.text, later)) {
        const before = inSchema(facts, clause.within);
        const recognised = recognise(clause, before);
        if (recognised === null) continue;
        const { kind, change } = recognised;
        const locks = kind.locks(change, before);
        const { passes, wholly } = unconditional(clause);
        const whole = passes ? (recognise(wholly, before) ?? recognised) : recognised;
        const effects = whole.kind.effects(whole.change);
        if (migration.id !== begun) {
          const common = { migration, statement, node: clause.node, command: clause.command, change, locks, effects };
          const step = { ...common, passes, replaces: isReplacing(clause.node), facts: before, pending: doubts };
          ends.push(visit(step, parser));
        }
        after = folded(anew, effects, after, locks, clause.within);
        facts = folded(fold, kind.effects(change), facts, locks, clause.within);
      }
      doubts.add(statement.node);
    });
    for (const end of ends) end(after);
  }
}

type Clause = ReturnType<typeof clausesOf>[number];

/** The clause without its IF NOT EXISTS. */
function unconditional(clause: Clause): { readonly passes: boolean; readonly wholly: Clause } {
  const { node, command } = clause;
  if (command !== null) {
    const passes = command.missing_ok === true && command.subtype === 'AT_AddColumn';
    return { passes, wholly: passes ? { ...clause, command: { ...command, missing_ok: false } } : clause };
  }
  for (const [kind, fields] of Object.entries(node)) {
    if (!('if_not_exists' in fields) || fields.if_not_exists !== true) continue;
    // Sound: the node is the one it was, but for a field that it may have.
    const wholly = { [kind]: { ...fields, if_not_exists: false } } as SyntaxNode;
    return { passes: true, wholly: { ...clause, node: wholly } };
  }
  return { passes: false, wholly: clause };
}

function isReplacing(node: SyntaxNode): boolean {
  return Object.values(node).some((fields) => 'replace' in fields && fields.replace === true);
}
