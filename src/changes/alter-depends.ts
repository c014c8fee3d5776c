// What does ALTER … DEPENDS ON EXTENSION do and lock?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, partsOf, printName, relationName } from './name.ts';
import { namedObject, objectWords } from './reading/named-object.ts';

export interface AlterDepends extends Change {
  readonly kind: 'alter-depends';
  readonly extension: string;
  /** NO DEPENDS ON EXTENSION. */
  readonly ends: boolean;
  /** The index or materialized view that is locked. */
  readonly relation: Name | null;
}

export default defineChange<AlterDepends>({
  kind: 'alter-depends',
  explain: {
    title: 'An object is dropped with an extension from now on, or no longer',
    why: 'DROP EXTENSION then takes it along without CASCADE. ACCESS EXCLUSIVE is held on an index or materialized view for an instant; a function or trigger locks nothing that others want.',
    instead: 'There is nothing to do instead.',
    links: ['https://www.postgresql.org/docs/current/sql-alterindex.html'],
  },
  on: ['AlterObjectDependsStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterObjectDependsStmt' in node)) return null;
    const { objectType, relation: range, object, extname, remove } = node.AlterObjectDependsStmt;
    const extension = extname?.sval ?? '';
    const word = objectWords[objectType ?? ''] ?? 'object';
    const name = range === undefined ? null : relationName(range, facts);
    const trigger = object !== undefined && 'List' in object ? partsOf(object.List.items).join('.') : '';
    const label =
      name === null
        ? namedObject(objectType, object, facts).label
        : objectType === 'OBJECT_TRIGGER'
          ? `${word} ${trigger} on ${printName(name)}`
          : `${word} ${printName(name)}`;
    return {
      object: `${label} and extension ${quoteIdentifier(extension)}`,
      extension,
      ends: remove === true,
      relation: objectType === 'OBJECT_TRIGGER' ? null : name,
    };
  },
  effects: () => [],
  locks: ({ relation }, facts) =>
    relation === null || isNew(relation, facts) ? [] : [{ relation: printName(relation), mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
