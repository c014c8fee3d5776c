// What does ANALYZE do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';

export interface Analyze extends Change {
  readonly kind: 'analyze';
  /** Empty means every table of the database. */
  readonly tables: readonly Name[];
}

export default defineChange<Analyze>({
  kind: 'analyze',
  explain: {
    title: 'Statistics of a table are gathered',
    why: 'ANALYZE reads a sample of the rows and lets readers and writers go on; other schema changes of the table and VACUUM wait until the migration commits. It is worth while after an index on an expression, extended statistics, or a large change of rows.',
    instead: 'Name the tables: ANALYZE without a name goes over the whole database.',
    links: ['https://www.postgresql.org/docs/current/sql-analyze.html'],
  },
  on: ['VacuumStmt'],
  recognise: ({ node }, facts) => {
    if (!('VacuumStmt' in node) || node.VacuumStmt.is_vacuumcmd === true) return null;
    const tables = (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? [relationName(rel.VacuumRelation.relation, facts)] : [],
    );
    const object = tables.length === 0 ? 'all tables' : tables.map((table) => printName(table)).join(', ');
    return { object, tables };
  },
  effects: () => [],
  locks: ({ tables }, facts) =>
    tables.length === 0
      ? [{ relation: '*', mode: 'SHARE UPDATE EXCLUSIVE' }]
      : tables
          .filter((table) => !isNew(table, facts))
          .map((table) => ({ relation: printName(table), mode: 'SHARE UPDATE EXCLUSIVE' })),
  plan: 'as-written',
  data: null,
  hazards: ({ tables }) =>
    tables.length > 0
      ? []
      : [
          {
            code: 'analyze-whole-database',
            family: 'lock',
            severity: 'warning',
            message: 'ANALYZE goes over every table of the database in one transaction',
            lock: { relation: '*', mode: 'SHARE UPDATE EXCLUSIVE' },
            why: 'Each table it has read stays locked against VACUUM and schema changes until the last one is done.',
            instead: 'Name the tables that changed.',
          },
        ],
});
