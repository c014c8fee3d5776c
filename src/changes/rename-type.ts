// What does ALTER TYPE … RENAME, of a type, a domain or an attribute, do and endanger?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange, type Effect, type Facts, type Name } from './define.ts';
import { nameOfParts, printName, relationName } from './name.ts';
import { isNewType } from './reading/type-users.ts';

export interface RenameType extends Change {
  readonly kind: 'rename-type';
  readonly type: Name;
  /** Null where the type itself is renamed. */
  readonly attribute: string | null;
  readonly newName: string;
  readonly cascade: boolean;
  readonly isNew: boolean;
}

export default defineChange<RenameType>({
  kind: 'rename-type',
  explain: {
    title: 'A type, a domain or an attribute is renamed',
    why: 'No table is locked, and columns follow by themselves. But statements of the running application that name the type, as in `$1::status`, fail at once; many libraries write such casts for every enum. Text in function bodies is not renamed.',
    instead:
      'Leave the name, or make a new type beside it and move the columns. In one migration, making a new type under the old name leaves no gap.',
    links: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => readRename(node, facts),
  effects: ({ type, attribute, newName }): readonly Effect[] => {
    if (attribute !== null) return [];
    const to = { schema: type.schema, name: newName };
    return [{ effect: 'move-type', from: type, to }];
  },
  locks: ({ cascade, isNew }) => (cascade && !isNew ? [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }] : []),
  plan: 'as-written',
  data: null,
  hazards: ({ type, attribute, object, newName, isNew }, _, after) => {
    if (isNew || (attribute === null && isNewType(type, after))) return [];
    return [
      {
        code: attribute === null ? 'rename-type-breaks-application' : 'rename-attribute-breaks-application',
        family: 'application',
        severity: 'warning',
        message: `${object} is renamed to ${newName} under the running application`,
        why:
          attribute === null
            ? 'A statement that names the type, as a cast, an array or a declared variable does, fails from then on. Enum values are cast so by many libraries.'
            : 'A statement or function that names the attribute fails from then on.',
        instead:
          attribute === null
            ? 'Keep the name, or rename while no running version names it.'
            : 'Keep the name, or make a new type beside this one.',
      },
    ];
  },
});

type Read = Omit<RenameType, 'kind' | 'statement'>;

function readRename(node: SyntaxNode, facts: Facts): Read | null {
  if (!('RenameStmt' in node)) return null;
  const { renameType, relation, object, subname, newname, behavior } = node.RenameStmt;
  const newName = newname ?? '';
  const cascade = behavior === 'DROP_CASCADE';
  if (renameType === 'OBJECT_ATTRIBUTE') {
    const type = relationName(relation, facts);
    const attribute = subname ?? '';
    const isNew = isNewType(type, facts);
    return { object: `attribute ${attribute} of type ${printName(type)}`, type, attribute, newName, cascade, isNew };
  }
  const word = renameType === 'OBJECT_TYPE' ? 'type' : renameType === 'OBJECT_DOMAIN' ? 'domain' : null;
  if (word === null || object === undefined || !('List' in object)) return null;
  const type = nameOfParts(object.List.items, facts);
  return {
    object: `${word} ${printName(type)}`,
    type,
    attribute: null,
    newName,
    cascade,
    isNew: isNewType(type, facts),
  };
}
