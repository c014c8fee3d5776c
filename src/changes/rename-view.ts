// What does ALTER VIEW or ALTER MATERIALIZED VIEW … RENAME, of the view or of a column, do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Effect, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { renamedRelation } from './reading/renamed-relation.ts';
import { isVacated } from './reading/vacated.ts';

export interface RenameView extends Change {
  readonly kind: 'rename-view';
  readonly view: Name;
  readonly materialized: boolean;
  /** Null where the view itself is renamed. */
  readonly column: string | null;
  readonly newName: string;
}

const sorts: Readonly<Record<string, string>> = { OBJECT_VIEW: 'view', OBJECT_MATVIEW: 'materialized-view' };

export default defineChange<RenameView>({
  kind: 'rename-view',
  explain: {
    title: 'A view, or a column of one, is renamed',
    why: 'Views that read it follow by themselves. The running application that names it fails at once, and so do functions whose text names it.',
    instead:
      'Make a view under the new name beside it, and drop the old one once no running version reads it. To exchange two views, rename both in one migration.',
    links: ['https://www.postgresql.org/docs/current/sql-alterview.html'],
  },
  on: ['RenameStmt'],
  recognise: ({ node }, facts) => {
    if (!('RenameStmt' in node)) return null;
    const { renameType, relationType, relation, subname, newname } = node.RenameStmt;
    const sort =
      renameType === 'OBJECT_COLUMN' ? sorts[relationType ?? ''] : renamedRelation(node.RenameStmt, facts)?.sort;
    if (sort !== 'view' && sort !== 'materialized-view') return null;
    const view = relationName(relation, facts);
    const column = renameType === 'OBJECT_COLUMN' ? (subname ?? '') : null;
    const materialized = sort === 'materialized-view';
    const of = `${materialized ? 'materialized view' : 'view'} ${printName(view)}`;
    return {
      object: column === null ? of : `column ${column} of ${of}`,
      view,
      materialized,
      column,
      newName: newname ?? '',
    };
  },
  effects: ({ view, column, newName }): readonly Effect[] =>
    column === null
      ? [{ effect: 'rename-relation', from: view, to: { schema: view.schema, name: newName } }]
      : [{ effect: 'move-column', table: view, from: column, to: newName }],
  locks: ({ view }, facts) => (isNew(view, facts) ? [] : [{ relation: printName(view), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ object, view, column, newName }, facts, after) => {
    const replaced = after.relations[qualifiedName(view)] !== undefined;
    const exchanged = column === null && (replaced || isVacated({ schema: view.schema, name: newName }, facts));
    if (isNew(view, facts) || exchanged) return [];
    return [
      {
        code: 'rename-view-breaks-application',
        family: 'application',
        severity: 'error',
        message: `${object} is renamed to ${newName} under the running application`,
        why: 'A statement that says the old name fails from then on, until every running version is exchanged.',
        instead: 'Make a view under the new name beside it, and drop the old one once no running version reads it.',
      },
    ];
  },
});
