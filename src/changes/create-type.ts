// What does CREATE TYPE for a base type, or for the shell of one, do?
import { type Change, defineChange, type Name } from './define.ts';
import { printName } from './name.ts';
import { typeToMake } from './reading/type-to-make.ts';

export interface CreateType extends Change {
  readonly kind: 'create-type';
  readonly type: Name;
  /** A name only, to be filled later. */
  readonly shell: boolean;
}

export default defineChange<CreateType>({
  kind: 'create-type',
  explain: {
    title: 'A base type, or the shell of one, is made',
    why: 'Nothing is locked. A base type is made of functions in C, so only a superuser may make one.',
    instead: 'Write it as it is; a type that comes with an extension is better made by CREATE EXTENSION.',
    links: ['https://www.postgresql.org/docs/current/sql-createtype.html'],
  },
  on: ['DefineStmt'],
  recognise: ({ node }, facts) => {
    if (!('DefineStmt' in node) || node.DefineStmt.kind !== 'OBJECT_TYPE') return null;
    const type = typeToMake(node.DefineStmt.defnames, facts);
    return { object: `type ${printName(type)}`, type, shell: node.DefineStmt.definition === undefined };
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
