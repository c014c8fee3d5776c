// What does ALTER … SET SCHEMA do to a relation, type, function or extension, and what does it lock and endanger?
import { type Change, defineChange, type Effect, type Name } from './define.ts';
import { isNew, nameOfParts, printName, relationFacts, relationName } from './name.ts';
import { namedObject, objectWords } from './reading/named-object.ts';
import { type Routine, routineOf } from './reading/routine.ts';

export interface SetSchema extends Change {
  readonly kind: 'set-schema';
  /** The relation that moves; null where it is an object of another sort. */
  readonly relation: Name | null;
  /** A type or domain that moves. */
  readonly type: Name | null;
  /** A function, procedure or aggregate that moves. */
  readonly routine: Routine | null;
  readonly schema: string;
  readonly isExtension: boolean;
  /** Made earlier in the same migration. */
  readonly isNew: boolean;
}

export default defineChange<SetSchema>({
  kind: 'set-schema',
  explain: {
    title: 'An object moves to another schema',
    why: 'A statement that names it with its old schema, or finds it by a search path that has not the new one, fails at once, while the old version of the application still runs. The indexes, constraints and owned sequences of a table move along. ACCESS EXCLUSIVE is held on a relation for the moment it takes.',
    instead:
      'For a table, make a view at the old place in the same migration. For others, see first that the new schema is in the search path of every role that uses it.',
    links: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  on: ['AlterObjectSchemaStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterObjectSchemaStmt' in node)) return null;
    const { objectType, relation: range, object, newschema } = node.AlterObjectSchemaStmt;
    const relation = range === undefined ? null : relationName(range, facts);
    const parts = object !== undefined && 'List' in object ? (object.List.items ?? []) : [];
    const label =
      relation === null
        ? namedObject(objectType, object, facts).label
        : `${objectWords[objectType ?? ''] ?? 'relation'} ${printName(relation)}`;
    const isType = objectType === 'OBJECT_TYPE' || objectType === 'OBJECT_DOMAIN';
    const type = isType ? nameOfParts(parts, facts) : null;
    return {
      object: label,
      relation,
      type,
      routine: object !== undefined && 'ObjectWithArgs' in object ? routineOf(object, facts) : null,
      schema: newschema ?? '',
      isExtension: objectType === 'OBJECT_EXTENSION',
      isNew:
        (relation !== null && isNew(relation, facts)) ||
        (type !== null && facts.newTypes.includes(printName(type))) ||
        facts.newObjects?.includes(label) === true,
    };
  },
  effects: ({ relation, type, routine, schema }): readonly Effect[] => {
    if (relation !== null) {
      return [{ effect: 'rename-relation', from: relation, to: { schema, name: relation.name } }];
    }
    if (routine !== null) return [{ effect: 'set-function', ...routine, volatility: null }];
    if (type === null) return [];
    return [{ effect: 'move-type', from: type, to: { schema, name: type.name } }];
  },
  locks: ({ relation, isExtension, isNew: made }) => {
    if (made) return [];
    // Which tables and views an extension has is not known; they move with it.
    if (isExtension) return [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }];
    return relation === null ? [] : [{ relation: printName(relation), mode: 'ACCESS EXCLUSIVE' }];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, relation, schema, isExtension, isNew: made }, _facts, after) => {
    if (made || (relation !== null && relationFacts(relation, after) !== undefined)) return [];
    const isRelation = relation !== null;
    const canBeRead = !object.startsWith('sequence ');
    return [
      {
        code: 'set-schema-breaks-application',
        family: 'application',
        severity: isRelation ? 'error' : 'warning',
        message: `${object} moves to the schema ${printName({ schema: null, name: schema })} under the running application`,
        ...(isRelation ? { lock: { relation: printName(relation), mode: 'ACCESS EXCLUSIVE' } as const } : {}),
        why: isExtension
          ? 'All functions, types and operators of the extension move: a statement or a search path that has only the old schema fails from then on.'
          : 'A statement that says the old schema, or a search path that has only that, fails from then on.',
        instead:
          isRelation && canBeRead
            ? `In the same migration CREATE VIEW ${printName(relation)} AS SELECT * FROM ${printName({ schema, name: relation.name })}, and drop it once no running version needs it.`
            : 'See first that the new schema is in the search path of every role that uses it.',
      },
    ];
  },
});
