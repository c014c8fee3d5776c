// What does SET CONSTRAINTS do?
import { type Change, defineChange } from './define.ts';
import { partsOf } from './name.ts';

export interface SetConstraints extends Change {
  readonly kind: 'set-constraints';
  /** Empty means all that can be deferred. */
  readonly constraints: readonly string[];
  readonly deferred: boolean;
}

export default defineChange<SetConstraints>({
  kind: 'set-constraints',
  explain: {
    title: 'Constraints are checked later, or now',
    why: 'It concerns constraints made DEFERRABLE, for the rest of the migration. An ALTER TABLE fails while checks of the table are still to be made: “pending trigger events”. Roadbook makes all checks before it commits.',
    instead: 'Write SET CONSTRAINTS ALL IMMEDIATE between a change of rows and an ALTER TABLE of the same table.',
    links: ['https://www.postgresql.org/docs/current/sql-set-constraints.html'],
  },
  on: ['ConstraintsSetStmt'],
  recognise: ({ node }) => {
    if (!('ConstraintsSetStmt' in node)) return null;
    const constraints = (node.ConstraintsSetStmt.constraints ?? []).flatMap((each) =>
      'RangeVar' in each ? [each.RangeVar.relname ?? ''] : partsOf([each]),
    );
    return {
      object: constraints.length === 0 ? 'all constraints' : `constraint ${constraints.join(', ')}`,
      constraints,
      deferred: node.ConstraintsSetStmt.deferred === true,
    };
  },
  effects: () => [],
  locks: () => [],
  plan: 'binds',
  data: null,
  hazards: () => [],
});
