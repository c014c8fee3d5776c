// What does REFRESH MATERIALIZED VIEW do, lock and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { worthCare } from './reading/size.ts';

export interface RefreshMaterializedView extends Change {
  readonly kind: 'refresh-materialized-view';
  readonly view: Name;
  readonly concurrently: boolean;
  readonly withData: boolean;
}

export default defineChange<RefreshMaterializedView>({
  kind: 'refresh-materialized-view',
  explain: {
    title: 'A materialized view is refreshed',
    why: 'ACCESS EXCLUSIVE on the view is held while its query runs and its indexes are built: readers wait for all of it. CONCURRENTLY lets them read the old rows meanwhile; it needs a unique index on columns of the view, and other refreshes wait. WITH NO DATA empties the view, and every query of it fails until the next refresh.',
    instead: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, which may stand in a transaction.',
    links: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
  },
  on: ['RefreshMatViewStmt'],
  recognise: ({ node }, facts) => {
    if (!('RefreshMatViewStmt' in node)) return null;
    const view = relationName(node.RefreshMatViewStmt.relation, facts);
    return {
      object: `materialized view ${printName(view)}`,
      view,
      concurrently: node.RefreshMatViewStmt.concurrent === true,
      withData: node.RefreshMatViewStmt.skipData !== true,
    };
  },
  effects: () => [],
  locks: ({ view, concurrently, withData }, facts) => {
    if (isNew(view, facts)) return [];
    const relation = printName(view);
    if (concurrently) return [{ relation, mode: 'EXCLUSIVE', scan: true }];
    return [{ relation, mode: 'ACCESS EXCLUSIVE', ...(withData ? { scan: true, rewrite: true } : {}) }];
  },
  plan: ({ view, concurrently, withData }, facts) =>
    concurrently || !withData || !worthCare(view, facts)
      ? null
      : {
          cannot: `Readers of the view wait until its query has run and its indexes are built. REFRESH MATERIALIZED VIEW CONCURRENTLY ${printName(view)} lets them read on; it needs a unique index without WHERE, and is slower where most rows change, so that is for you to write.`,
        },
  data: null,
  hazards: ({ object, view, concurrently, withData }, facts): readonly Hazard[] => {
    if (concurrently || isNew(view, facts)) return [];
    const lock = { relation: printName(view), mode: 'ACCESS EXCLUSIVE' } as const;
    if (!withData) {
      return [
        {
          code: 'refresh-empties-view',
          family: 'application',
          severity: 'error',
          message: `${object} is emptied and cannot be read any more`,
          lock,
          why: 'After WITH NO DATA every query of the view fails with "has not been populated" until it is refreshed again.',
          instead: 'Leave WITH NO DATA out, or drop the view where nobody reads it.',
        },
      ];
    }
    if (!worthCare(view, facts)) return [];
    return [
      {
        code: 'refresh-blocks-readers',
        family: 'lock',
        severity: 'error',
        message: `${object} is refreshed while every reader waits`,
        lock,
        why: 'Its query runs and its indexes are built while nobody reads the view, and it stays locked until the transaction ends.',
        instead: `Write REFRESH MATERIALIZED VIEW CONCURRENTLY ${printName(view)}. It needs a unique index on columns of the view, without a WHERE.`,
      },
    ];
  },
});
