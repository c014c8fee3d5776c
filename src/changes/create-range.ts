// What does CREATE TYPE … AS RANGE do?
import { type Change, defineChange, type Name } from './define.ts';
import { printName } from './name.ts';
import { optionsOf, optionWord } from './reading/options.ts';
import { typeToMake } from './reading/type-to-make.ts';

export interface CreateRange extends Change {
  readonly kind: 'create-range';
  readonly type: Name;
  readonly subtype: string | null;
  readonly multirange: string | null;
}

export default defineChange<CreateRange>({
  kind: 'create-range',
  explain: {
    title: 'A range type is made',
    why: 'Nothing is locked. A multirange type is made with it.',
    instead: 'Write it as it is.',
    links: ['https://www.postgresql.org/docs/current/rangetypes.html'],
  },
  on: ['CreateRangeStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateRangeStmt' in node)) return null;
    const type = typeToMake(node.CreateRangeStmt.typeName, facts);
    const options = optionsOf(node.CreateRangeStmt.params);
    return {
      object: `type ${printName(type)}`,
      type,
      subtype: optionWord(options, 'subtype'),
      multirange: optionWord(options, 'multirange_type_name'),
    };
  },
  effects: ({ object, type, multirange }) => [
    { effect: 'make-type', name: type },
    { effect: 'make-object', object },
    ...(multirange === null
      ? []
      : ([{ effect: 'make-type', name: { schema: type.schema, name: multirange } }] as const)),
  ],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
