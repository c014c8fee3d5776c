// What does a SELECT do, lock and endanger?
import type { SelectStmt, SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange } from './define.ts';
import { partsOf, printName } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { type Query, queryLocks, readQuery } from './reading/query.ts';
import { worthCare } from './reading/size.ts';

export interface Select extends Change, Query {
  readonly kind: 'select';
}

const nothing: Query = {
  reads: [],
  rowsLocked: [],
  reach: 'few',
  sequences: [],
  searchPath: null,
  opaque: [],
  own: [],
};

export default defineChange<Select>({
  kind: 'select',
  explain: {
    title: 'A query is run',
    why: 'A query that only reads is harmless, and its rows go nowhere. A function it calls may do anything: extensions make tables, jobs and partitions that way. SELECT … FOR UPDATE keeps its rows from being changed until the migration commits.',
    instead:
      'Leave out what only reads, or put it into the `roadbook:verify` part. For a function say, in `roadbook:ignore opaque-function because …`, what it does.',
    links: [
      'https://www.postgresql.org/docs/current/sql-select.html',
      'https://www.postgresql.org/docs/current/functions-admin.html',
    ],
  },
  on: ['SelectStmt', 'VariableShowStmt'],
  recognise: ({ node }, facts) => {
    if ('VariableShowStmt' in node) return { object: `setting ${node.VariableShowStmt.name ?? ''}`, ...nothing };
    if (!('SelectStmt' in node) || makesTable(node.SelectStmt)) return null;
    return { object: 'a query', ...readQuery(node, facts) };
  },
  effects: ({ searchPath }) => (searchPath === null ? [] : [{ effect: 'set-search-path', schemas: searchPath }]),
  locks: queryLocks,
  plan: ({ own, opaque, rowsLocked }, _facts, { clause }) => {
    if ('SelectStmt' in clause.node && setsOnly(clause.node.SelectStmt)) return 'setting';
    const shared = own.some((name) => ofSession.test(name)) || opaque.some((name) => /(^|\.)dblink_/.test(name));
    return shared || rowsLocked.length > 0 ? 'binds' : null;
  },
  lasts: ({ opaque }) =>
    opaque.length > 0
      ? `What ${opaque.map((name) => `${name}()`).join(', ')} does to rows cannot be told; what it does to the catalog is taken back.`
      : null,
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ opaque, own, rowsLocked, reach }, facts) => {
    const hazards = [];
    if (opaque.length > 0) {
      hazards.push({
        code: 'opaque-function',
        family: 'lock',
        severity: 'warning',
        message: `what ${opaque.map((name) => `${name}()`).join(', ')} does cannot be told`,
        lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
        why: 'A function may lock and change whatever it likes, and it cannot be taken back by itself.',
        instead:
          'Write its statements plainly, or say `roadbook:ignore opaque-function because …` when you know what it does.',
      } as const);
    }
    const [first] = rowsLocked.filter((name) => worthCare(name, facts));
    if (first !== undefined && reach !== 'few') {
      hazards.push({
        code: 'select-locks-many-rows',
        family: 'lock',
        severity: 'warning',
        message: `rows of ${rowsLocked.map((name) => printName(name)).join(', ')} are locked until the migration ends`,
        lock: { relation: printName(first), mode: 'ROW SHARE' },
        why: 'Whoever wants to change one of these rows waits. Locking a row writes to it.',
        instead: 'Leave FOR UPDATE out: UPDATE and DELETE lock the rows that they change.',
      } as const);
    }
    if (own.includes('pg_terminate_backend') || own.includes('pg_cancel_backend')) {
      hazards.push({
        code: 'select-ends-sessions',
        family: 'application',
        severity: 'warning',
        message: 'sessions of others are ended',
        why: 'The application loses its connections in the middle of what it does, and they come back at once.',
        instead:
          'Leave it out: Roadbook waits for a lock for a short time only, tries again, and names who is in the way.',
      } as const);
    }
    if (own.includes('pg_advisory_lock') || own.includes('pg_advisory_lock_shared')) {
      hazards.push({
        code: 'advisory-lock-outlives-transaction',
        family: 'design',
        severity: 'note',
        message: 'an advisory lock of the session is taken',
        why: 'It is not given back when the transaction ends, and behind a pooler the session is somebody else’s next. Roadbook lets one run apply at a time by itself.',
        instead: 'Leave it out, or take pg_advisory_xact_lock, which ends with the migration.',
      } as const);
    }
    return hazards;
  },
});

/** What these take or set is for those after them in the transaction, or the session. */
const ofSession = /^(set_config|setseed|pg_(try_)?advisory_|lo_(open|creat$)|pg_export_snapshot$)/;

/** Files of pg_dump start with `SELECT pg_catalog.set_config('search_path', '', false)`. */
function setsOnly({ targetList, fromClause, whereClause }: SelectStmt): boolean {
  const list = targetList ?? [];
  return fromClause === undefined && whereClause === undefined && list.length > 0 && list.every(isSetting);
}

function isSetting(target: SyntaxNode): boolean {
  if (!('ResTarget' in target) || target.ResTarget.val === undefined || !('FuncCall' in target.ResTarget.val))
    return false;
  const { funcname, args = [] } = target.ResTarget.val.FuncCall;
  const words = partsOf(funcname);
  const isOwn = words.length === 1 || words[0] === 'pg_catalog';
  return isOwn && words.at(-1) === 'set_config' && args.length === 3 && args.every((arg) => 'A_Const' in arg);
}

/** SELECT … INTO. */
function makesTable(select: SelectStmt): boolean {
  return select.intoClause !== undefined || (select.larg !== undefined && makesTable(select.larg));
}
