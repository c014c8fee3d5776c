// What does ALTER COLUMN … SET GENERATED, SET <sequence option> or RESTART do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { alteredColumn, isNewColumn, lockTable } from './reading/altered-column.ts';
import { identityKind } from './reading/column.ts';
import { alwaysRefuses, identityOptions } from './reading/identity.ts';

export interface AlterIdentity extends Change {
  readonly kind: 'alter-identity';
  readonly table: Name;
  readonly column: string;
  /** Null where it stays what it is. */
  readonly generated: 'always' | 'by-default' | null;
  /** As named in the grammar: `restart`, `increment`. */
  readonly options: readonly string[];
}

export default defineChange<AlterIdentity>({
  kind: 'alter-identity',
  explain: {
    title: 'An identity column is altered',
    why: 'RESTART may give numbers again that rows have already. After SET GENERATED ALWAYS an INSERT that gives a value fails. ACCESS EXCLUSIVE is held on the table for the moment it takes to say so.',
    instead:
      'Restart with a number above all that are there. Set GENERATED ALWAYS once no version of the application gives values.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_SetIdentity'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    if (altered === null) return null;
    const written = clause.command?.def;
    const items = written !== undefined && 'List' in written ? (written.List.items ?? []) : [];
    const generated = items.flatMap((item) => {
      if (!('DefElem' in item) || item.DefElem.defname !== 'generated') return [];
      const { arg } = item.DefElem;
      // The parser gives the letter as a number.
      return arg !== undefined && 'Integer' in arg ? [identityKind(String.fromCharCode(arg.Integer.ival ?? 0))] : [];
    })[0];
    return {
      ...altered,
      generated: generated ?? null,
      options: identityOptions(items).filter((option) => option !== 'generated'),
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object, generated, options }, facts) => {
    if (isNewColumn(table, column, facts)) return [];
    const always = generated === 'always' ? alwaysRefuses(object) : [];
    if (!options.includes('restart')) return always;
    return [
      ...always,
      {
        code: 'identity-restart-repeats-values',
        family: 'application',
        severity: 'warning',
        message: `the sequence of ${object} starts again`,
        why: 'Where rows have the numbers that come next, INSERT fails on the key, or makes duplicates where there is none.',
        instead: 'Restart with a number above all that are there, such as max(…) + 1, read in the same transaction.',
      },
    ];
  },
});
