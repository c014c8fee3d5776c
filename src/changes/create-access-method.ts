// What does CREATE ACCESS METHOD do and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange } from './define.ts';
import { needsSuperuser } from './reading/cluster.ts';

export interface CreateAccessMethod extends Change {
  readonly kind: 'create-access-method';
  readonly accessMethod: string;
  readonly type: 'index' | 'table';
}

export default defineChange<CreateAccessMethod>({
  kind: 'create-access-method',
  explain: {
    title: 'An access method is made',
    why: 'Nothing is locked, but only a superuser may, and its library has to be on the machine of every server that ever holds the data.',
    instead: 'Make it through the extension that brings it.',
    links: ['https://www.postgresql.org/docs/current/sql-create-access-method.html'],
  },
  on: ['CreateAmStmt'],
  recognise: ({ node }) => {
    if (!('CreateAmStmt' in node)) return null;
    const { amname = '', amtype } = node.CreateAmStmt;
    return {
      object: `access method ${quoteIdentifier(amname)}`,
      accessMethod: amname,
      type: amtype === 't' ? 'table' : 'index',
    };
  },
  effects: ({ object }) => [{ effect: 'make-object', object }],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: ({ object }) => [needsSuperuser(object)],
});
