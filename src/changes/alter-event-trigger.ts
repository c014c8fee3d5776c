// What does ALTER EVENT TRIGGER … ENABLE, DISABLE or RENAME do?
import { type Change, defineChange } from './define.ts';
import { printName } from './name.ts';

export interface AlterEventTrigger extends Change {
  readonly kind: 'alter-event-trigger';
  readonly trigger: string;
  /** Null where it is renamed. */
  readonly state: 'enabled' | 'always' | 'replica' | 'disabled' | null;
  readonly newName: string | null;
}

/** As in pg_event_trigger.evtenabled. */
const states: Readonly<Record<string, NonNullable<AlterEventTrigger['state']>>> = {
  O: 'enabled',
  A: 'always',
  R: 'replica',
  D: 'disabled',
};

export default defineChange<AlterEventTrigger>({
  kind: 'alter-event-trigger',
  explain: {
    title: 'An event trigger is switched on or off, or renamed',
    why: 'No table is locked. While it is off, what it records or forbids is neither recorded nor forbidden, for everybody. Event triggers of one event fire in the order of their names.',
    instead: 'Write it as it is, and switch it on again in the same migration where it is off for a while only.',
    links: ['https://www.postgresql.org/docs/current/sql-altereventtrigger.html'],
  },
  on: ['AlterEventTrigStmt', 'RenameStmt'],
  recognise: ({ node }) => {
    if ('AlterEventTrigStmt' in node) {
      const { trigname, tgenabled } = node.AlterEventTrigStmt;
      const trigger = trigname ?? '';
      return { object: named(trigger), trigger, state: states[tgenabled ?? ''] ?? null, newName: null };
    }
    if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_EVENT_TRIGGER') return null;
    const { object, newname } = node.RenameStmt;
    const trigger = object !== undefined && 'String' in object ? (object.String.sval ?? '') : '';
    return { object: named(trigger), trigger, state: null, newName: newname ?? '' };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});

function named(trigger: string): string {
  return `event trigger ${printName({ schema: null, name: trigger })}`;
}
