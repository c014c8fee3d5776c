// What does CREATE AGGREGATE do?
import { type Change, defineChange } from './define.ts';
import { printRoutine, type Routine, routineMade } from './reading/routine.ts';

export interface CreateAggregate extends Change {
  readonly kind: 'create-aggregate';
  readonly routine: Routine;
  readonly replace: boolean;
}

export default defineChange<CreateAggregate>({
  kind: 'create-aggregate',
  explain: {
    title: 'An aggregate is made or replaced',
    why: 'No table is locked. Views that use an aggregate that is replaced compute with the new one from then on; materialized views keep what they have.',
    instead: 'Write it as it is.',
    links: ['https://www.postgresql.org/docs/current/sql-createaggregate.html'],
  },
  on: ['DefineStmt'],
  recognise: ({ node }, facts) => {
    if (!('DefineStmt' in node) || node.DefineStmt.kind !== 'OBJECT_AGGREGATE') return null;
    const { defnames, args, replace } = node.DefineStmt;
    const [first] = args ?? [];
    // The old syntax says its types in the definition: nothing stands where the arguments would.
    const parameters = first !== undefined && 'List' in first ? first.List.items : undefined;
    const made = routineMade(defnames, parameters, facts);
    const routine = first === undefined ? { ...made, arguments: null } : made;
    return { object: `aggregate ${printRoutine(routine)}`, routine, replace: replace === true };
  },
  // One that is replaced may have been there before.
  effects: ({ object, replace }) => (replace ? [] : [{ effect: 'make-object', object }]),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
