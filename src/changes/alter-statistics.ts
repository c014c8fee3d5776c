// What does ALTER STATISTICS … SET STATISTICS do?
import { type Change, defineChange, type Name } from './define.ts';
import { nameOfParts, printName } from './name.ts';

export interface AlterStatistics extends Change {
  readonly kind: 'alter-statistics';
  readonly statistics: Name;
  /** Null means the default. */
  readonly target: number | null;
}

export default defineChange<AlterStatistics>({
  kind: 'alter-statistics',
  explain: {
    title: 'The target of extended statistics is set',
    why: 'Nothing is locked, and nothing changes until the next ANALYZE of the table. A target of 0 ends their collection.',
    instead: 'There is nothing to do instead.',
    links: ['https://www.postgresql.org/docs/current/sql-alterstatistics.html'],
  },
  on: ['AlterStatsStmt'],
  recognise: ({ node }, facts) => {
    if (!('AlterStatsStmt' in node)) return null;
    const { defnames, stxstattarget: target } = node.AlterStatsStmt;
    const statistics = nameOfParts(defnames, facts);
    const given = target !== undefined && 'Integer' in target ? (target.Integer.ival ?? 0) : -1;
    return { object: `statistics ${printName(statistics)}`, statistics, target: given < 0 ? null : given };
  },
  effects: () => [],
  locks: () => [],
  plan: 'as-written',
  data: null,
  hazards: () => [],
});
