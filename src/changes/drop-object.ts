// What does DROP do to objects of the rare classes: casts, collations, operators, text search, languages?
import { type Change, defineChange } from './define.ts';
import { namedObject } from './reading/named-object.ts';

/** Class → whether the application’s queries may use it without PostgreSQL knowing. */
const classes: Readonly<Record<string, boolean>> = {
  OBJECT_ACCESS_METHOD: false,
  OBJECT_CAST: true,
  OBJECT_COLLATION: true,
  OBJECT_CONVERSION: false,
  OBJECT_LANGUAGE: false,
  OBJECT_OPCLASS: false,
  OBJECT_OPERATOR: true,
  OBJECT_OPFAMILY: false,
  OBJECT_TRANSFORM: false,
  OBJECT_TSCONFIGURATION: true,
  OBJECT_TSDICTIONARY: false,
  OBJECT_TSPARSER: false,
  OBJECT_TSTEMPLATE: false,
};

export interface DropObject extends Change {
  readonly kind: 'drop-object';
  /** `OBJECT_COLLATION`. */
  readonly objectType: string;
  /** As the change’s object, one by one. */
  readonly objects: readonly string[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropObject>({
  kind: 'drop-object',
  explain: {
    title: 'An object of a rare class is dropped',
    why: 'PostgreSQL refuses while a column, index, view or other object uses it, but does not know the application’s queries, nor function bodies that are text. CASCADE takes what uses it: for a collation or an operator class even columns and indexes.',
    instead: 'Deploy what does without it first, and leave CASCADE out.',
    links: [
      'https://www.postgresql.org/docs/current/sql-dropcollation.html',
      'https://www.postgresql.org/docs/current/sql-dropoperator.html',
      'https://www.postgresql.org/docs/current/sql-droptsconfig.html',
    ],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    if (!('DropStmt' in node)) return null;
    const { removeType = '', objects, missing_ok, behavior } = node.DropStmt;
    if (classes[removeType] === undefined) return null;
    const labels = (objects ?? []).map((object) => namedObject(removeType, object, facts).label);
    return {
      object: labels.join(', '),
      objectType: removeType,
      objects: labels,
      ifExists: missing_ok === true,
      cascade: behavior === 'DROP_CASCADE',
    };
  },
  effects: () => [],
  // Columns, indexes and views that use it go too, and which those are is not known.
  locks: ({ cascade }) => (cascade ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : []),
  plan: 'as-written',
  data: null,
  hazards: ({ object, objects, objectType, cascade }, facts) => {
    if (objects.every((label) => facts.newObjects?.includes(label))) return [];
    if (cascade) {
      return [
        {
          code: 'drop-object-takes-users',
          family: 'data',
          severity: 'error',
          message: `CASCADE drops whatever uses ${object}, columns and indexes too`,
          lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
          why: 'A column of the collation or type goes with its values, a table of the access method with its rows, an index or view with its name.',
          instead: 'Leave CASCADE out: PostgreSQL then refuses and lists what uses it. Change that by name, before it.',
        },
      ];
    }
    if (classes[objectType] !== true) return [];
    return [
      {
        code: 'drop-object-breaks-queries',
        family: 'application',
        severity: 'warning',
        message: `queries that use ${object} fail or mean something else`,
        why: 'PostgreSQL knows which columns, indexes and views use it, and refuses for them; it does not know the queries of the application, nor functions whose body is text.',
        instead: 'Deploy an application that does without it first.',
      },
    ];
  },
});
