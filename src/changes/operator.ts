// What do CREATE OPERATOR and ALTER OPERATOR … SET do?
import type { SyntaxNode } from '../sql/syntax.ts';
import { type Change, defineChange } from './define.ts';
import { namedObject } from './reading/named-object.ts';
import { optionsOf } from './reading/options.ts';
import { readType } from './reading/type-name.ts';

export interface Operator extends Change {
  readonly kind: 'operator';
  readonly action: 'create' | 'alter';
  /** `leftarg`, `restrict`, `hashes`. */
  readonly options: readonly string[];
}

export default defineChange<Operator>({
  kind: 'operator',
  explain: {
    title: 'An operator is made or altered',
    why: 'Nothing is locked. Without an operator class no index serves it, and without a selectivity function (RESTRICT, JOIN) the planner guesses.',
    instead: 'A function does the same, and says by its name what.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createoperator.html',
      'https://www.postgresql.org/docs/current/sql-alteroperator.html',
    ],
  },
  on: ['DefineStmt', 'AlterOperatorStmt'],
  recognise: ({ node }, facts) => {
    if ('AlterOperatorStmt' in node) {
      const { opername, options } = node.AlterOperatorStmt;
      const named: SyntaxNode = { ObjectWithArgs: opername ?? {} };
      return {
        object: namedObject('OBJECT_OPERATOR', named, facts).label,
        action: 'alter',
        options: [...optionsOf(options).keys()],
      };
    }
    if (!('DefineStmt' in node) || node.DefineStmt.kind !== 'OBJECT_OPERATOR') return null;
    const { defnames, definition } = node.DefineStmt;
    const type = (name: string) => {
      const option = (definition ?? []).find((each) => 'DefElem' in each && each.DefElem.defname === name);
      const arg = option !== undefined && 'DefElem' in option ? option.DefElem.arg : undefined;
      return arg !== undefined && 'TypeName' in arg ? readType(arg.TypeName, facts).text : 'none';
    };
    const name = (defnames ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : [])).join('.');
    return {
      object: `operator ${name} (${type('leftarg')}, ${type('rightarg')})`,
      action: 'create',
      options: [...optionsOf(definition).keys()],
    };
  },
  effects: ({ action, object }) => (action === 'create' ? [{ effect: 'make-object', object }] : []),
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
