// What does ALTER TABLE … DROP CONSTRAINT do, lock and endanger?
import { type ConstraintFacts, entryOf, qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Facts, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName, relationFacts, relationName } from './name.ts';
import { hasIndex } from './reading/constraint.ts';
import { missingIndex } from './reading/covering-index.ts';
import { cascadeHazard } from './reading/dropped.ts';
import { type Dependent, foreignKeysOn } from './reading/foreign-keys-on.ts';
import { nameOfKey } from './reading/key.ts';
import { notNullProof } from './reading/not-null.ts';

export interface DropConstraint extends Change {
  readonly kind: 'drop-constraint';
  readonly table: Name;
  readonly constraint: string;
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** Null where it is not known. */
  readonly facts: ConstraintFacts | null;
  /** Foreign keys of other tables that need this key; CASCADE drops them. */
  readonly dependents: readonly Dependent[];
}

export default defineChange<DropConstraint>({
  kind: 'drop-constraint',
  explain: {
    title: 'A constraint is dropped',
    why: 'Only the catalog changes, for a moment under ACCESS EXCLUSIVE; a foreign key’s other table is locked so as well. From then on rows can be written that the application does not expect. A primary key or unique constraint takes its index with it: queries get slow and `ON CONFLICT` on its columns fails.',
    instead:
      'Look first for what relies on it. To replace a constraint, add and validate the new one before the old one goes.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterTableStmt/AT_DropConstraint'],
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const table = relationName(node.AlterTableStmt.relation, facts);
    const constraint = command.name ?? '';
    const own = entryOf(relationFacts(table, facts)?.constraints, constraint) ?? null;
    return {
      object: `constraint ${printName({ schema: null, name: constraint })} on ${printName(table)}`,
      table,
      constraint,
      ifExists: command.missing_ok === true,
      cascade: command.behavior === 'DROP_CASCADE',
      facts: own,
      dependents: own !== null && hasIndex(own) ? foreignKeysOn(table, own.columns, facts) : [],
    };
  },
  effects: ({ table, constraint, facts, cascade, dependents }) => [
    { effect: 'take-constraint', table, name: constraint },
    ...(facts !== null && hasIndex(facts)
      ? [{ effect: 'take-relation', name: { schema: table.schema, name: constraint } } as const]
      : []),
    ...(facts?.kind === 'not-null'
      ? facts.columns.map((column) => ({ effect: 'set-column', table, column, facts: { notNull: false } }) as const)
      : []),
    ...(cascade ? dependents : []).map(
      (other) => ({ effect: 'take-constraint', table: other.table, name: other.constraint }) as const,
    ),
  ],
  locks: ({ table, facts: own, cascade, dependents }, facts) => {
    const others = [
      ...(own?.references === undefined ? [] : [nameOfKey(own.references.table)]),
      ...(cascade ? dependents : []).map((other) => other.table),
    ];
    const all = new Map([table, ...others].map((name) => [qualifiedName(name), name]));
    return [...all.values()]
      .filter((name) => !isNew(name, facts))
      .map((name): Lock => ({ relation: printName(name), mode: 'ACCESS EXCLUSIVE' }));
  },
  plan: 'as-written',
  data: null,
  hazards: (change, facts, after) =>
    isNew(change.table, facts) || change.facts?.isNew === true || isAbsent(change, facts) || isReplaced(change, after)
      ? []
      : [...takesMore(change), ...losesKey(change, after), ...loosens(change, facts)],
});

/** IF EXISTS, and it is known that there is none. */
function isAbsent({ table, facts: own, ifExists }: DropConstraint, facts: Facts): boolean {
  return own === null && ifExists && (relationFacts(table, facts)?.columns ?? null) !== null;
}

/** The same is there under another name, or again, once the migration has run. */
function isReplaced({ table, facts: own }: DropConstraint, after: Facts): boolean {
  if (own === null) return false;
  const like = ({ kind, columns, references }: ConstraintFacts) => JSON.stringify([kind, columns, references?.table]);
  return Object.values(relationFacts(table, after)?.constraints ?? {}).some((other) => like(other) === like(own));
}

function takesMore({ object, cascade, dependents }: DropConstraint): readonly Hazard[] {
  if (!cascade) return [];
  const known = dependents.map((other) => `${other.constraint} of ${printName(other.table)}`);
  return [
    cascadeHazard(
      object,
      known.length > 0 ? `the foreign keys ${known.join(', ')}` : 'the foreign keys that refer to it',
    ),
  ];
}

function losesKey({ table, object, facts: own, dependents, cascade }: DropConstraint, after: Facts): readonly Hazard[] {
  if (own === null || !hasIndex(own)) return [];
  const left = relationFacts(table, after);
  const keys = Object.values(left?.constraints ?? {}).filter(({ kind }) => kind === 'primary-key' || kind === 'unique');
  const isUniqueStill = keys.some(({ columns }) => columns.toSorted().join(',') === own.columns.toSorted().join(','));
  const upserts =
    own.kind === 'exclusion' || isUniqueStill
      ? ''
      : ` INSERT … ON CONFLICT (${own.columns.join(', ')}) fails from then on.`;
  const isTold = left?.replicaIdentity === true || keys.some(({ kind }) => kind === 'primary-key');
  const identity =
    own.kind === 'primary-key' && !isTold ? ' Logical replication refuses UPDATE and DELETE without a key.' : '';
  const refused = dependents.filter((other) => !cascade && !other.isSelf);
  return [
    {
      code: 'drop-key-breaks-application',
      family: 'application',
      severity: 'warning',
      message: `${object} goes, and its index with it`,
      why: `Queries that looked rows up by it read the whole table, and duplicates can be written.${upserts}${identity}`,
      instead: 'See that nothing relies on it; build the index that takes its place CONCURRENTLY before.',
    },
    ...(refused.length === 0 ? [] : [refusal(object, refused)]),
    ...foreignKeysUnder(table, own.columns, after),
  ];
}

function refusal(object: string, dependents: readonly Dependent[]): Hazard {
  const known = dependents.map((other) => `${other.constraint} of ${printName(other.table)}`).join(', ');
  return {
    code: 'key-is-referenced',
    family: 'design',
    severity: 'error',
    message: `${object} is needed by ${known}`,
    why: 'PostgreSQL refuses to drop a key that a foreign key refers to: the migration fails.',
    instead: 'Drop the foreign key first, by name.',
  };
}

/** The table's own foreign keys that this index served. */
function foreignKeysUnder(table: Name, columns: readonly string[], after: Facts): readonly Hazard[] {
  return Object.values(relationFacts(table, after)?.constraints ?? {}).flatMap((other) =>
    other.kind === 'foreign-key' && other.columns.every((column) => columns.includes(column))
      ? missingIndex(table, other.columns, printName(nameOfKey(other.references?.table ?? '')), after)
      : [],
  );
}

function loosens({ table, object, facts: own, constraint }: DropConstraint, facts: Facts): readonly Hazard[] {
  if (own !== null && hasIndex(own)) return [];
  // The check that proved NOT NULL has done its work once the column says so itself.
  const others = relationFacts(table, facts)?.columns ?? {};
  const proves = own?.proves ?? [];
  if (proves.length > 0 && proves.length === own?.columns.length && proves.every((column) => others[column]?.notNull))
    return [];
  const dropped =
    own?.kind === 'foreign-key'
      ? ` ${printName(nameOfKey(own.references?.table ?? ''))} is locked as well, for a moment.`
      : '';
  const rows =
    own?.kind === 'not-null' && notNullProof(table, own.columns[0] ?? '', facts) !== 'unknown'
      ? 'NULL'
      : 'Rows that it kept out';
  return [
    {
      code: 'drop-constraint-lets-rows-in',
      family: 'data',
      severity: 'note',
      message: `${object} no longer guards the rows`,
      why: `${rows} can be written from now on; to add ${constraint} again later, every row must pass it.${dropped}`,
      instead: 'See that the application does without it. To replace it, add and validate the new constraint before.',
    },
  ];
}
