// What does ALTER TABLE … ALTER CONSTRAINT do, lock and endanger?
import { type ConstraintFacts, entryOf } from '../model/facts.ts';
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { constraintQuestions } from './reading/constraint-questions.ts';
import { nameOfKey } from './reading/key.ts';
import { knownDefinition } from './reading/known-definition.ts';
import { worthCare } from './reading/size.ts';

export interface AlterConstraint extends Change {
  readonly kind: 'alter-constraint';
  readonly table: Name;
  readonly constraint: string;
  /** Null where it is not known. */
  readonly facts: ConstraintFacts | null;
  /** PostgreSQL 18, of a foreign key. Null where it stays as it is; so of the others. */
  readonly enforced: boolean | null;
  readonly deferrable: boolean | null;
  readonly initiallyDeferred: boolean | null;
  /** PostgreSQL 18, of a NOT NULL constraint. */
  readonly inherit: boolean | null;
}

export default defineChange<AlterConstraint>({
  kind: 'alter-constraint',
  explain: {
    title: 'A constraint is altered',
    why: 'Whether a foreign key is checked at once or at COMMIT changes the catalog only. Since PostgreSQL 18, ENFORCED looks up every row under ACCESS EXCLUSIVE, and INHERIT reads the children. NOT ENFORCED stops PostgreSQL from checking anything.',
    instead:
      'To have a foreign key enforced that is not, add another one like it, which `roadbook apply` adds `NOT VALID` and validates apart, and drop the old one after it.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_AlterConstraint'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command?.def === undefined || !('ATAlterConstraint' in command.def)) return null;
    const { ATAlterConstraint: said } = command.def;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const constraint = said.conname ?? '';
    return {
      object: `constraint ${printName({ schema: null, name: constraint })} on ${printName(table)}`,
      table,
      constraint,
      facts: entryOf(relationFacts(table, facts)?.constraints, constraint) ?? null,
      enforced: said.alterEnforceability === true ? said.is_enforced === true : null,
      deferrable: said.alterDeferrability === true ? said.deferrable === true : null,
      initiallyDeferred: said.alterDeferrability === true ? said.initdeferred === true : null,
      inherit: said.alterInheritability === true ? said.noinherit !== true : null,
    };
  },
  effects: ({ table, constraint, facts, enforced }) =>
    facts === null || enforced === null
      ? []
      : [{ effect: 'set-constraint', table, name: constraint, facts: { ...facts, validated: enforced } }],
  locks: (change, facts) => {
    const { table, enforced, inherit } = change;
    const locks: Lock[] = [];
    const scan = (enforced === true && change.facts?.validated !== true) || inherit === true ? { scan: true } : {};
    if (!isNew(table, facts)) locks.push({ relation: printName(table), mode: 'ACCESS EXCLUSIVE', ...scan });
    const other = otherTable(change);
    if (enforced !== null && printName(other) !== printName(table) && !isNew(other, facts)) {
      const mode = enforced ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
      locks.push({ relation: other.name === '*' ? '*' : printName(other), mode, ...scan });
    }
    return locks;
  },
  plan: ({ table, enforced, inherit, facts: own }, facts) => {
    if (!worthCare(table, facts)) return null;
    if (enforced === true && own?.validated !== true) {
      return {
        cannot:
          'ENFORCED validates at once, under the lock that it takes: PostgreSQL has no NOT VALID here. A second foreign key like it, added NOT VALID and validated, can take its place instead.',
      };
    }
    if (inherit !== true) return null;
    return { cannot: 'INHERIT makes the column NOT NULL in the children, and reads each that is not so already.' };
  },
  data: ({ table, constraint, facts: own, enforced }, facts, way) => {
    if (enforced !== true || own === null || own.validated) return [];
    const known = knownDefinition(table, constraint, way, 'whether or not');
    return known === null ? [] : constraintQuestions({ table, constraint, facts: own, ...known }, facts, way);
  },
  hazards: (change, facts) => [...enforces(change, facts), ...lapses(change, facts), ...inherits(change, facts)],
});

/** Only a foreign key can be altered so: there surely is another table. */
function otherTable({ facts }: AlterConstraint): Name {
  return facts?.references === undefined ? { schema: null, name: '*' } : nameOfKey(facts.references.table);
}

function enforces({ table, object, enforced, facts: own }: AlterConstraint, facts: Facts): readonly Hazard[] {
  if (enforced !== true || own?.validated === true || !worthCare(table, facts)) return [];
  return [
    {
      code: 'enforce-scans-table',
      family: 'lock',
      severity: 'error',
      message: `${object} looks up every row while nobody reads or writes the table`,
      lock: { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
      why: 'ENFORCED validates at once; one row that refers to nothing makes the migration fail.',
      instead:
        'There is no NOT VALID here, so it runs as written. Add a second foreign key like it in its place, which `roadbook apply` adds NOT VALID and validates apart, then drop this one.',
    },
  ];
}

function lapses({ table, object, enforced, facts: own }: AlterConstraint, facts: Facts): readonly Hazard[] {
  if (enforced !== false || isNew(table, facts) || own?.isNew === true) return [];
  return [
    {
      code: 'constraint-not-enforced',
      family: 'data',
      severity: 'warning',
      message: `${object} is no longer checked`,
      why: 'Rows that refer to nothing can be written from now on, and ON DELETE CASCADE or SET NULL does nothing; to have it ENFORCED again, every row must be looked up.',
      instead: 'Keep it enforced unless the application itself sees to it.',
    },
  ];
}

function inherits({ table, object, inherit }: AlterConstraint, facts: Facts): readonly Hazard[] {
  if (inherit !== true || !worthCare(table, facts)) return [];
  return [
    {
      code: 'inherit-scans-children',
      family: 'lock',
      severity: 'warning',
      message: `${object} reads every child of the table that lacks it`,
      lock: { relation: `${printName(table)} and its children`, mode: 'ACCESS EXCLUSIVE' },
      why: 'The children get the NOT NULL as well, and their rows are read to see that none is NULL.',
      instead:
        'Make the column NOT NULL in each child first: `roadbook apply` does that with a constraint NOT VALID, validated apart, while the child is written.',
    },
  ];
}
