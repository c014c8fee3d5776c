// What does CREATE RULE do, lock and endanger?
import type { LockMode } from '../model/change.ts';
import type { RangeVar, SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';

export interface CreateRule extends Change {
  readonly kind: 'create-rule';
  readonly rule: string;
  readonly table: Name;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  readonly instead: boolean;
  readonly replace: boolean;
  /** Whether it holds for some rows only. */
  readonly conditional: boolean;
  /** The tables its commands write to; none for DO NOTHING. */
  readonly writes: readonly Name[];
  readonly actions: number;
}

const events: Readonly<Record<string, CreateRule['event']>> = {
  CMD_SELECT: 'select',
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

export default defineChange<CreateRule>({
  kind: 'create-rule',
  explain: {
    title: 'A rule is made or replaced',
    why: 'ACCESS EXCLUSIVE on the table or view for a moment. A rule rewrites statements before they run: values are computed twice where they stand twice, so `random()` or `nextval()` differ, the count of rows is another, RETURNING may fail, and COPY passes it by. INSTEAD on a table discards what was written.',
    instead: 'Take a trigger; for a view that is to be written to, an INSTEAD OF trigger.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createrule.html',
      'https://www.postgresql.org/docs/current/rules-triggers.html',
    ],
  },
  on: ['RuleStmt'],
  recognise: ({ node }, facts) => {
    if (!('RuleStmt' in node)) return null;
    const { relation, rulename, event, instead, replace, actions, whereClause } = node.RuleStmt;
    const table = relationName(relation, facts);
    return {
      object: `rule ${printName({ schema: null, name: rulename ?? '' })} on ${printName(table)}`,
      rule: rulename ?? '',
      table,
      event: events[event ?? ''] ?? 'select',
      instead: instead === true,
      replace: replace === true,
      conditional: whereClause !== undefined,
      writes: (actions ?? []).flatMap((action) => {
        const target = targetOf(action);
        return target === undefined ? [] : [relationName(target, facts)];
      }),
      actions: (actions ?? []).length,
    };
  },
  // One that is replaced may have been there before.
  effects: ({ object, replace }) => (replace ? [] : [{ effect: 'make-object', object }]),
  locks: ({ table, writes }, facts): readonly Lock[] => {
    const lock = (name: Name, mode: LockMode) => (isNew(name, facts) ? [] : [{ relation: printName(name), mode }]);
    return [...lock(table, 'ACCESS EXCLUSIVE'), ...writes.flatMap((name) => lock(name, 'ROW EXCLUSIVE'))];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, table, event, instead, actions, conditional }, facts): readonly Hazard[] => {
    const view = relationFacts(table, facts)?.kind === 'view';
    if (event === 'select' || view) return [];
    if (instead && actions === 0) {
      return [
        {
          code: 'rule-discards-writes',
          family: 'data',
          severity: 'warning',
          message: `${object} swallows ${conditional ? `what ${event.toUpperCase()} does to some rows` : `each ${event.toUpperCase()}`} without a word`,
          why: 'The statement of the application succeeds with 0 rows, and what it wanted written or deleted is not.',
          instead: 'Revoke the right, or raise an error in a BEFORE trigger, so that somebody hears of it.',
        },
      ];
    }
    return [
      {
        code: 'rule-rewrites-statements',
        family: 'design',
        severity: 'note',
        message: `${object} rewrites statements before they run`,
        why: 'Expressions may be computed twice with two results, the number of rows told is another, and COPY passes the rule by.',
        instead: 'Take a trigger.',
      },
    ];
  },
});

function targetOf(action: SyntaxNode): RangeVar | undefined {
  if ('InsertStmt' in action) return action.InsertStmt.relation;
  if ('UpdateStmt' in action) return action.UpdateStmt.relation;
  if ('DeleteStmt' in action) return action.DeleteStmt.relation;
  return undefined;
}
