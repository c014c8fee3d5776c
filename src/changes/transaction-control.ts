// What does BEGIN, COMMIT, SAVEPOINT and the like do inside a migration?
import { type TransactionControl as Control, transactionControl } from '../sql/transaction.ts';
import { type Change, defineChange } from './define.ts';

export interface TransactionControl extends Change {
  readonly kind: 'transaction-control';
  readonly control: Control;
}

export default defineChange<TransactionControl>({
  kind: 'transaction-control',
  explain: {
    title: 'The transaction is steered by hand',
    why: 'Roadbook runs a migration in one transaction, so BEGIN and COMMIT around all of it are left out, and elsewhere they are a problem that is told before anything runs. Savepoints are the migration’s own and do no harm; what is rolled back to one is counted by Roadbook as if it had been done.',
    instead: 'Leave BEGIN and COMMIT out. What has to be committed before the rest goes into a migration of its own.',
    links: ['https://www.postgresql.org/docs/current/sql-savepoint.html'],
  },
  on: ['TransactionStmt'],
  recognise: ({ node }) => {
    const control = transactionControl(node);
    return control === null ? null : { object: 'the transaction', control };
  },
  effects: () => [],
  locks: () => [],
  plan: 'binds',
  data: null,
  hazards: ({ control }) =>
    control !== 'rollback-to'
      ? []
      : [
          {
            code: 'rollback-inside-migration',
            family: 'design',
            severity: 'note',
            message: 'what was done since the savepoint is taken back',
            why: 'Statements that are always taken back need not be there, and Roadbook counts them as done when it looks at those after them.',
            instead: 'Leave out what is taken back, with its savepoint.',
          },
        ],
});
