// What does LOCK TABLE lock and endanger?
import { type LockMode, lockModes } from '../model/change.ts';
import { atLeast } from '../model/lock-words.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { worthCare } from './reading/size.ts';

export interface LockTable extends Change {
  readonly kind: 'lock-table';
  readonly tables: readonly Name[];
  readonly mode: LockMode;
  readonly nowait: boolean;
}

export default defineChange<LockTable>({
  kind: 'lock-table',
  explain: {
    title: 'A table is locked by hand',
    why: 'The lock is kept until the migration commits, so everything after it counts: SHARE and stronger keep writers out, ACCESS EXCLUSIVE keeps readers out too.',
    instead:
      'Leave it out: each statement takes the lock it needs. Where rows must not change between two statements, make the migration short, and LOCK TABLE the last thing before them.',
    links: [
      'https://www.postgresql.org/docs/current/sql-lock.html',
      'https://www.postgresql.org/docs/current/explicit-locking.html',
    ],
  },
  on: ['LockStmt'],
  recognise: ({ node }, facts) => {
    if (!('LockStmt' in node)) return null;
    const { relations, mode, nowait } = node.LockStmt;
    const tables = (relations ?? []).flatMap((range) =>
      'RangeVar' in range ? [relationName(range.RangeVar, facts)] : [],
    );
    return {
      object: tables.map((table) => printName(table)).join(', '),
      tables,
      // PostgreSQL counts the modes from 1.
      mode: lockModes[(mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE',
      nowait: nowait === true,
    };
  },
  effects: () => [],
  locks: ({ tables, mode }, facts) =>
    tables
      .filter((table) => !isNew(table, facts))
      .flatMap((table) => [
        { relation: printName(table), mode },
        // A view’s tables are locked with it.
        ...(relationFacts(table, facts)?.kind === 'view' ? [{ relation: '*', mode }] : []),
      ]),
  plan: 'binds',
  data: null,
  hazards: ({ object, tables, mode }, facts) => {
    const [first] = tables.filter((table) => worthCare(table, facts));
    if (first === undefined || !atLeast(mode, 'SHARE')) return [];
    return [
      {
        code: 'lock-table-blocks',
        family: 'lock',
        severity: 'warning',
        message: `${object} is locked in ${mode} mode until the migration ends`,
        lock: { relation: printName(first), mode },
        why: 'Whatever comes after it in the migration is done while the others wait.',
        instead:
          'Leave it out: each statement takes the lock it needs. Else make it the last thing before what needs it.',
      },
    ];
  },
});
