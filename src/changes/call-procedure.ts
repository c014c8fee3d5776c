// What does CALL do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';

export interface CallProcedure extends Change {
  readonly kind: 'call-procedure';
  readonly procedure: Name;
}

export default defineChange<CallProcedure>({
  kind: 'call-procedure',
  explain: {
    title: 'A procedure is called',
    why: 'What a procedure does stands elsewhere, and may have changed since: neither its locks nor its dangers can be told here. One that commits on its way fails, since the migration is one transaction.',
    instead:
      'Write its statements into the migration. A procedure that works in batches and commits is to be called by a client, before or after the migration.',
    links: ['https://www.postgresql.org/docs/current/sql-call.html'],
  },
  on: ['CallStmt'],
  recognise: ({ node }, facts) => {
    if (!('CallStmt' in node)) return null;
    const procedure = nameOfParts(node.CallStmt.funccall?.funcname, facts);
    return { object: `procedure ${printName(procedure)}`, procedure };
  },
  effects: () => [],
  locks: () => [{ relation: '*', mode: 'ACCESS EXCLUSIVE', rewrite: true, scan: true }],
  plan: 'as-written',
  lasts: 'What a procedure does to rows cannot be told; what it does to the catalog is taken back.',
  data: null,
  hazards: ({ object }) => [
    {
      code: 'opaque-procedure',
      family: 'lock',
      severity: 'warning',
      message: `what ${object} does cannot be told`,
      lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
      why: 'Whatever it touches may be locked for as long as it runs, and it cannot be taken back by itself. If it commits, it fails: the migration is one transaction.',
      instead:
        'Write its statements into the migration, or say `roadbook:ignore opaque-procedure because …` when you know what it does.',
    },
  ],
});
