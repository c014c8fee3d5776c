// What does ALTER TYPE … ADD VALUE do, and what of the migration cannot use the value yet?
import { type Change, defineChange, type Facts, type Hazard, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';
import { type LabelUse, labelUse } from './reading/label-use.ts';
import { isNewType } from './reading/type-users.ts';

export interface AddEnumValue extends Change {
  readonly kind: 'add-enum-value';
  readonly type: Name;
  readonly label: string;
  readonly ifNotExists: boolean;
  /** Null: at the end. */
  readonly position: { readonly side: 'before' | 'after'; readonly label: string } | null;
  readonly use: LabelUse | null;
}

export default defineChange<AddEnumValue>({
  kind: 'add-enum-value',
  explain: {
    title: 'A value is added to an enum',
    why: 'No table is locked. But the value cannot be used before the transaction that adds it has ended, unless, from PostgreSQL 17 on, the type was made in the same one: an INSERT, UPDATE, DEFAULT or CHECK with it fails with `unsafe use of new value`. And PostgreSQL cannot take a value away again.',
    instead:
      'Add the value in a migration of its own and use it in the one after; `roadbook apply` commits it before what uses it in the same one. The running version of the application may read the value before it knows it: let it be ready first.',
    links: [
      'https://www.postgresql.org/docs/current/sql-altertype.html',
      'https://www.postgresql.org/docs/current/datatype-enum.html',
    ],
  },
  on: ['AlterEnumStmt'],
  recognise: ({ node, later }, facts) => {
    if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal !== undefined) return null;
    const { typeName, newVal, newValNeighbor, newValIsAfter, skipIfNewValExists } = node.AlterEnumStmt;
    const type = nameOfParts(typeName, facts);
    const label = newVal ?? '';
    return {
      object: `value '${label}' of type ${printName(type)}`,
      type,
      label,
      ifNotExists: skipIfNewValExists === true,
      position:
        newValNeighbor === undefined
          ? null
          : { side: newValIsAfter === true ? 'after' : 'before', label: newValNeighbor },
      use: labelUse(label, type, later(), facts),
    };
  },
  effects: ({ type, label }) => [{ effect: 'add-label', type, label }],
  locks: () => [],
  plan: ({ type, use }, facts, { clause }) => {
    if (use === null || isUsableAtOnce(type, facts)) return null;
    const does = 'add the value and commit it, so that what comes after can use it';
    return [
      {
        stage: 'transaction',
        steps: [{ sql: clause.text, does }],
        commits: true,
        resolves: ['enum-value-used-too-early'],
      },
    ];
  },
  data: null,
  hazards: (change, facts) => [
    ...(isUsableAtOnce(change.type, facts) ? [] : usedTooEarly(change)),
    ...(isNewType(change.type, facts) ? [] : [staysForEver(change)]),
  ],
});

/** From 17 on a type that the same transaction made takes values that can be used at once; before, only those it was made with. */
function isUsableAtOnce(type: Name, facts: Facts): boolean {
  return facts.major >= 17 && isNewType(type, facts);
}

function usedTooEarly({ object, statement, use }: AddEnumValue): readonly Hazard[] {
  if (use === null) return [];
  return [
    {
      code: 'enum-value-used-too-early',
      family: 'application',
      severity: 'warning',
      message: use.certain
        ? `${object} is used by statement ${statement + 1 + use.distance} of the same migration`
        : `${object} may be used by statement ${statement + 1 + use.distance} of the same migration`,
      why: 'PostgreSQL refuses a new value of an enum until the transaction that added it has ended, and before 17 that of a new enum too: "unsafe use of new value". `roadbook apply` commits it before the statement that uses it, so the migration is no longer all or nothing; with online=never it fails.',
      instead: 'Move what uses the value to a migration after this one, and each of the two is all or nothing.',
    },
  ];
}

function staysForEver({ object }: AddEnumValue): Hazard {
  return {
    code: 'enum-value-stays',
    family: 'design',
    severity: 'note',
    message: `${object} cannot be taken away again`,
    why: 'ALTER TYPE has no DROP VALUE: to be rid of a value the type is made anew and every column of it is changed. The running version of the application may also read the value before it knows it.',
    instead: 'Make sure of the spelling, and that every running version can read the value.',
  };
}
