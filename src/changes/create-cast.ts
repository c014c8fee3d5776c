// What does CREATE CAST do and endanger?
import { type Change, defineChange, type Hazard } from './define.ts';
import { needsSuperuser } from './reading/cluster.ts';
import { readType } from './reading/type-name.ts';

export interface CreateCast extends Change {
  readonly kind: 'create-cast';
  readonly from: string;
  readonly to: string;
  readonly context: 'explicit' | 'assignment' | 'implicit';
  readonly method: 'function' | 'inout' | 'binary';
}

export default defineChange<CreateCast>({
  kind: 'create-cast',
  explain: {
    title: 'A cast is made',
    why: 'An implicit cast is tried in every expression of every query: some become ambiguous and fail, others silently choose another function or operator, and comparisons stop using an index.',
    instead: 'Make it AS ASSIGNMENT, or without both words, and write the cast where it is meant.',
    links: ['https://www.postgresql.org/docs/current/sql-createcast.html'],
  },
  on: ['CreateCastStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateCastStmt' in node)) return null;
    const { sourcetype, targettype, func, context, inout } = node.CreateCastStmt;
    const [from, to] = [readType(sourcetype, facts).text, readType(targettype, facts).text];
    return {
      object: `cast (${from} as ${to})`,
      from,
      to,
      context:
        context === 'COERCION_IMPLICIT' ? 'implicit' : context === 'COERCION_ASSIGNMENT' ? 'assignment' : 'explicit',
      method: func !== undefined ? 'function' : inout === true ? 'inout' : 'binary',
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object, from, to, context, method }, facts) => {
    const hazards: Hazard[] = [];
    const isNewType = [from, to].some((type) => facts.newTypes.includes(type));
    if (context === 'implicit' && !isNewType) {
      hazards.push({
        code: 'cast-implicit-changes-queries',
        family: 'application',
        severity: 'warning',
        message: `${object} is used wherever it fits, unasked`,
        why: 'Queries that ran become ambiguous and fail, or call another function or operator than before; a comparison that casts its column does not use the index.',
        instead: 'Leave AS IMPLICIT out, or write AS ASSIGNMENT.',
      });
    }
    if (method === 'binary') hazards.push(needsSuperuser(`${object} without a function`));
    return hazards;
  },
});
