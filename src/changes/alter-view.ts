// What does ALTER VIEW or ALTER MATERIALIZED VIEW do to defaults, options and storage, and lock?
import type { LockMode } from '../model/change.ts';
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { optionsOf } from './reading/options.ts';
import { worthCare } from './reading/size.ts';

export interface AlterView extends Change {
  readonly kind: 'alter-view';
  readonly view: Name;
  readonly materialized: boolean;
  /** The sub-command as PostgreSQL calls it: `AT_SetRelOptions`. */
  readonly action: string;
  /** The column, index, tablespace or access method it names. */
  readonly name: string | null;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** A name alone is a mode for views and materialized views alike. */
const modes: Readonly<Record<string, LockMode>> = {
  AT_ColumnDefault: 'ACCESS EXCLUSIVE',
  AT_SetRelOptions: 'ACCESS EXCLUSIVE',
  AT_ResetRelOptions: 'ACCESS EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStorage: 'ACCESS EXCLUSIVE',
  AT_SetCompression: 'ACCESS EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_SetTableSpace: 'ACCESS EXCLUSIVE',
  AT_SetAccessMethod: 'ACCESS EXCLUSIVE',
};

const rewriting: ReadonlySet<string> = new Set(['AT_SetTableSpace', 'AT_SetAccessMethod']);

export default defineChange<AlterView>({
  kind: 'alter-view',
  explain: {
    title: 'A view or a materialized view is altered',
    why: 'Defaults and options of a view take ACCESS EXCLUSIVE on the view for a moment. The rows of a materialized view are written anew by SET TABLESPACE and SET ACCESS METHOD, while nobody reads it.',
    instead:
      'Write it as it is. A large materialized view is better made anew in the other tablespace under another name, and the names changed.',
    links: [
      'https://www.postgresql.org/docs/current/sql-alterview.html',
      'https://www.postgresql.org/docs/current/sql-altermaterializedview.html',
    ],
  },
  on: Object.keys(modes).map((action) => `AlterTableStmt/${action}`),
  recognise: ({ node, command }, facts) => {
    if (!('AlterTableStmt' in node) || command === null) return null;
    const { objtype, relation } = node.AlterTableStmt;
    if (objtype !== 'OBJECT_VIEW' && objtype !== 'OBJECT_MATVIEW') return null;
    const materialized = objtype === 'OBJECT_MATVIEW';
    const view = relationName(relation, facts);
    const list = command.def !== undefined && 'List' in command.def ? command.def.List.items : undefined;
    return {
      object: `${materialized ? 'materialized view' : 'view'} ${printName(view)}`,
      view,
      materialized,
      action: command.subtype ?? '',
      name: command.name ?? null,
      options: Object.fromEntries(optionsOf(list)),
    };
  },
  effects: () => [],
  locks: ({ view, materialized, action }, facts) => {
    if (isNew(view, facts)) return [];
    const gentle = materialized && (action === 'AT_SetRelOptions' || action === 'AT_ResetRelOptions');
    const mode = gentle ? 'SHARE UPDATE EXCLUSIVE' : (modes[action] ?? 'ACCESS EXCLUSIVE');
    return [{ relation: printName(view), mode, ...(rewriting.has(action) ? { rewrite: true } : {}) }];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, view, action }, facts) =>
    !rewriting.has(action) || !worthCare(view, facts)
      ? []
      : [
          {
            code: 'materialized-view-rewrite-blocks-readers',
            family: 'lock',
            severity: 'error',
            message: `${object} is written anew while nobody reads it`,
            lock: { relation: printName(view), mode: 'ACCESS EXCLUSIVE' },
            why: 'Every row is copied to new files, and readers wait until that is done.',
            instead: 'Make it anew there under another name, then change the names in a short migration.',
          },
        ],
});
