// What does CREATE EVENT TRIGGER do, and whom does it touch?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { optionsOf } from './reading/options.ts';

export interface CreateEventTrigger extends Change {
  readonly kind: 'create-event-trigger';
  readonly trigger: string;
  /** `ddl_command_end`, `sql_drop`, `login` … */
  readonly event: string;
  readonly function: Name;
  /** The commands it is for; none: all. */
  readonly tags: readonly string[];
}

export default defineChange<CreateEventTrigger>({
  kind: 'create-event-trigger',
  explain: {
    title: 'An event trigger is made',
    why: 'No table is locked, but it fires for the schema changes of everybody in the database, later migrations of Roadbook included. A function that fails makes all of them fail; one for `login` (PostgreSQL 17 and later) keeps everybody out.',
    instead:
      'Name the commands in WHEN TAG IN (…), and let the function never fail. Who is locked out connects in single-user mode, or with event_triggers = off from PostgreSQL 17 on.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createeventtrigger.html',
      'https://www.postgresql.org/docs/current/event-triggers.html',
    ],
  },
  on: ['CreateEventTrigStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateEventTrigStmt' in node)) return null;
    const { trigname, eventname, whenclause, funcname } = node.CreateEventTrigStmt;
    return {
      object: `event trigger ${printName({ schema: null, name: trigname ?? '' })}`,
      trigger: trigname ?? '',
      event: eventname ?? '',
      function: nameOfParts(funcname, facts),
      tags: optionsOf(whenclause).get('tag') ?? [],
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, event, tags }): readonly Hazard[] => {
    if (event === 'login') {
      return [
        {
          code: 'login-trigger-may-lock-out',
          family: 'application',
          severity: 'warning',
          message: `${object} runs whenever anybody connects`,
          why: 'If its function fails, or waits, nobody gets in, the application and Roadbook included.',
          instead:
            'Let the function catch every error, and keep the way back at hand: event_triggers = off in the settings of the server.',
        },
      ];
    }
    return tags.length > 0
      ? []
      : [
          {
            code: 'event-trigger-for-all-commands',
            family: 'design',
            severity: 'note',
            message: `${object} fires for the schema changes of everybody`,
            why: 'If its function fails, no schema can be changed any more, by a later migration neither.',
            instead: 'Name the commands it is for: WHEN TAG IN (…).',
          },
        ];
  },
});
