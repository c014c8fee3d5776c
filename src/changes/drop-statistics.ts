// What does DROP STATISTICS do and lock?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { printName } from './name.ts';
import { droppedOf } from './reading/dropped.ts';

export interface DropStatistics extends Change {
  readonly kind: 'drop-statistics';
  readonly statistics: readonly Name[];
  readonly ifExists: boolean;
}

export default defineChange<DropStatistics>({
  kind: 'drop-statistics',
  explain: {
    title: 'Extended statistics are dropped',
    why: 'SHARE UPDATE EXCLUSIVE is held on the table for an instant. From then on the planner guesses how columns go together, at once: a query may get another plan, and be slower by far.',
    instead: 'Compare EXPLAIN of the queries that matter, on a copy, without them.',
    links: ['https://www.postgresql.org/docs/current/sql-dropstatistics.html'],
  },
  on: ['DropStmt'],
  recognise: ({ node }, facts) => {
    const dropped = droppedOf(node, ['OBJECT_STATISTIC_EXT'], facts);
    if (dropped === null) return null;
    const { names, ifExists } = dropped;
    return { object: `statistics ${names.map((name) => printName(name)).join(', ')}`, statistics: names, ifExists };
  },
  effects: () => [],
  // The statement does not say whose they are.
  locks: () => [{ relation: '*', mode: 'SHARE UPDATE EXCLUSIVE' }],
  plan: 'as-written',
  data: null,
  hazards: ({ object, statistics }, facts) => {
    const hazards: Hazard[] = [];
    if (!areNew(statistics, facts.newObjects)) {
      hazards.push({
        code: 'drop-statistics-changes-plans',
        family: 'application',
        severity: 'note',
        message: `queries may get other plans without ${object}`,
        why: 'The planner takes the columns for independent again as soon as the migration is committed, and may choose a plan that is slower by far.',
        instead: 'Compare EXPLAIN of the queries that matter, on a copy, without them.',
      });
    }
    return hazards;
  },
});

function areNew(names: readonly Name[], made: readonly string[] = []): boolean {
  return names.every((name) => made.includes(`statistics ${printName(name)}`));
}
