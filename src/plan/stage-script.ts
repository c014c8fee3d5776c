// Which plain SQL does a stage consist of, message by message?
import type { Stage, Step } from '../model/plan.ts';
import { dollarQuoted, lex, quoteLiteral } from '../sql/index.ts';
import { batchLoop } from './batch-loop.ts';

/**
 * Each text is one message for `connection.run`, and psql runs them one after the other. What the user's SET statements set
 * stays for the session; who goes on to another migration begins a new session, or says DISCARD ALL. Where a message that
 * starts with BEGIN fails, ROLLBACK is left to the caller.
 */
export function stageScript({ kind, settings, steps }: Stage): readonly string[] {
  if (kind === 'transaction') {
    const inside = ["SET LOCAL lock_timeout = '1s'", ...settings, ...steps.map(({ sql }) => sql)];
    return [['BEGIN', ...inside, 'COMMIT'].map((sql) => `${sql};`).join('\n')];
  }
  const file = steps.find((step) => step.file !== undefined)?.file;
  if (file !== undefined) return [...settings.map(forSession), onlyByApply(file)].map((sql) => `${sql};`);
  const statement = kind === 'check' ? assertion : kind === 'backfill' ? batchLoop : ({ sql }: Step) => sql;
  return [...settings.map(forSession), ...steps.map(statement)].map((sql) => `${sql};`);
}

/** Outside a transaction SET LOCAL would be forgotten at once; it is to hold for the migration. */
export function forSession(setting: string): string {
  const local = lex(setting).filter(({ kind }) => kind === 'word')[1];
  if (local === undefined || setting.slice(local.start, local.end).toLowerCase() !== 'local') return setting;
  return `${setting.slice(0, local.start)}SESSION${setting.slice(local.end)}`;
}

/** Stops the script: what follows may rely on it. */
function onlyByApply(file: string): string {
  const said = `a function in ${file} says what becomes of the rows: roadbook apply carries it out`;
  return `DO ${dollarQuoted(`BEGIN RAISE EXCEPTION USING MESSAGE = ${quoteLiteral(said)}; END`, 'roadbook')}`;
}

/** A query of the verify section must return no row. */
function assertion({ sql }: Step): string {
  const body = `
BEGIN
  IF EXISTS (${sql}) THEN
    RAISE EXCEPTION 'a query of the verify section returned a row';
  END IF;
END
`;
  return `DO ${dollarQuoted(body, 'verify')}`;
}
