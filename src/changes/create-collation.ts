// What does CREATE COLLATION do and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';

export interface CreateCollation extends Change {
  readonly kind: 'create-collation';
  readonly collation: Name;
  /** `icu`, `libc` or `builtin`; null where the default or another collation’s is taken. */
  readonly provider: string | null;
  readonly deterministic: boolean;
  readonly ifNotExists: boolean;
}

export default defineChange<CreateCollation>({
  kind: 'create-collation',
  explain: {
    title: 'A collation is made',
    why: 'Nothing is locked. How it sorts comes from the machine’s own library: another version of it sorts otherwise, and indexes built before are wrong then. A nondeterministic one takes different texts for equal, and before PostgreSQL 18 LIKE fails on it.',
    instead:
      'For keys and identifiers take the collation "C", or from PostgreSQL 17 on the builtin provider, which no operating system changes.',
    links: ['https://www.postgresql.org/docs/current/sql-createcollation.html'],
  },
  on: ['DefineStmt'],
  recognise: ({ node }, facts) => {
    if (!('DefineStmt' in node) || node.DefineStmt.kind !== 'OBJECT_COLLATION') return null;
    const { defnames, definition, if_not_exists } = node.DefineStmt;
    const collation = nameOfParts(defnames, facts);
    const options = optionsOf(definition);
    return {
      object: `collation ${printName(collation)}`,
      collation,
      provider: optionWord(options, 'provider'),
      deterministic: !/^(false|off|0)$/i.test(optionWord(options, 'deterministic') ?? 'true'),
      ifNotExists: if_not_exists === true,
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, deterministic }, { major, live }) => {
    const hazards: Hazard[] = [];
    if (!deterministic) {
      hazards.push({
        code: 'collation-nondeterministic',
        family: 'design',
        severity: 'note',
        message: `${object} takes different texts for equal`,
        why: `Its indexes cannot be used for LIKE, comparing is slower, and texts that differ by case or accent are one key.${live && major >= 18 ? '' : ' Before PostgreSQL 18, LIKE on such a column fails.'}`,
        instead: 'To ignore case only, an index on lower(column) does too, and works with LIKE.',
      });
    }
    return hazards;
  },
});
