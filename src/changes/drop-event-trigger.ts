// What does DROP EVENT TRIGGER do?
import { type Change, defineChange } from './define.ts';
import { partsOf, printName } from './name.ts';

export interface DropEventTrigger extends Change {
  readonly kind: 'drop-event-trigger';
  readonly triggers: readonly string[];
  readonly ifExists: boolean;
}

export default defineChange<DropEventTrigger>({
  kind: 'drop-event-trigger',
  explain: {
    title: 'An event trigger is dropped',
    why: 'No table is locked. What it recorded or forbade is neither recorded nor forbidden from then on.',
    instead: 'Write it as it is.',
    links: ['https://www.postgresql.org/docs/current/sql-dropeventtrigger.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_EVENT_TRIGGER') return null;
    const triggers = partsOf(node.DropStmt.objects);
    const names = triggers.map((name) => printName({ schema: null, name }));
    const word = names.length > 1 ? 'event triggers' : 'event trigger';
    return { object: `${word} ${names.join(', ')}`, triggers, ifExists: node.DropStmt.missing_ok === true };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
