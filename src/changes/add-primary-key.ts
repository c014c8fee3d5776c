// What does ALTER TABLE … ADD PRIMARY KEY do, lock and endanger?
import { defineChange } from './define.ts';
import { isNew, printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { keyBuild, keyLocks } from './reading/key-build.ts';
import { notNullProof } from './reading/not-null.ts';
import { plannedKey } from './reading/plan-key.ts';
import { worthCare } from './reading/size.ts';

export interface AddPrimaryKey extends AddsConstraint {
  readonly kind: 'add-primary-key';
}

export default defineChange<AddPrimaryKey>({
  kind: 'add-primary-key',
  explain: {
    title: 'A primary key is added',
    why: 'PostgreSQL builds a unique index and reads every row to see that no column of the key is NULL, and holds ACCESS EXCLUSIVE on the table meanwhile: nobody reads or writes it.',
    instead:
      '`roadbook apply` does it so: the columns are made NOT NULL through a constraint that is validated while the table is written, the index is built with `CREATE UNIQUE INDEX CONCURRENTLY`, then `ADD CONSTRAINT … PRIMARY KEY USING INDEX …` reads nothing. On a partitioned table that is done on each partition up to PostgreSQL 17; since 18 it would leave NOT NULL constraints behind that the statement as written does not make.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertable.html',
      'https://www.postgresql.org/docs/current/ddl-constraints.html',
    ],
  },
  on: ['AlterTableStmt/AT_AddConstraint'],
  recognise: (clause, facts) => {
    const added = addedConstraint(clause, facts, 'CONSTR_PRIMARY');
    return added && { ...added, object: `primary key of ${printName(added.table)}` };
  },
  effects: addedEffects,
  locks: (change, facts) => {
    const { table, definition } = change;
    if (definition.indexname === undefined) return keyLocks(change, facts);
    if (isNew(table, facts)) return [];
    return [
      {
        relation: printName(table),
        mode: 'ACCESS EXCLUSIVE',
        ...(nullable(change, facts).length > 0 ? { scan: true } : {}),
      },
    ];
  },
  plan: (change, facts, way) => plannedKey(change, 'PRIMARY KEY', facts, way),
  data: (change, facts, way) => (change.foreign ? [] : constraintQuestions(change, facts, way)),
  hazards: (change, facts) => {
    const { table, object, definition } = change;
    if (definition.indexname === undefined) {
      const build = keyBuild(change, 'PRIMARY KEY', 'primary-key-blocks-table', facts);
      return build === null ? [] : [build];
    }
    const open = nullable(change, facts);
    if (open.length === 0 || !worthCare(table, facts)) return [];
    const known = open.some((column) => notNullProof(table, column, facts) === 'unproved');
    return [
      {
        code: 'primary-key-scans-table',
        family: 'lock',
        severity: known ? 'error' : 'warning',
        message: `${object} reads the whole table, since ${open.join(', ')} ${known ? 'is' : 'may be'} nullable`,
        lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
        why: 'The index is there already, but every row is read to see that no column of the key is NULL; until that is done nobody reads or writes the table.',
        instead: `\`roadbook apply\` makes ${open.join(', ')} NOT NULL first: a constraint NOT VALID, VALIDATE apart, then this.`,
      },
    ];
  },
});

/** Without known columns the key's own are not known either. */
function nullable({ table, facts: { columns }, definition }: AddPrimaryKey, facts: Parameters<typeof isNew>[1]) {
  if (columns.length === 0) return [`a column of ${definition.indexname ?? 'the key'}`];
  return columns.filter((column) => notNullProof(table, column, facts) !== 'proved');
}
