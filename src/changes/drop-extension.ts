// What does DROP EXTENSION do, lock and endanger?
import { quoteIdentifier } from '../sql/quote.ts';
import { type Change, defineChange, type Facts } from './define.ts';
import { partsOf } from './name.ts';

export interface DropExtension extends Change {
  readonly kind: 'drop-extension';
  readonly extensions: readonly string[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropExtension>({
  kind: 'drop-extension',
  explain: {
    title: 'An extension is dropped',
    why: 'Its functions, types and operators go, and its own tables with their rows. With CASCADE also what uses them: columns of its types with all their values, indexes, defaults and views.',
    instead:
      'Leave CASCADE out: PostgreSQL then refuses and lists what uses it. Change the columns to another type and drop the indexes first.',
    links: ['https://www.postgresql.org/docs/current/sql-dropextension.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }) => {
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_EXTENSION') return null;
    const { objects, missing_ok, behavior } = node.DropStmt;
    const extensions = partsOf(objects);
    return {
      object: `${extensions.length > 1 ? 'extensions' : 'extension'} ${extensions.map(quoteIdentifier).join(', ')}`,
      extensions,
      ifExists: missing_ok === true,
      cascade: behavior === 'DROP_CASCADE',
    };
  },
  effects: () => [],
  // Its own tables and views, and with CASCADE the tables whose columns go.
  locks: ({ extensions, cascade }, facts) =>
    areNew(extensions, facts) && !cascade ? [] : [{ relation: '*', mode: 'ACCESS EXCLUSIVE' }],
  plan: 'as-written',
  lasts: 'What an extension holds in tables of its own is not kept.',
  data: null,
  hazards: ({ object, extensions, cascade }, facts) => {
    if (areNew(extensions, facts)) return [];
    if (cascade) {
      return [
        {
          code: 'drop-extension-loses-data',
          family: 'data',
          severity: 'error',
          message: `${object} is dropped with every column of its types`,
          lock: { relation: '*', mode: 'ACCESS EXCLUSIVE' },
          why: 'CASCADE takes what uses it, in every schema: columns with all their values, indexes, defaults, views, functions.',
          instead:
            'Leave CASCADE out; change the columns to another type and drop what else uses it by name, before it.',
        },
      ];
    }
    return [
      {
        code: 'drop-extension-breaks-queries',
        family: 'application',
        severity: 'warning',
        message: `queries that use ${object} fail`,
        why: 'PostgreSQL knows which columns, views and indexes use it, and refuses for them; it does not know the queries of the application, nor functions whose body is text.',
        instead: 'Deploy an application that does without it first.',
      },
    ];
  },
});

function areNew(extensions: readonly string[], { newObjects = [] }: Facts): boolean {
  return extensions.every((name) => newObjects.includes(`extension ${quoteIdentifier(name)}`));
}
