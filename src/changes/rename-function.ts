// What does ALTER FUNCTION, PROCEDURE, AGGREGATE or ROUTINE … RENAME do and endanger?
import { type Change, defineChange } from './define.ts';
import { isNewRoutine, isRoutineMadeAnew, printRoutine, type Routine, routineOf } from './reading/routine.ts';

export interface RenameFunction extends Change {
  readonly kind: 'rename-function';
  readonly routine: Routine;
  readonly word: 'function' | 'procedure' | 'aggregate' | 'routine';
  readonly newName: string;
  /** A later statement of the migration makes one under the old name. */
  readonly replaced: boolean;
}

const words: Readonly<Record<string, RenameFunction['word']>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_ROUTINE: 'routine',
};

export default defineChange<RenameFunction>({
  kind: 'rename-function',
  explain: {
    title: 'A function, procedure or aggregate is renamed',
    why: 'Triggers, views, defaults and indexes follow by themselves. The running application that calls the old name fails at once, and so does the text of other functions.',
    instead:
      'Make the function under the new name, let the old one call it, and drop the old one once no running version calls it.',
    links: ['https://www.postgresql.org/docs/current/sql-alterfunction.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node, later }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const word = words[node.RenameStmt.renameType ?? ''];
    if (word === undefined) return null;
    const routine = routineOf(node.RenameStmt.object, facts);
    return {
      object: `${word} ${printRoutine(routine)}`,
      routine,
      word,
      newName: node.RenameStmt.newname ?? '',
      replaced: isRoutineMadeAnew(routine, later(), facts),
    };
  },
  effects: ({ routine }) => [{ effect: 'set-function', ...routine, volatility: null }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, routine, word, newName, replaced }, facts) =>
    replaced || isNewRoutine(word, routine, facts)
      ? []
      : [
          {
            code: 'rename-function-breaks-application',
            family: 'application',
            severity: 'error',
            message: `${object} is renamed to ${newName} under the running application`,
            why: 'A statement that calls the old name fails from then on. Triggers and views follow, the text of other functions does not.',
            instead: 'Make it under the new name, let the old one call it, and drop the old one later.',
          },
        ],
});
