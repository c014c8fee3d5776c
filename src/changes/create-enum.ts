// What does CREATE TYPE … AS ENUM do?
import { type Change, defineChange, type Name } from './define.ts';
import { partsOf, printName } from './name.ts';
import { typeToMake } from './reading/type-to-make.ts';

export interface CreateEnum extends Change {
  readonly kind: 'create-enum';
  readonly type: Name;
  readonly labels: readonly string[];
}

export default defineChange<CreateEnum>({
  kind: 'create-enum',
  explain: {
    title: 'An enum type is made',
    why: 'Nothing is locked. Labels can be added and renamed later, but PostgreSQL has no way to take one away, nor to change their order: for that the type is made anew and every column that uses it is changed.',
    instead:
      'Write it as it is. Where the set of values changes often, or values have properties, a small table with a foreign key to it does the same and is changed with INSERT and DELETE.',
    links: ['https://www.postgresql.org/docs/current/datatype-enum.html'],
  },
  on: ['CreateEnumStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateEnumStmt' in node)) return null;
    const type = typeToMake(node.CreateEnumStmt.typeName, facts);
    return { object: `type ${printName(type)}`, type, labels: partsOf(node.CreateEnumStmt.vals) };
  },
  effects: ({ object, type, labels }) => [
    { effect: 'make-type', name: type, labels },
    { effect: 'make-object', object },
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
