// How do the triggers of a table leave alone the rows that are filled for a change, since they would not fire for it as written?
import type { Catalog, Properties } from '../database/catalog/index.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { SyntaxNode } from '../sql/syntax.ts';
import type { DraftStep } from './draft.ts';
import { partsOfTable } from './key-of.ts';
import { CannotRenew } from './renewed-constraint.ts';

export interface Quieting {
  /** Without, and with, what is dropped in the moment of the exchange. */
  readonly catalog: Catalog;
  readonly whole: Catalog;
  readonly parse: (sql: string) => readonly SyntaxNode[];
  readonly print: (node: SyntaxNode) => string | null;
  readonly table: string;
  readonly printed: string;
}

export interface Quiet {
  readonly first: readonly DraftStep[];
  readonly finish: readonly DraftStep[];
  /** What stands between SET and WHERE of the UPDATE that fills the rows: it says so to the triggers, in its own transaction. */
  readonly from: string;
}

const filling = "pg_catalog.current_setting('roadbook.filling', true) IS DISTINCT FROM 'yes'";
const told = " FROM (SELECT pg_catalog.set_config('roadbook.filling', 'yes', true) OFFSET 0) AS roadbook_filling";

/** Of `events` in a CREATE TRIGGER. */
const updates = 16;
/** Of `timing`. */
const before = 2;

/** Meanwhile their WHEN asks who writes; nothing else of them changes. Throws `CannotRenew`. */
export function quietTriggers(how: Quieting): Quiet {
  const stays = new Set(partsOfTable(how.catalog, 'trigger', how.printed).map(([name]) => name));
  const each = partsOfTable(how.whole, 'trigger', how.printed).flatMap((found) => quieted(found, how));
  return {
    first: each.flatMap(({ first }) => first),
    finish: each.flatMap(({ name, finish }) => (stays.has(name) ? finish : [])),
    from: each.length === 0 ? '' : told,
  };
}

function quieted([name, { definition, enabled }]: readonly [string, Properties], how: Quieting) {
  if (enabled === 'disabled' || enabled === 'replica' || typeof definition !== 'string') return [];
  const [node] = how.parse(definition);
  if (node === undefined || !('CreateTrigStmt' in node)) return [];
  const { CreateTrigStmt: trigger } = node;
  // UPDATE OF other columns is not set off by an UPDATE of the new one.
  if ((trigger.columns ?? []).length > 0 || ((trigger.events ?? 0) & updates) === 0) return [];
  const fires = `Trigger ${name} would fire for the rows that are filled`;
  if (trigger.isconstraint === true) throw new CannotRenew(`${fires}, and a constraint trigger cannot be told not to.`);
  if (trigger.row !== true && ((trigger.timing ?? 0) & before) !== 0)
    throw new CannotRenew(`${fires}: it fires before each statement, when nobody can tell yet what that does.`);
  const guard = expression(how.parse(`SELECT ${filling}`));
  const { whenClause } = trigger;
  const when: SyntaxNode =
    whenClause === undefined ? guard : { BoolExpr: { boolop: 'AND_EXPR', args: [guard, whenClause] } };
  const guarded = how.print({ CreateTrigStmt: { ...trigger, replace: true, whenClause: when } });
  const restored = how.print({ CreateTrigStmt: { ...trigger, replace: true } });
  if (guarded === null || restored === null)
    throw new CannotRenew(`${fires}, and PostgreSQL’s printer cannot write it so that it does not.`);
  // CREATE OR REPLACE keeps the comment, but not how the trigger is enabled.
  const always =
    enabled === 'always'
      ? [
          {
            sql: `ALTER TABLE ${how.table} ENABLE ALWAYS TRIGGER ${quoteIdentifier(trigger.trigname ?? '')}`,
            does: 'fire as before also for what arrives by replication',
          },
        ]
      : [];
  return [
    {
      name,
      first: [{ sql: guarded, does: 'let the trigger pass over rows that are only filled' }, ...always],
      finish: [{ sql: restored, does: 'let the trigger be as it was' }, ...always],
    },
  ];
}

function expression(trees: readonly SyntaxNode[]): SyntaxNode {
  const [node] = trees;
  const target = node !== undefined && 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined;
  const value = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (value === undefined) throw new Error('an expression that is not one');
  return value;
}
