// What does ALTER TABLE … INHERIT do, lock and endanger?
import { type Change, defineChange, type Lock, type Name } from './define.ts';
import { isNew, printName, relationName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';

export interface Inherit extends Change {
  readonly kind: 'inherit';
  readonly table: Name;
  readonly parent: Name;
}

export default defineChange<Inherit>({
  kind: 'inherit',
  explain: {
    title: 'A table becomes the child of another one',
    why: 'Every query on the parent gives the child’s rows too from then on, and every UPDATE and DELETE reaches them. Keys, indexes and foreign keys of the parent do not hold for the child.',
    instead:
      'For parts of one large table use declarative partitioning. Where inheritance is meant, write ONLY in the application’s queries that concern the parent’s own rows.',
    links: ['https://www.postgresql.org/docs/current/ddl-inherit.html'],
  },
  on: ['AlterTableStmt/AT_AddInherit'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    const def = altered?.command.def;
    if (altered === null || def === undefined || !('RangeVar' in def)) return null;
    const parent = relationName(def.RangeVar, facts);
    return {
      object: `table ${printName(altered.table)} under ${printName(parent)}`,
      table: altered.table,
      parent,
    };
  },
  effects: ({ table, parent }) => [{ effect: 'set-parent', table, parent }],
  locks: ({ table, parent }, facts) => {
    const locks: readonly Lock[] = [
      { relation: printName(table), mode: 'ACCESS EXCLUSIVE' },
      { relation: printName(parent), mode: 'SHARE UPDATE EXCLUSIVE' },
    ];
    return locks.filter((_, index) => !isNew(index === 0 ? table : parent, facts));
  },
  plan: 'as-written',
  data: null,
  hazards: ({ table, parent }, facts) =>
    isNew(parent, facts)
      ? []
      : [
          {
            code: 'inherit-changes-queries',
            family: 'application',
            severity: 'warning',
            message: `queries on ${printName(parent)} give the rows of ${printName(table)} too`,
            why: 'So do UPDATE and DELETE reach them, while keys, indexes and foreign keys of the parent do not hold for them.',
            instead: 'Write ONLY in queries that concern the parent’s own rows, or use partitions.',
          },
        ],
});
