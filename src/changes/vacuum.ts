// What does VACUUM do, lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { printName, relationName } from './name.ts';
import { isOn } from './reading/flag.ts';
import { worthCare } from './reading/size.ts';

export interface Vacuum extends Change {
  readonly kind: 'vacuum';
  /** Empty means every table of the database. */
  readonly tables: readonly Name[];
  readonly full: boolean;
}

export default defineChange<Vacuum>({
  kind: 'vacuum',
  explain: {
    title: 'A table is vacuumed',
    why: 'VACUUM cannot run in a transaction, and a migration is one. VACUUM FULL writes the table and its indexes anew under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile, and the disk must hold both. Plain VACUUM lets readers and writers go on; only when it can give empty pages at the end of the table back to the system does it lock the table, for a moment and if nobody is in the way.',
    instead:
      'Leave plain VACUUM to autovacuum. Where it is wanted after a large change, it stands alone in a migration of its own. Instead of VACUUM FULL, pg_repack or pg_squeeze write a table anew while it is used.',
    links: [
      'https://www.postgresql.org/docs/current/sql-vacuum.html',
      'https://www.postgresql.org/docs/current/routine-vacuuming.html',
    ],
  },
  on: ['VacuumStmt'],
  recognise: ({ node }, facts) => {
    if (!('VacuumStmt' in node) || node.VacuumStmt.is_vacuumcmd !== true) return null;
    const tables = (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? [relationName(rel.VacuumRelation.relation, facts)] : [],
    );
    const object = tables.length === 0 ? 'all tables' : tables.map((table) => printName(table)).join(', ');
    return { object, tables, full: isOn(node.VacuumStmt.options, 'full') };
  },
  effects: () => [],
  locks: ({ tables, full }) => {
    const relations = tables.length === 0 ? ['*'] : tables.map((table) => printName(table));
    return relations.map((relation) =>
      full
        ? { relation, mode: 'ACCESS EXCLUSIVE', scan: true, rewrite: true }
        : { relation, mode: 'SHARE UPDATE EXCLUSIVE', scan: true },
    );
  },
  plan: 'as-written',
  data: null,
  hazards: ({ object, tables, full }, facts) => {
    const [large] = tables.filter((table) => worthCare(table, facts));
    const hazards = [];
    if (full && (tables.length === 0 || large !== undefined)) {
      hazards.push({
        code: 'vacuum-full-rewrites-table',
        family: 'lock',
        severity: 'error',
        message: `VACUUM FULL writes ${object} anew while nobody can read or write`,
        lock: { relation: large === undefined ? '*' : printName(large), mode: 'ACCESS EXCLUSIVE' },
        why: 'The table and all its indexes are written anew under the lock, and the disk must hold both for a time.',
        instead: 'Leave it to autovacuum, or use pg_repack or pg_squeeze, which write a table anew while it is used.',
      } as const);
    }
    hazards.push({
      code: 'vacuum-outside-transaction',
      family: 'design',
      severity: 'warning',
      message: 'VACUUM cannot run in a transaction',
      why: 'A migration is one transaction, so beside other statements it fails.',
      instead: 'Leave it out: autovacuum does it. Else let it stand alone in a migration of its own.',
    } as const);
    return hazards;
  },
});
