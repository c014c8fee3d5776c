// What does COPY FROM or TO a file or a program do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { printName, relationName } from './name.ts';
import { isDeferred } from './reading/foreign-key-effects.ts';
import { mixedHazards } from './reading/mixed.ts';
import { referredLocks, writeLocks } from './reading/row-locks.ts';
import { notKept, rowsKept } from './reading/rows-kept.ts';
import { tablesRead } from './reading/tables-read.ts';

export interface Copy extends Change {
  readonly kind: 'copy';
  /** Null for COPY (query) TO. */
  readonly table: Name | null;
  readonly reads: readonly Name[];
  readonly direction: 'from' | 'to';
  readonly through: 'file' | 'program' | 'client';
}

const everyColumn = { writes: null, deletes: false } as const;

export default defineChange<Copy>({
  kind: 'copy',
  explain: {
    title: 'Rows are copied from or to a file',
    why: 'The file lies on the server, not beside the migration, and a program runs there: it takes a superuser or the roles pg_read_server_files, pg_write_server_files or pg_execute_server_program, which managed services do not give. A rehearsal on another server has no such file. Large files make one long transaction.',
    instead:
      'Write rows that belong to the migration as INSERT … VALUES. Load large files with a client, psql’s \\copy for one, before or after the migration.',
    links: ['https://www.postgresql.org/docs/current/sql-copy.html'],
  },
  on: ['CopyStmt'],
  recognise: ({ node }, facts) => {
    if (!('CopyStmt' in node)) return null;
    const { relation, query, is_from: from, is_program: program, filename } = node.CopyStmt;
    const table = relation === undefined ? null : relationName(relation, facts);
    return {
      object: table === null ? 'rows of a query' : `rows of ${printName(table)}`,
      table,
      reads: query === undefined ? [] : tablesRead([query], facts),
      direction: from === true ? 'from' : 'to',
      through: program === true ? 'program' : filename === undefined ? 'client' : 'file',
    };
  },
  effects: () => [],
  locks: ({ table, direction }, facts) =>
    table === null || direction === 'to' ? [] : [...writeLocks(table, facts), ...referredLocks(table, null, facts)],
  plan: ({ table, direction }, facts, way) => {
    if (table === null || direction === 'to') return null;
    const binds = way.clause.later().length > 0 && isDeferred(table, everyColumn, facts);
    return rowsKept({ planned: binds ? 'binds' : null, does: `copy rows to ${printName(table)}` }, facts, way);
  },
  keeps: true,
  lasts: ({ table, direction }, facts) => (table === null || direction === 'to' ? null : notKept(table, facts)),
  data: null,
  hazards: ({ object, table, direction, through }, facts, after) => {
    const hazards = [];
    if (through === 'file') {
      hazards.push({
        code: 'copy-server-file',
        family: 'design',
        severity: 'warning',
        message: `${object} are copied ${direction} a file on the server`,
        why: `The path is one of the server’s own, and it takes a superuser or the role pg_${direction === 'from' ? 'read' : 'write'}_server_files. A twin or another environment has no such file.`,
        instead: 'Write the rows as INSERT … VALUES, or copy them with a client before or after the migration.',
      } as const);
    }
    if (through === 'program') {
      hazards.push({
        code: 'copy-runs-program',
        family: 'design',
        severity: 'error',
        message: `${object} are copied ${direction} a program that runs on the server`,
        why: 'The program runs as the server’s own user, and what it does is not taken back when the migration fails: each retry runs it again. It takes a superuser or the role pg_execute_server_program.',
        instead: 'Run the program outside, and give the migration its result.',
      } as const);
    }
    const mixed = table !== null && direction === 'from' && through !== 'client';
    return mixed
      ? [...hazards, ...mixedHazards(`${object} are copied from a ${through}`, table, facts, after)]
      : hazards;
  },
});
