// What does DROP TRIGGER do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { droppedFromTable } from './reading/dropped.ts';

export interface DropTrigger extends Change {
  readonly kind: 'drop-trigger';
  readonly trigger: string;
  readonly table: Name;
  readonly ifExists: boolean;
  /** How a later statement of the migration makes it anew. */
  readonly madeAnew: 'trigger' | 'constraint-trigger' | null;
}

export default defineChange<DropTrigger>({
  kind: 'drop-trigger',
  explain: {
    title: 'A trigger is dropped',
    why: 'ACCESS EXCLUSIVE on the table until the transaction ends: readers wait, too. From then on rows are written without what the trigger did or checked, by the running application as well.',
    instead:
      'To change a trigger write CREATE OR REPLACE TRIGGER, which lets readers go on. Drop one once no running version counts on it, in a short migration.',
    links: ['https://www.postgresql.org/docs/current/sql-droptrigger.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node, later }, facts) => {
    const dropped = droppedFromTable(node, 'OBJECT_TRIGGER', facts);
    if (dropped === null) return null;
    const { name, table, ifExists } = dropped;
    const made = later().flatMap((other) => {
      if (!('CreateTrigStmt' in other) || other.CreateTrigStmt.trigname !== name) return [];
      const on = relationName(other.CreateTrigStmt.relation, facts);
      return qualifiedName(on) === qualifiedName(table) ? [other.CreateTrigStmt] : [];
    });
    return {
      object: `trigger ${printName({ schema: null, name })} on ${printName(table)}`,
      trigger: name,
      table,
      ifExists,
      madeAnew: made[0] === undefined ? null : made[0].isconstraint === true ? 'constraint-trigger' : 'trigger',
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ object, table, madeAnew }, facts): readonly Hazard[] => {
    const made = isNew(table, facts) || facts.newObjects?.includes(object) === true;
    if (made || madeAnew === 'constraint-trigger') return [];
    const lock = { relation: printName(table), mode: 'ACCESS EXCLUSIVE' } as const;
    if (madeAnew === 'trigger') {
      return [
        {
          code: 'trigger-made-anew-blocks-readers',
          family: 'lock',
          severity: 'note',
          message: `${object} is dropped and made anew where it could be replaced`,
          lock,
          why: 'The lock is held until the transaction ends. CREATE OR REPLACE TRIGGER, PostgreSQL 14 and later, takes SHARE ROW EXCLUSIVE only, which lets readers go on.',
          instead: 'Leave DROP TRIGGER out and write CREATE OR REPLACE TRIGGER.',
        },
      ];
    }
    return [
      {
        code: 'drop-trigger-ends-its-work',
        family: 'application',
        severity: 'note',
        message: `${object} is dropped: rows are written without it from then on`,
        why: 'What it filled in or checked is no longer filled in or checked, for the running version of the application as well.',
        instead: 'Drop it once no running version counts on it.',
      },
    ];
  },
});
