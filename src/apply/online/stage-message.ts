// Which messages carry out steps that share a transaction?
import { checkSql } from '../../journal/index.ts';
import type { Statement } from '../../model/statement.ts';
import { keepingOn } from '../../recipes/keep-rows.ts';
import { loadParser } from '../../sql/parser.ts';
import { leavesSessionClean, sessionReset } from '../leftovers.ts';
import { composeMessage, type Message } from '../message.ts';
import { type At, statementOf } from './at.ts';

export interface StageMessage {
  /** BEGIN, the user's settings and the steps. */
  readonly work: Message;
  /** The steps as sent, at the places of the user's statements. */
  readonly pieces: readonly Statement[];
  /** How many results of `work` come before that of the first step. */
  readonly before: number;
  /** What follows before COMMIT, and COMMIT itself, with the journal's own statements between. */
  readonly record: (journal: readonly string[]) => string;
  /** Something may be left in the session, which has to be cleaned afterwards. */
  readonly leavesState: boolean;
}

/** `texts`: what is sent for each step; `after`: what is sent behind them, before anything is reset. */
export async function stageMessage(
  at: At,
  texts: readonly string[],
  after: readonly string[] = [],
): Promise<StageMessage> {
  const { stage, run, migration } = at;
  const clean = await leavesNothing(at);
  const lockTimeout = Math.round(migration.options.lockTimeout ?? run.lockTimeoutMs);
  const before = [
    'BEGIN',
    `SET LOCAL lock_timeout = ${lockTimeout}`,
    // SET TRANSACTION ISOLATION LEVEL is refused after the first query; the lease is checked again before COMMIT.
    ...(clean ? [checkSql(run.lease)] : []),
    ...(run.lease.transactionSettings === '' ? [] : [run.lease.transactionSettings]),
    ...stage.settings,
  ];
  const pieces = stage.steps.map((step, index): Statement => {
    const statement = statementOf(at, step);
    const text = texts[index] ?? step.sql;
    return text === statement.text ? statement : { ...statement, text, end: statement.start };
  });
  return {
    pieces,
    work: composeMessage(before, pieces, after),
    before: before.length,
    record: (journal) =>
      // A deferred constraint that fails is found while the session can still be looked at.
      ['SET CONSTRAINTS ALL IMMEDIATE', ...(clean ? [] : sessionReset(run.lease)), ...journal, 'COMMIT'].join(';\n'),
    leavesState: !clean,
  };
}

/** Settings are undone with the session's reset, as is what statements may leave behind in it. */
export async function leavesNothing({ stage }: At): Promise<boolean> {
  // What Roadbook itself sets ends with the transaction.
  if (stage.settings.some((setting) => setting !== keepingOn)) return false;
  const parser = await loadParser();
  const own = stage.steps.filter(({ sql }) => sql !== keepingOn);
  return leavesSessionClean(own.flatMap(({ sql }) => parser.split(sql, 'plan').statements));
}
