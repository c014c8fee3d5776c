// What does ALTER FUNCTION, PROCEDURE or ROUTINE do to the properties of one, and whom may it betray?
import { type Change, defineChange } from './define.ts';
import { optionsOf } from './reading/options.ts';
import { isVolatility } from './reading/own-volatility.ts';
import { printRoutine, type Routine, routineOf } from './reading/routine.ts';
import { searchPathHazard, setsSearchPath } from './reading/security-definer.ts';

export interface AlterFunction extends Change {
  readonly kind: 'alter-function';
  readonly routine: Routine;
  readonly word: 'function' | 'procedure' | 'routine';
  /** `volatility`, `strict`, `security`, `set`, `cost` …: the words of each. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly setsSearchPath: boolean;
}

const words: Readonly<Record<string, AlterFunction['word']>> = {
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
};

export default defineChange<AlterFunction>({
  kind: 'alter-function',
  explain: {
    title: 'Properties of a function or procedure are changed',
    why: 'No table is locked. SECURITY DEFINER makes it run with the rights of its owner: without its own search_path the caller chooses what its text means. IMMUTABLE is a promise that PostgreSQL believes: indexes and plans rely on it.',
    instead: 'Set the search_path together with SECURITY DEFINER: `SET search_path = schema, pg_temp`.',
    links: ['https://www.postgresql.org/docs/current/sql-alterfunction.html'],
  },
  on: ['AlterFunctionStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterFunctionStmt' in node)) return null;
    const { objtype, func, actions } = node.AlterFunctionStmt;
    const routine = routineOf(func === undefined ? undefined : { ObjectWithArgs: func }, facts);
    const word = words[objtype ?? ''] ?? 'function';
    return {
      object: `${word} ${printRoutine(routine)}`,
      routine,
      word,
      options: Object.fromEntries(optionsOf(actions)),
      setsSearchPath: setsSearchPath(actions),
    };
  },
  effects: ({ routine, options }) => {
    const volatility = options.volatility?.[0] ?? '';
    return isVolatility(volatility) ? [{ effect: 'set-function', ...routine, volatility }] : [];
  },
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, options, setsSearchPath: sets }) =>
    options.security?.[0] === 'true' && !sets ? [searchPathHazard(object)] : [],
});
