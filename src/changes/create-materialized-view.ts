// What does CREATE MATERIALIZED VIEW do?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { nameToMake, printName } from './name.ts';
import { labelsLacking } from './reading/labels-lacking.ts';
import { mixedHazards } from './reading/mixed.ts';
import { selectsStar } from './reading/star.ts';
import { tablesRead } from './reading/tables-read.ts';

export interface CreateMaterializedView extends Change {
  readonly kind: 'create-materialized-view';
  readonly view: Name;
  readonly ifNotExists: boolean;
  /** False: WITH NO DATA, it cannot be read before it is refreshed. */
  readonly withData: boolean;
  /** What its query reads. */
  readonly reads: readonly Name[];
  readonly star: boolean;
}

export default defineChange<CreateMaterializedView>({
  kind: 'create-materialized-view',
  explain: {
    title: 'A materialized view is made',
    why: 'The query runs once, as long as it takes, and blocks neither readers nor writers of the tables it reads. What the migration has locked before stays locked meanwhile.',
    instead:
      'Give a migration of its own to a query that takes long. A unique index on the view lets it be refreshed CONCURRENTLY later.',
    links: ['https://www.postgresql.org/docs/current/sql-creatematerializedview.html'],
  },
  on: ['CreateTableAsStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateTableAsStmt' in node) || node.CreateTableAsStmt.objtype !== 'OBJECT_MATVIEW') return null;
    const { into, query, if_not_exists } = node.CreateTableAsStmt;
    const view = nameToMake(into?.rel, facts);
    return {
      object: `materialized view ${printName(view)}`,
      view,
      ifNotExists: if_not_exists === true,
      withData: into?.skipData !== true,
      reads: query === undefined ? [] : tablesRead([query], facts),
      star: selectsStar(query),
    };
  },
  effects: ({ view }) => [{ effect: 'make-relation', name: view, kind: 'materialized-view' }],
  locks: () => [],
  plan: 'as-written',
  data: (_, facts, way) => labelsLacking(facts, way),
  hazards: ({ object, view, withData, star }, facts, after): readonly Hazard[] => {
    // The one of this name that is dropped for it says so itself.
    const madeAnew = (facts.held ?? []).some(({ relation }) => relation === printName(view));
    const mixed = withData && !madeAnew ? mixedHazards(`${object} is filled`, view, facts, after) : [];
    const frozen: readonly Hazard[] = star
      ? [
          {
            code: 'view-freezes-star',
            family: 'design',
            severity: 'note',
            message: `${object} is written with *, which means the columns of today`,
            why: 'PostgreSQL writes the columns out when the view is made. A column that a table gets later is not in it, not even after REFRESH.',
            instead: 'Name the columns.',
          },
        ]
      : [];
    return [...mixed, ...frozen];
  },
});
