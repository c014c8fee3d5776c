// What does CREATE TYPE … AS (…) do?
import { type Change, defineChange, type Name } from './define.ts';
import { nameToMake, printName } from './name.ts';
import { readType } from './reading/type-name.ts';

export interface CreateComposite extends Change {
  readonly kind: 'create-composite';
  readonly type: Name;
  readonly attributes: readonly { readonly name: string; readonly type: string }[];
}

export default defineChange<CreateComposite>({
  kind: 'create-composite',
  explain: {
    title: 'A composite type is made',
    why: 'Nothing is locked. Once a column has the type, the types of its attributes cannot be changed any more.',
    instead: 'Write it as it is. For columns of tables, separate columns or a table of their own are easier to change.',
    links: ['https://www.postgresql.org/docs/current/rowtypes.html'],
  },
  on: ['CompositeTypeStmt'],
  recognise: ({ node }, facts) => {
    if (!('CompositeTypeStmt' in node)) return null;
    const type = nameToMake(node.CompositeTypeStmt.typevar, facts);
    const attributes = (node.CompositeTypeStmt.coldeflist ?? []).flatMap((attribute) =>
      'ColumnDef' in attribute
        ? [{ name: attribute.ColumnDef.colname ?? '', type: readType(attribute.ColumnDef.typeName, facts).text }]
        : [],
    );
    return { object: `type ${printName(type)}`, type, attributes };
  },
  effects: ({ object, type }) => [
    { effect: 'make-type', name: type },
    { effect: 'make-object', object },
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
