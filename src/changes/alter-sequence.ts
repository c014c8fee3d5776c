// What does ALTER SEQUENCE do, lock and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { ownedBy, sequenceTraps } from './reading/sequence.ts';

export interface AlterSequence extends Change {
  readonly kind: 'alter-sequence';
  readonly sequence: Name;
  readonly ifExists: boolean;
  /** The words of each option; `restart` without any goes back to the start. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly owner: { readonly table: Name; readonly column: string } | null;
  readonly persistence: 'logged' | 'unlogged' | null;
}

export default defineChange<AlterSequence>({
  kind: 'alter-sequence',
  explain: {
    title: 'A sequence is altered',
    why: 'SHARE ROW EXCLUSIVE on the sequence makes every nextval wait until the transaction ends, and with it every INSERT that takes a number. To restart it gives numbers that rows may have already: their INSERTs fail with a duplicate key.',
    instead:
      "Keep it in a short migration of its own. After loading rows, set the sequence from them: `SELECT setval('users_id_seq', (SELECT max(id) FROM users))`.",
    links: ['https://www.postgresql.org/docs/current/sql-altersequence.html'],
  },
  on: ['AlterSeqStmt', 'AlterTableStmt/AT_SetLogged', 'AlterTableStmt/AT_SetUnLogged'],
  recognise: ({ node, command }, facts) => {
    if ('AlterSeqStmt' in node) {
      const { sequence: range, options: written, missing_ok } = node.AlterSeqStmt;
      const sequence = relationName(range, facts);
      const options = optionsOf(written);
      return {
        object: `sequence ${printName(sequence)}`,
        sequence,
        ifExists: missing_ok === true,
        options: Object.fromEntries(options),
        owner: ownedBy(options, facts),
        persistence: null,
      };
    }
    if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_SEQUENCE') return null;
    const sequence = relationName(node.AlterTableStmt.relation, facts);
    return {
      object: `sequence ${printName(sequence)}`,
      sequence,
      ifExists: node.AlterTableStmt.missing_ok === true,
      options: {},
      owner: null,
      persistence: command?.subtype === 'AT_SetLogged' ? 'logged' : 'unlogged',
    };
  },
  effects: () => [],
  // SET LOGGED writes its one row anew, from PostgreSQL 15 on; 14 refuses it.
  locks: ({ sequence, persistence }, facts) => {
    if (isNew(sequence, facts)) return [];
    return [{ relation: printName(sequence), mode: persistence === null ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE' }];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, sequence, options, persistence }, facts): readonly Hazard[] => {
    const read = new Map(Object.entries(options));
    const traps = sequenceTraps(object, optionWord(read, 'as'), optionWord(read, 'cycle') === 'true');
    if (isNew(sequence, facts)) return traps;
    const own: Hazard[] = [...traps];
    if (options.restart !== undefined) {
      own.push({
        code: 'sequence-restart-repeats-numbers',
        family: 'data',
        severity: 'warning',
        message: `${object} is restarted${options.restart[0] === undefined ? '' : ` with ${options.restart[0]}`}`,
        why: 'Numbers from there on may belong to rows already: each INSERT that gets one fails with a duplicate key, or gives an old number to a new thing.',
        instead: `Set it from the rows: SELECT setval('${printName(sequence)}', (SELECT max(id) FROM …)).`,
      });
    }
    if (persistence === 'unlogged') {
      own.push({
        code: 'unlogged-sequence-starts-again',
        family: 'data',
        severity: 'warning',
        message: `${object} is no longer written to the log`,
        why: 'After a crash of the server it starts again from its beginning, and it does not exist on standbys.',
        instead: 'Keep it logged unless the table it serves is unlogged, too.',
      });
    }
    return own;
  },
});
