// What does CREATE TRIGGER do, lock and cost?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, nameOfParts, printName, relationName } from './name.ts';
import { worthCare } from './reading/size.ts';

export interface CreateTrigger extends Change {
  readonly kind: 'create-trigger';
  readonly trigger: string;
  readonly table: Name;
  readonly function: Name;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  /** Of UPDATE OF; none: every column. */
  readonly columns: readonly string[];
  /** Whether WHEN says which rows need it. */
  readonly when: boolean;
  readonly forEachRow: boolean;
  readonly replace: boolean;
  readonly constraint: boolean;
  /** The other table of a constraint trigger. */
  readonly from: Name | null;
}

/** The bits of pg_trigger.tgtype. */
const bits = { before: 2, insert: 4, delete: 8, update: 16, truncate: 32, insteadOf: 64 } as const;
const events = ['insert', 'update', 'delete', 'truncate'] as const;

export default defineChange<CreateTrigger>({
  kind: 'create-trigger',
  explain: {
    title: 'A trigger is made or replaced',
    why: 'SHARE ROW EXCLUSIVE on the table (and every partition of it) for a moment: writers wait, readers go on. From then on each INSERT, UPDATE or DELETE runs the function as well. Rows that are there already are not looked at, by a constraint trigger neither.',
    instead:
      'Keep the function short, and say in WHEN or UPDATE OF which rows need it. CREATE OR REPLACE TRIGGER exchanges one without a gap and without blocking readers, as DROP TRIGGER does.',
    links: ['https://www.postgresql.org/docs/current/sql-createtrigger.html'],
  },
  on: ['CreateTrigStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateTrigStmt' in node)) return null;
    const statement = node.CreateTrigStmt;
    const table = relationName(statement.relation, facts);
    const timing = statement.timing ?? 0;
    return {
      object: `trigger ${printName({ schema: null, name: statement.trigname ?? '' })} on ${printName(table)}`,
      trigger: statement.trigname ?? '',
      table,
      function: nameOfParts(statement.funcname, facts),
      timing: has(timing, bits.insteadOf) ? 'instead of' : has(timing, bits.before) ? 'before' : 'after',
      events: events.filter((event) => has(statement.events ?? 0, bits[event])),
      columns: (statement.columns ?? []).flatMap((column) => ('String' in column ? [column.String.sval ?? ''] : [])),
      when: statement.whenClause !== undefined,
      forEachRow: statement.row === true,
      replace: statement.replace === true,
      constraint: statement.isconstraint === true,
      from: statement.constrrel === undefined ? null : relationName(statement.constrrel, facts),
    };
  },
  // One that is replaced may have been there before.
  effects: ({ object, replace }) => (replace ? [] : [{ effect: 'make-object', object }]),
  locks: ({ table }, facts) =>
    isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'SHARE ROW EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: (change, facts): readonly Hazard[] => {
    if (!worthCare(change.table, facts) || change.timing === 'instead of') return [];
    return [...(change.constraint ? [skipsRows(change)] : []), ...(slows(change) ? [slowsWrites(change)] : [])];
  },
});

/** Not where WHEN or UPDATE OF already says which rows need it. */
function slows({ forEachRow, replace, when, columns, events: on }: CreateTrigger): boolean {
  const always = columns.length > 0 ? on.filter((event) => event !== 'update') : on;
  return forEachRow && !replace && !when && always.length > 0;
}

function slowsWrites({ object, table, events: on }: CreateTrigger): Hazard {
  return {
    code: 'trigger-slows-writes',
    family: 'design',
    severity: 'note',
    message: `${object} runs for each row of every ${on.map((event) => event.toUpperCase()).join(', ')}`,
    why: `A statement that writes many rows of ${printName(table)} calls the function as many times, and an UPDATE of the whole table in a later migration takes accordingly longer.`,
    instead: 'Say in WHEN or UPDATE OF which rows need it, or take FOR EACH STATEMENT with transition tables.',
  };
}

function skipsRows({ object }: CreateTrigger): Hazard {
  return {
    code: 'constraint-trigger-skips-existing-rows',
    family: 'data',
    severity: 'note',
    message: `${object} does not look at the rows that are there already`,
    why: 'Unlike ADD CONSTRAINT a constraint trigger checks only what is written from then on.',
    instead: 'Find the rows that break the rule with a query, in a verify section for instance.',
  };
}

function has(mask: number, bit: number): boolean {
  return Math.floor(mask / bit) % 2 === 1;
}
