// What does CREATE SEQUENCE do, and will its numbers run out?
import { type Change, defineChange, type Name } from './define.ts';
import { nameToMake, printName } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { ownedBy, sequenceTraps } from './reading/sequence.ts';

export interface CreateSequence extends Change {
  readonly kind: 'create-sequence';
  readonly sequence: Name;
  readonly ifNotExists: boolean;
  /** As PostgreSQL calls it inside: `int4`; null for bigint. */
  readonly type: string | null;
  readonly owner: { readonly table: Name; readonly column: string } | null;
  readonly cycles: boolean;
}

export default defineChange<CreateSequence>({
  kind: 'create-sequence',
  explain: {
    title: 'A sequence is made',
    why: 'Nothing is locked. An integer sequence ends at 2,147,483,647, and one with CYCLE gives its numbers again.',
    instead: 'Leave AS out: bigint does not run out. For a key, an identity column makes and owns its sequence itself.',
    links: ['https://www.postgresql.org/docs/current/sql-createsequence.html'],
  },
  on: ['CreateSeqStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateSeqStmt' in node)) return null;
    const { sequence: range, options: written, if_not_exists } = node.CreateSeqStmt;
    const sequence = nameToMake(range, facts);
    const options = optionsOf(written);
    return {
      object: `sequence ${printName(sequence)}`,
      sequence,
      ifNotExists: if_not_exists === true,
      type: optionWord(options, 'as'),
      owner: ownedBy(options, facts),
      cycles: optionWord(options, 'cycle') === 'true',
    };
  },
  effects: ({ sequence, owner }) => [
    { effect: 'make-relation', name: sequence, kind: 'sequence', ...(owner === null ? {} : { table: owner.table }) },
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, type, cycles }) => sequenceTraps(object, type, cycles),
});
