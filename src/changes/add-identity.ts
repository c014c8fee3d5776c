// What does ALTER COLUMN … ADD GENERATED … AS IDENTITY do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { printName } from './name.ts';
import { alteredColumn, isNewColumn, lockTable } from './reading/altered-column.ts';
import { identityKind } from './reading/column.ts';
import { alwaysRefuses, identityOptions, setsSequence } from './reading/identity.ts';

export interface AddIdentity extends Change {
  readonly kind: 'add-identity';
  readonly table: Name;
  readonly column: string;
  readonly generated: 'always' | 'by-default';
  /** Of the sequence, as named in the grammar: `start`, `increment`. */
  readonly options: readonly string[];
  /** A statement after it sets a sequence. */
  readonly isSetLater: boolean;
}

export default defineChange<AddIdentity>({
  kind: 'add-identity',
  explain: {
    title: 'A column becomes an identity column',
    why: 'Its new sequence starts at 1, whatever values are there: the next INSERT takes a number that is taken. With GENERATED ALWAYS an INSERT that gives a value fails. The column must be NOT NULL and have no default. ACCESS EXCLUSIVE is held for the moment it takes to say so.',
    instead:
      'Set the sequence in the same migration: `SELECT setval(pg_get_serial_sequence(…), max(id)) FROM …`, or say START WITH.',
    links: ['https://www.postgresql.org/docs/current/ddl-identity-columns.html'],
  },
  on: ['AlterTableStmt/AT_AddIdentity'],
  recognise: (clause, facts) => {
    const altered = alteredColumn(clause, facts);
    const written = clause.command?.def;
    if (altered === null || written === undefined || !('Constraint' in written)) return null;
    const { generated_when: when, options } = written.Constraint;
    return {
      ...altered,
      generated: identityKind(when),
      options: identityOptions(options),
      isSetLater: setsSequence(clause.later()),
    };
  },
  effects: ({ table, column }) => [{ effect: 'set-column', table, column, facts: { hasDefault: true } }],
  locks: ({ table }, facts) => lockTable(table, 'ACCESS EXCLUSIVE', facts),
  plan: 'as-written',
  data: null,
  hazards: ({ table, column, object, generated, options, isSetLater }, facts) => {
    if (isNewColumn(table, column, facts)) return [];
    const always = generated === 'always' ? alwaysRefuses(object) : [];
    if (options.includes('start') || isSetLater) return always;
    return [
      {
        code: 'identity-starts-at-one',
        family: 'application',
        severity: 'warning',
        message: `the sequence of ${object} starts at 1, whatever values are there`,
        why: 'The next INSERT takes a number that a row has already: it fails where the column is a key, and makes a duplicate where it is not.',
        instead: `Set it in the same migration: SELECT setval(pg_get_serial_sequence('${printName(table)}', '${column}'), max(${printName({ schema: null, name: column })})) FROM ${printName(table)}. Or say START WITH.`,
      },
      ...always,
    ];
  },
});
