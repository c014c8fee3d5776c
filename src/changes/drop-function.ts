// What does DROP FUNCTION, PROCEDURE, AGGREGATE or ROUTINE do, lock and endanger?
import { dropButKeepParked, dropOrMove } from '../recipes/park-what-is-used.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type Change, defineChange, type Facts, type Hazard, type Planned, type Way } from './define.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { isParkedBefore } from './reading/parked-before.ts';
import { isNewRoutine, isRoutineMadeAnew, printRoutine, type Routine, routineOf } from './reading/routine.ts';

export interface DropFunction extends Change {
  readonly kind: 'drop-function';
  readonly word: 'function' | 'procedure' | 'aggregate' | 'routine';
  readonly routines: readonly Routine[];
  /** Those that a later statement of the migration makes anew, by name. */
  readonly madeAnew: readonly Routine[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

const words: Readonly<Record<string, DropFunction['word']>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_ROUTINE: 'routine',
};

export default defineChange<DropFunction>({
  kind: 'drop-function',
  explain: {
    title: 'A function, procedure or aggregate is dropped',
    why: 'Without CASCADE PostgreSQL refuses while a trigger, view, default, index or policy uses it, but it does not know who calls it: the running application, or the text of another function. With CASCADE those triggers, columns and policies go too, under ACCESS EXCLUSIVE on their tables.',
    instead:
      'Drop it once no running version calls it, without CASCADE. Where only the body changes, CREATE OR REPLACE keeps what depends on it.',
    links: ['https://www.postgresql.org/docs/current/sql-dropfunction.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node, later }, facts) => {
    if (!('DropStmt' in node)) return null;
    const word = words[node.DropStmt.removeType ?? ''];
    if (word === undefined) return null;
    const routines = (node.DropStmt.objects ?? []).map((object) => routineOf(object, facts));
    const after = later();
    return {
      object: listed(word, routines),
      word,
      routines,
      madeAnew: routines.filter((routine) => isRoutineMadeAnew(routine, after, facts)),
      ifExists: node.DropStmt.missing_ok === true,
      cascade: node.DropStmt.behavior === 'DROP_CASCADE',
    };
  },
  effects: ({ routines }) => routines.map((routine) => ({ effect: 'set-function', ...routine, volatility: null })),
  locks: ({ cascade }) => (cascade ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : []),
  plan,
  keeps: true,
  data: null,
  hazards: ({ word, routines, madeAnew, object, cascade }, facts): readonly Hazard[] => {
    const old = routines.filter((routine) => !isNewRoutine(word, routine, facts));
    const gone = old.filter((routine) => !madeAnew.includes(routine));
    return [
      ...gone.map((routine) => breaks(`${word} ${printRoutine(routine)}`)),
      ...(cascade && old.length > 0
        ? [cascadeHazard(object, 'every trigger, view, default, index and policy that uses it')]
        : []),
    ];
  },
});

/** Not refused for what is parked, nor with CASCADE at its cost. */
function plan({ word, routines, cascade, object }: DropFunction, facts: Facts, way: Way): Planned {
  if (word === 'aggregate' || routines.every((routine) => isNewRoutine(word, routine, facts))) return null;
  if (!isParkedBefore(facts, way)) return null;
  const used = { migration: way.migration, statement: way.clause.text };
  if (cascade) {
    const does = `drop ${object}, but nothing parked`;
    return [{ stage: 'transaction', steps: [dropButKeepParked({ ...used, does }, [])], anyway: true }];
  }
  const does = `drop ${object}, or move what parked rows use of it to roadbook_parked`;
  const oids = routines.map(
    (routine) =>
      `${routine.arguments === null ? 'to_regproc' : 'to_regprocedure'}(${quoteLiteral(printRoutine(routine))})`,
  );
  return [dropOrMove({ ...used, does }, oids, 'ROUTINE')];
}

function listed(word: string, routines: readonly Routine[]): string {
  return `${routines.length > 1 ? `${word}s` : word} ${routines.map(printRoutine).join(', ')}`;
}

function breaks(object: string): Hazard {
  return {
    code: 'drop-function-breaks-application',
    family: 'application',
    severity: 'warning',
    message: `${object} is dropped, whoever calls it`,
    why: 'A statement of the running application that calls it fails from then on. The text of other functions is not looked into either: they fail when they are called.',
    instead: 'Drop it once no running version and no other function calls it.',
  };
}
