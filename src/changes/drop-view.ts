// What does DROP VIEW do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { cascadeHazard, droppedOf, listed } from './reading/dropped.ts';

export interface DropView extends Change {
  readonly kind: 'drop-view';
  readonly views: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropView>({
  kind: 'drop-view',
  explain: {
    title: 'A view is dropped',
    why: 'No rows are lost, but the running application that reads the view fails. With CASCADE the views and functions that use it go too. A view that is dropped and made anew in the same migration leaves no gap, but its grants, owner, comments and options are gone.',
    instead:
      'Drop it once no running version reads it. To add columns at the end, CREATE OR REPLACE VIEW keeps the grants.',
    links: ['https://www.postgresql.org/docs/current/sql-dropview.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_VIEW'], facts);
    if (dropped === null) return null;
    const { names, ifExists, cascade } = dropped;
    return { object: listed('view', names), views: names, ifExists, cascade };
  },
  effects: ({ views }) => views.map((name) => ({ effect: 'take-relation', name })),
  locks: ({ views, cascade }, facts): readonly Lock[] => {
    const old = views.filter((name) => !isNew(name, facts));
    if (old.length === 0) return [];
    const relations = [...old.map((name) => printName(name)), ...(cascade ? ['*'] : [])];
    return relations.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' }));
  },
  plan: 'as-written',
  data: null,
  hazards: ({ views, object, cascade }, facts, after): readonly Hazard[] => {
    const old = views.filter((name) => !isNew(name, facts));
    if (old.length === 0) return [];
    const anew = old.filter((name) => after.relations[qualifiedName(name)] !== undefined);
    const gone = old.filter((name) => !anew.includes(name));
    return [
      ...gone.map((name) => breaks(`view ${printName(name)}`)),
      ...anew.map((name) => losesGrants(`view ${printName(name)}`)),
      ...(cascade ? [cascadeHazard(object, 'every view, rule and function that uses it')] : []),
    ];
  },
});

function breaks(object: string): Hazard {
  return {
    code: 'drop-view-breaks-application',
    family: 'application',
    severity: 'warning',
    message: `${object} is dropped under the running application`,
    why: 'A statement that reads it fails from then on, and so do functions whose text names it.',
    instead: 'Drop it once no running version reads it.',
  };
}

function losesGrants(object: string): Hazard {
  return {
    code: 'view-made-anew-loses-grants',
    family: 'application',
    severity: 'note',
    message: `${object} is dropped and made anew, without its grants`,
    why: 'What was granted on the old one, its owner, comments, triggers and options are gone: a role that is not the owner can no longer read it.',
    instead:
      'Write CREATE OR REPLACE VIEW where columns are only added at the end, else grant again in this migration.',
  };
}
