// What does ALTER TABLE … ADD PRIMARY KEY do, lock and endanger?
import { defineChange } from './define.ts';
import { isNew, printName } from './name.ts';
import { type AddsConstraint, addedConstraint, addedEffects } from './reading/add-constraint.ts';
import { keyBuild, keyLocks } from './reading/key-build.ts';
import { notNullProof } from './reading/not-null.ts';
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
      'Build the index first with `CREATE UNIQUE INDEX CONCURRENTLY`, see that the columns are NOT NULL, then `ADD CONSTRAINT … PRIMARY KEY USING INDEX …`, which reads nothing.',
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
        instead: `Make ${open.join(', ')} NOT NULL first: CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a migration after that, then this.`,
      },
    ];
  },
});

/** Without known columns the key's own are not known either. */
function nullable({ table, facts: { columns }, definition }: AddPrimaryKey, facts: Parameters<typeof isNew>[1]) {
  if (columns.length === 0) return [`a column of ${definition.indexname ?? 'the key'}`];
  return columns.filter((column) => notNullProof(table, column, facts) !== 'proved');
}
