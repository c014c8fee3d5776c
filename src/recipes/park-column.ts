// How is a column dropped without losing its values: set aside, carried with its key to the schema roadbook_parked, then dropped?
import type { Lock, Name } from '../model/change.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { carryValues } from './carry-values.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { Key } from './key-of.ts';
import { setAside } from './set-aside.ts';
import { valuesTable, valuesTableMade } from './values-table.ts';

export interface ColumnParking {
  readonly table: Name;
  /** As SQL names it. */
  readonly printed: string;
  readonly column: string;
  /** A name that no column of the table has. */
  readonly aside: string;
  /** Without the column; at least one. */
  readonly key: Key;
  readonly cascade: boolean;
  /** The DROP, and what is dropped with it in one statement, without CASCADE: tried before anything is done. */
  readonly attempt: string;
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
  /** In one transaction with what stands beside it. */
  readonly together: boolean;
  /** Others wait for that. */
  readonly waiting: boolean;
  readonly resolves: readonly string[];
}

/** Null where the rows cannot be counted off. */
export function parkColumn(parking: ColumnParking): readonly Draft[] | null {
  const { printed, column, aside, key, cascade, attempt, migration, resolves: first } = parking;
  // What else is dangerous about it is over once the column is set aside.
  const resolves = [...first, 'drop-column-takes-keys', 'cascade-takes-more'];
  const parked = valuesTable(parking);
  const old = quoteIdentifier(column);
  const away = quoteIdentifier(aside);
  const columns = key.map(({ name }) => name);
  const what = `${printed}.${old}`;
  const made = valuesTableMade({
    parked,
    select: `SELECT ${[...columns, old].join(', ')} FROM ${printed} WITH NO DATA`,
    key: columns,
    column,
    sort: 'column',
    migration,
    told: `'key', ${quoteLiteral(JSON.stringify(columns))}::jsonb, 'definition', definition`,
  });
  const into = `INSERT INTO ${parked} (${[...columns, old].join(', ')})`;
  const judgedAs = `ALTER TABLE ${printed} DROP COLUMN ${old}${cascade ? ' CASCADE' : ''}; ALTER TABLE ${printed} ADD COLUMN ${away} text`;
  const dropped: DraftStep = {
    sql: `ALTER TABLE ${printed} DROP COLUMN ${away}`,
    does: `drop ${what}`,
    undo: 'parked',
  };
  const how = { printed, column, aside, cascade, attempt, made };
  if (parking.together) {
    const carries = `${into} SELECT ${[...columns, away].map((name) => `r.${name}`).join(', ')} FROM ${printed} AS r WHERE r.${away} IS NOT NULL`;
    const does = `see that ${what} may be dropped, and carry its values to ${parked}`;
    const blocks = `The values of ${what} are carried away in one transaction with what stands beside it: until that is done nobody reads or writes the table.`;
    const alsoLocks: readonly Lock[] = [{ relation: printed, mode: 'ACCESS EXCLUSIVE', scan: true }];
    return [
      {
        stage: 'transaction',
        steps: [{ sql: setAside({ ...how, carries }), does, judgedAs, alsoLocks }, dropped],
        anyway: true,
        ...(parking.waiting ? { blocks } : {}),
        resolves,
      },
    ];
  }
  const carried = carryValues({
    ...parking,
    parked,
    into,
    resolves,
    columns: [...columns, away],
    where: (r) => `${r}.${away} IS NOT NULL`,
  });
  if (carried === null) return null;
  return [
    {
      stage: 'transaction',
      steps: [
        {
          sql: setAside({ ...how, carries: null }),
          does: `see that ${what} may be dropped, set it aside as ${away}, and make ${parked} for its values`,
          judgedAs,
        },
      ],
      commits: true,
      resolves: first,
    },
    ...carried,
    { stage: 'transaction', steps: [dropped], resolves },
  ];
}
