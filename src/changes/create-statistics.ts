// What does CREATE STATISTICS do and lock?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, nameOfParts, printName, relationName } from './name.ts';

export interface CreateStatistics extends Change {
  readonly kind: 'create-statistics';
  /** Null where PostgreSQL chooses the name. */
  readonly statistics: Name | null;
  readonly table: Name | null;
  readonly ifNotExists: boolean;
}

export default defineChange<CreateStatistics>({
  kind: 'create-statistics',
  explain: {
    title: 'Extended statistics are made',
    why: 'SHARE UPDATE EXCLUSIVE is held on the table for an instant: readers and writers go on. Nothing is counted yet; the planner uses them after the next ANALYZE.',
    instead: 'Write ANALYZE of the table after it, so that plans change at a moment you know.',
    links: ['https://www.postgresql.org/docs/current/sql-createstatistics.html'],
  },
  on: ['CreateStatsStmt'],
  recognise: ({ node }, facts) => {
    if (!('CreateStatsStmt' in node)) return null;
    const { defnames, relations, if_not_exists } = node.CreateStatsStmt;
    const from = (relations ?? []).flatMap((each) => ('RangeVar' in each ? [relationName(each.RangeVar, facts)] : []));
    const table = from[0] ?? null;
    const statistics = (defnames ?? []).length === 0 ? null : nameOfParts(defnames, facts);
    const on = table === null ? '' : ` on ${printName(table)}`;
    return {
      object: statistics === null ? `statistics${on}` : `statistics ${printName(statistics)}${on}`,
      statistics,
      table,
      ifNotExists: if_not_exists === true,
    };
  },
  effects: ({ statistics }) =>
    statistics === null ? [] : [{ effect: 'make-object', object: `statistics ${printName(statistics)}` }],
  locks: ({ table }, facts) =>
    table === null || isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
