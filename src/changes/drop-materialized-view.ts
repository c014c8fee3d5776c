// What does DROP MATERIALIZED VIEW do, lock and endanger?
import { qualifiedName } from '../model/facts.ts';
import { type Change, defineChange, type Hazard, type Lock, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { cascadeHazard, droppedOf, listed } from './reading/dropped.ts';
import { worthCare } from './reading/size.ts';

export interface DropMaterializedView extends Change {
  readonly kind: 'drop-materialized-view';
  readonly views: readonly Name[];
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export default defineChange<DropMaterializedView>({
  kind: 'drop-materialized-view',
  explain: {
    title: 'A materialized view is dropped',
    why: 'Its rows can be made again from its query, but the running application that reads it fails. Dropped and made anew in one migration, it is locked against readers until its query has run and the transaction ends.',
    instead:
      'Drop it once no running version reads it. To change its query, make the new one under another name in a migration before, then drop the old one and rename the new one in a short migration.',
    links: ['https://www.postgresql.org/docs/current/sql-dropmaterializedview.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_MATVIEW'], facts);
    if (dropped === null) return null;
    const { names, ifExists, cascade } = dropped;
    return { object: listed('materialized view', names), views: names, ifExists, cascade };
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
    const made = (name: Name) => after.relations[qualifiedName(name)];
    const gone = old.filter((name) => made(name) === undefined);
    // One that was there before and has got the name by a rename needs no filling.
    const anew = old.filter((name) => made(name)?.isNew === true && worthCare(name, facts));
    return [
      ...gone.map((name) => breaks(`materialized view ${printName(name)}`)),
      ...anew.map(blocksReaders),
      ...(cascade ? [cascadeHazard(object, 'every view and function that uses it')] : []),
    ];
  },
});

function breaks(object: string): Hazard {
  return {
    code: 'drop-materialized-view-breaks-application',
    family: 'application',
    severity: 'warning',
    message: `${object} is dropped under the running application`,
    why: 'A statement that reads it fails from then on, and so do functions whose text names it.',
    instead: 'Drop it once no running version reads it.',
  };
}

function blocksReaders(name: Name): Hazard {
  const view = printName(name);
  return {
    code: 'materialized-view-made-anew-blocks-readers',
    family: 'lock',
    severity: 'error',
    message: `materialized view ${view} is dropped and made anew while every reader waits`,
    lock: { relation: view, mode: 'ACCESS EXCLUSIVE' },
    why: 'The lock of DROP is held until the transaction ends, and so until the query of the new one has run and its indexes are built. Its grants are gone, too.',
    instead:
      'Make the new one under another name in a migration before, then drop the old one and rename the new one in a short migration.',
  };
}
