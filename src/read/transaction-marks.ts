// Does the user open or end the transaction that Roadbook runs the migration in?
import type { Problem } from '../model/problem.ts';
import { problemAt, type SourceText } from '../sql/problem-at.ts';
import type { ParsedStatement } from '../sql/split.ts';
import { type TransactionControl, transactionControl } from '../sql/transaction.ts';

export interface Unwrapped {
  /** Without the BEGIN and COMMIT around all of them. */
  readonly statements: readonly ParsedStatement[];
  readonly problems: readonly Problem[];
}

/** Savepoints are the user's own; they live and end inside the transaction. */
const harmless: ReadonlySet<TransactionControl | null> = new Set([null, 'savepoint', 'release', 'rollback-to']);

/** Takes off BEGIN at the start and COMMIT at the end; transaction control anywhere else is a problem. */
export function unwrap(text: SourceText, statements: readonly ParsedStatement[]): Unwrapped {
  const first = statements[0];
  const last = statements.at(-1);
  const around =
    first && last && transactionControl(first.node) === 'begin' && transactionControl(last.node) === 'commit';
  const kept = around ? statements.slice(1, -1) : statements;
  const problems = kept
    .filter(({ node }) => !harmless.has(transactionControl(node)))
    .map((statement) => refused(text, statement));
  if (around) problems.unshift(hasModes(first) ? modes(text, first) : needless(text, first));
  return { statements: kept, problems };
}

function hasModes({ node }: ParsedStatement): boolean {
  return 'TransactionStmt' in node && (node.TransactionStmt.options ?? []).length > 0;
}

function needless(text: SourceText, statement: ParsedStatement): Problem {
  return problemAt('transaction-needless', 'BEGIN and COMMIT are not needed', text, statement, {
    severity: 'note',
    detail: 'Roadbook runs a migration in a transaction of its own and leaves these two out.',
    hint: 'Delete them.',
  });
}

function modes(text: SourceText, statement: ParsedStatement): Problem {
  return problemAt(
    'transaction-in-migration',
    'the migration asks for a transaction with modes of its own',
    text,
    statement,
    {
      detail: 'Roadbook opens the transaction itself, so the modes behind BEGIN would be lost.',
      hint: 'Leave BEGIN and COMMIT out, and write SET TRANSACTION … as the first statement if the modes are needed.',
    },
  );
}

function refused(text: SourceText, statement: ParsedStatement): Problem {
  return problemAt('transaction-in-migration', `${words(statement)} inside a migration`, text, statement, {
    detail: 'Roadbook runs a migration in a transaction of its own, so that all of it is applied or nothing.',
    hint: 'Leave it out. What has to be committed before the rest goes into a migration of its own.',
  });
}

/** `COMMIT`, `PREPARE TRANSACTION`: the words without their names and modes. */
function words({ text, node }: ParsedStatement): string {
  const count = /^(prepare|commit-prepared|rollback-prepared|commit-and-chain)$/.test(transactionControl(node) ?? '')
    ? 2
    : 1;
  return text.split(/\s+/).slice(0, count).join(' ').toUpperCase();
}
