// What do storage parameters of a table, SET (…) and RESET (…), lock and endanger?
import { type Change, defineChange, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { optionsOf } from './reading/options.ts';

export interface StorageParameters extends Change {
  readonly kind: 'storage-parameters';
  readonly table: Name;
  readonly sets: Readonly<Record<string, string>>;
  /** `oids` for SET WITHOUT OIDS, which PostgreSQL 12 and later takes and does nothing for. */
  readonly resets: readonly string[];
}

export default defineChange<StorageParameters>({
  kind: 'storage-parameters',
  explain: {
    title: 'Storage parameters of a table are set',
    why: 'SHARE UPDATE EXCLUSIVE lets readers and writers go on, and nothing is read or written anew: a fillfactor holds for pages to come. With autovacuum_enabled = false dead rows pile up until somebody vacuums by hand, and the table’s statistics grow old.',
    instead:
      'Let autovacuum work more often instead of switching it off: a smaller autovacuum_vacuum_scale_factor for large tables.',
    links: [
      'https://www.postgresql.org/docs/current/sql-createtable.html',
      'https://www.postgresql.org/docs/current/routine-vacuuming.html',
    ],
  },
  on: ['AlterTableStmt/AT_SetRelOptions', 'AlterTableStmt/AT_ResetRelOptions', 'AlterTableStmt/AT_DropOids'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    const { table, command } = altered;
    const given = optionsOf(command.def !== undefined && 'List' in command.def ? command.def.List.items : []);
    const isSet = command.subtype === 'AT_SetRelOptions';
    return {
      object: `storage parameters of ${printName(table)}`,
      table,
      sets: isSet ? Object.fromEntries([...given].map(([name, words]) => [name, words.join(' ')])) : {},
      resets: isSet ? [] : command.subtype === 'AT_DropOids' ? ['oids'] : [...given.keys()],
    };
  },
  effects: () => [],
  locks: ({ table, sets, resets }, facts) => {
    const catalog = 'user_catalog_table' in sets || resets.includes('user_catalog_table') || resets.includes('oids');
    return isNew(table, facts)
      ? []
      : [{ relation: printName(table), mode: catalog ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE' }];
  },
  plan: 'as-written',
  data: null,
  hazards: ({ table, sets }) =>
    !/^(false|off|no|0)$/i.test(sets.autovacuum_enabled ?? 'true')
      ? []
      : [
          {
            code: 'autovacuum-off',
            family: 'design',
            severity: 'warning',
            message: `autovacuum leaves ${printName(table)} alone`,
            why: 'Dead rows pile up and statistics grow old until somebody vacuums by hand; in the end the server vacuums it all the same, to save its transaction numbers, and then all of it.',
            instead: 'Leave it on. For a large table set autovacuum_vacuum_scale_factor to a smaller number.',
          },
        ],
});
