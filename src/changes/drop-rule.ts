// What does DROP RULE do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { droppedFromTable } from './reading/dropped.ts';

export interface DropRule extends Change {
  readonly kind: 'drop-rule';
  readonly rule: string;
  readonly table: Name;
  readonly ifExists: boolean;
}

export default defineChange<DropRule>({
  kind: 'drop-rule',
  explain: {
    title: 'A rule is dropped',
    why: 'ACCESS EXCLUSIVE on the table or view for a moment. Statements reach the table as they are written from then on; a view that only the rule made writable is no longer.',
    instead: 'Where the view is to stay writable, make an INSTEAD OF trigger in the same migration.',
    links: ['https://www.postgresql.org/docs/current/sql-droprule.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedFromTable(node, 'OBJECT_RULE', facts);
    if (dropped === null) return null;
    const { name, table, ifExists } = dropped;
    const object = `rule ${printName({ schema: null, name })} on ${printName(table)}`;
    return { object, rule: name, table, ifExists };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
