// What does ALTER FOREIGN TABLE … OPTIONS do, lock and endanger?
import { type Change, defineChange, type Hazard, type Name } from './define.ts';
import { isNew, printName } from './name.ts';
import { tableAltered } from './reading/alter-table.ts';
import { optionsOf } from './reading/options.ts';
import { secretHazard, secretOptions } from './reading/secret.ts';

export interface ForeignTableOptions extends Change {
  readonly kind: 'foreign-table-options';
  readonly table: Name;
  /** Null where the table's own are meant. */
  readonly column: string | null;
  /** Names of the options that are added, set or dropped. */
  readonly options: readonly string[];
  /** Those whose values are secret, and go nowhere. */
  readonly secrets: readonly string[];
}

export default defineChange<ForeignTableOptions>({
  kind: 'foreign-table-options',
  explain: {
    title: 'A foreign table points elsewhere',
    why: 'The lock is short, and PostgreSQL asks nobody whether what the options name is there: the first query finds out.',
    instead: 'Read a row of it in the `roadbook:verify` part.',
    links: ['https://www.postgresql.org/docs/current/sql-alterforeigntable.html'],
  },
  on: ['AlterTableStmt/AT_GenericOptions', 'AlterTableStmt/AT_AlterColumnGenericOptions'],
  recognise: (clause, facts) => {
    const altered = tableAltered(clause, facts);
    if (altered === null) return null;
    const { def, name: column = null } = altered.command;
    const given = def !== undefined && 'List' in def ? def.List.items : [];
    const options = [...optionsOf(given).keys()];
    const secrets = secretOptions(given);
    const of =
      column === null ? `foreign table ${printName(altered.table)}` : `column ${printName(altered.table, column)}`;
    return {
      object: `options of ${of}`,
      table: altered.table,
      column,
      options,
      secrets,
      ...(secrets.length > 0 ? { secret: true } : {}),
    };
  },
  effects: () => [],
  locks: ({ table }, facts) => (isNew(table, facts) ? [] : [{ relation: printName(table), mode: 'ACCESS EXCLUSIVE' }]),
  plan: 'as-written',
  data: null,
  hazards: ({ object, table, secrets }, facts) => {
    const hazards: Hazard[] = [];
    if (secrets.length > 0) {
      hazards.push(
        secretHazard(
          `${secrets.join(', ')} among the ${object}`,
          'Put it into a user mapping that is made where the server is set up.',
        ),
      );
    }
    if (!isNew(table, facts)) {
      hazards.push({
        code: 'foreign-options-unchecked',
        family: 'application',
        severity: 'note',
        message: `${object} are not checked against the other side`,
        why: 'A wrong one is found by the first query of the application.',
        instead: 'Read a row of the table in the roadbook:verify part of the migration.',
      });
    }
    return hazards;
  },
});
