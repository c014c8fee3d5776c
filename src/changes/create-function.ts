// What does CREATE FUNCTION or CREATE PROCEDURE do, and whom may it betray?
import { type Change, defineChange, type Effect, type Hazard, type Name } from './define.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { printRoutine, type Routine, routineMade } from './reading/routine.ts';
import { writeLocks } from './reading/row-locks.ts';
import { searchPathHazard, setsSearchPath } from './reading/security-definer.ts';
import { tablesRead, tablesWritten } from './reading/tables-read.ts';
import { readType } from './reading/type-name.ts';

export interface CreateFunction extends Change {
  readonly kind: 'create-function';
  readonly routine: Routine;
  readonly procedure: boolean;
  readonly replace: boolean;
  readonly language: string | null;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly securityDefiner: boolean;
  readonly setsSearchPath: boolean;
  /** BEGIN ATOMIC or RETURN: its names are resolved when it is made. */
  readonly sqlBody: boolean;
  /** Of a body of SQL: the tables whose rows it changes, and those it reads. */
  readonly writes: readonly Name[];
  readonly reads: readonly Name[];
  /** As PostgreSQL prints it; null for a procedure, or OUT parameters alone. */
  readonly returns: string | null;
}

export default defineChange<CreateFunction>({
  kind: 'create-function',
  explain: {
    title: 'A function or procedure is made or replaced',
    why: 'No table is locked. OR REPLACE keeps owner and grants, but everything the statement does not repeat (SECURITY DEFINER, SET, volatility) goes back to the default, and other argument types make a second function beside the first. A SECURITY DEFINER function runs with the rights of its owner; without its own search_path the caller chooses which tables and functions its text means. Where an IMMUTABLE function is replaced, indexes, generated columns and partitions keep what the old one said.',
    instead:
      'Give SECURITY DEFINER functions `SET search_path = schema, pg_temp`. After an IMMUTABLE function has been given other results, REINDEX the indexes on it and write its generated columns anew; better, make a function with a new name.',
    links: ['https://www.postgresql.org/docs/current/sql-createfunction.html'],
  },
  on: ['CreateFunctionStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateFunctionStmt' in node)) return null;
    const {
      funcname,
      parameters,
      options: written,
      is_procedure,
      replace,
      sql_body,
      returnType,
    } = node.CreateFunctionStmt;
    const options = optionsOf(written);
    const routine = routineMade(funcname, parameters, facts);
    const volatility = optionWord(options, 'volatility');
    return {
      object: `${is_procedure === true ? 'procedure' : 'function'} ${printRoutine(routine)}`,
      routine,
      procedure: is_procedure === true,
      replace: replace === true,
      language: optionWord(options, 'language') ?? (sql_body === undefined ? null : 'sql'),
      volatility: volatility === 'immutable' || volatility === 'stable' ? volatility : 'volatile',
      securityDefiner: optionWord(options, 'security') === 'true',
      setsSearchPath: setsSearchPath(written),
      sqlBody: sql_body !== undefined,
      writes: sql_body === undefined ? [] : tablesWritten([sql_body], facts),
      reads: sql_body === undefined ? [] : tablesRead([sql_body], facts),
      returns: returnType === undefined ? null : readType(returnType, facts).text,
    };
  },
  // One that is replaced may have been there before.
  effects: ({ object, routine, procedure, replace, volatility }): readonly Effect[] => [
    ...(replace ? [] : [{ effect: 'make-object', object } as const]),
    ...(procedure ? [] : [{ effect: 'set-function', ...routine, volatility } as const]),
  ],
  // A body of SQL is analysed when it is made.
  locks: ({ writes }, facts) => writes.flatMap((table) => writeLocks(table, facts)),
  plan: 'as-written',
  data: null,
  hazards: (change): readonly Hazard[] => {
    const open = change.securityDefiner && !change.setsSearchPath && !change.sqlBody;
    return [
      ...(open ? [searchPathHazard(change.object)] : []),
      ...(change.replace && change.volatility === 'immutable' ? [keepsOldValues(change.object)] : []),
    ];
  },
});

function keepsOldValues(object: string): Hazard {
  return {
    code: 'immutable-function-keeps-old-values',
    family: 'data',
    severity: 'note',
    message: `${object} is IMMUTABLE: what was computed with it stays as it is`,
    why: 'If it was there before and now gives other results, indexes on it find rows wrongly, and generated columns, CHECK constraints and partitions hold what the old one said. PostgreSQL does not compute them anew.',
    instead:
      'Where results change, make a function with a new name and move the indexes and columns to it; else REINDEX what uses it.',
  };
}
