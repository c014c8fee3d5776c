// How are the values of a column kept as they were when it gets another type?
import type { Lock, Name } from '../model/change.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { carryValues } from './carry-values.ts';
import type { Draft, DraftStep } from './draft.ts';
import { doBlock, parkedSchema, pathDeclared, withFullNames } from './in-do-block.ts';
import type { Key } from './key-of.ts';
import { setAside } from './set-aside.ts';
import { overAllRows, valuesTable, valuesTableMade } from './values-table.ts';

export interface OldValues {
  readonly table: Name;
  /** As SQL names it. */
  readonly printed: string;
  readonly column: string;
  /** As PostgreSQL prints it. */
  readonly oldType: string;
  /** A name that no column of the table has. */
  readonly aside: string;
  /** By which rows are counted off once the type is another; the column may be one of it. */
  readonly key: Key;
  /** What becomes of a value, as SQL, for people. */
  readonly using: string;
  /** NULL stays NULL, so it need not be kept. */
  readonly keepsNull: boolean;
  readonly migration: string;
  /** Index of the user's statement. */
  readonly statement: number;
}

/** Hazards that are none where the values are kept. */
export const resolvedByKeeping = ['alter-type-changes-values', 'alter-type-tidies-values'];

interface Kept {
  readonly parked: string;
  /** In the table that keeps them: key columns but for the column itself, the old value, the new one. */
  readonly columns: readonly string[];
  readonly others: readonly string[];
  /** The column that holds what the value became: only where it is still that, the old one comes back. */
  readonly fresh: string;
  readonly isKey: boolean;
}

function keptAs(old: OldValues): Kept {
  const own = quoteIdentifier(old.column);
  const others = old.key.flatMap(({ name }) => (name === own ? [] : [name]));
  const taken = [own, ...others];
  const free = (name: string): string => (taken.includes(name) ? free(`${name}_`) : name);
  const fresh = free('roadbook_new');
  const isKey = others.length < old.key.length;
  return { parked: valuesTable(old), columns: [...others, own, fresh], others, fresh, isKey };
}

/** PL/pgSQL with full names. `was` and `is`: the columns that hold both values at that time. */
function made(old: OldValues, was: string, is: string, filled: boolean): string {
  const { table, printed, column, migration, using, keepsNull } = old;
  const { parked, others, fresh, isKey } = keptAs(old);
  const alias = quoteIdentifier(table.name);
  const selected = [
    ...others.map((name) => `${alias}.${name}`),
    `${alias}.${quoteIdentifier(was)} AS ${quoteIdentifier(column)}`,
    `${alias}.${quoteIdentifier(is)} AS ${fresh}`,
  ];
  const some = [was, ...(keepsNull ? [] : [is])].map((name) => `${alias}.${quoteIdentifier(name)} IS NOT NULL`);
  return valuesTableMade({
    parked,
    select: `SELECT ${selected.join(', ')} FROM ${printed} AS ${alias}${filled ? ` WHERE ${some.join(' OR ')}` : ' WITH NO DATA'}`,
    key: isKey ? [...others, fresh] : others,
    column,
    sort: 'values of column',
    migration,
    told: `'kept', 'values', 'key', ${quoteLiteral(JSON.stringify(others))}::jsonb,
  'type', (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = own[1] AND a.attname = ${quoteLiteral(was)}),
  'using', ${quoteLiteral(using)}::text, 'new', ${quoteLiteral(fresh)}::text, 'byNew', ${isKey}`,
  });
}

export interface KeptTogether {
  readonly before: readonly DraftStep[];
  /** Beside the user's own sub-commands, in one ALTER TABLE: a USING sees the row as it was. */
  readonly command: string;
  readonly after: readonly DraftStep[];
}

/** In the transaction of the change, with all rows at once. */
export function keptTogether(old: OldValues): KeptTogether {
  const { printed, column, aside, oldType } = old;
  const own = quoteIdentifier(column);
  const away = quoteIdentifier(aside);
  const sql = doBlock(
    [pathDeclared, `own oid[] := ARRAY[${quoteLiteral(printed)}::regclass::oid]`, 'sql text', 'forced boolean'],
    overAllRows(withFullNames(`${parkedSchema}\n${made(old, aside, column, true)}`)),
  );
  const alsoLocks: readonly Lock[] = [{ relation: printed, mode: 'ACCESS EXCLUSIVE', scan: true }];
  return {
    before: [
      {
        sql: `ALTER TABLE ${printed} ADD COLUMN ${away} ${oldType}`,
        does: `make room for the values of ${printed}.${own} as they were`,
      },
    ],
    command: `ALTER TABLE ${printed} ALTER COLUMN ${away} TYPE ${oldType} USING ${own}`,
    after: [
      {
        sql,
        does: `keep them in ${keptAs(old).parked}, with what they became`,
        undo: 'parked',
        judgedAs: '',
        alsoLocks,
      },
      { sql: `ALTER TABLE ${printed} DROP COLUMN ${away}`, does: 'drop what was only there for that' },
    ],
  };
}

export interface KeptBehind {
  /** In the moment of the exchange, instead of the DROP; `successor` is the column that takes its place. */
  readonly exchange: (successor: string) => readonly DraftStep[];
  /** Lines of a trigger function, for whatever is written from then on. */
  readonly forgets: readonly string[];
  readonly carries: readonly Draft[];
  readonly drop: DraftStep;
}

/** While the table is in use, once the exchange is done. `mark`: a column for rows that are new, where NULL may have become a value. Null: rows cannot be counted off. */
export function keptBehind(old: OldValues, mark: string | null): KeptBehind | null {
  const { printed, column, aside } = old;
  const own = quoteIdentifier(column);
  const away = quoteIdentifier(aside);
  const { parked, columns, others, fresh, isKey } = keptAs(old);
  const since = mark === null ? null : quoteIdentifier(mark);
  const carries = carryValues({
    ...old,
    ...(isKey ? { found: [...others.map((name) => [name, name] as const), [fresh, own] as const] } : {}),
    parked,
    into: `INSERT INTO ${parked} (${columns.join(', ')})`,
    columns: [...others, away, own],
    where: (row) =>
      since === null
        ? `${row}.${away} IS NOT NULL`
        : `${row}.${since} IS NULL AND (${row}.${away} IS NOT NULL OR ${row}.${own} IS NOT NULL)`,
    resolves: resolvedByKeeping,
  });
  if (carries === null) return null;
  return {
    exchange: (successor) => [
      {
        sql: setAside({
          printed,
          column,
          aside,
          cascade: false,
          attempt: `ALTER TABLE ${printed} DROP COLUMN ${own}`,
          made: made(old, column, successor, false),
          carries: null,
        }),
        does: `set the old column aside as ${away}, and make ${parked} for its values`,
        judgedAs: `ALTER TABLE ${printed} RENAME COLUMN ${own} TO ${away}`,
      },
      ...(since === null
        ? []
        : [{ sql: `ALTER TABLE ${printed} ADD COLUMN ${since} boolean`, does: 'tell rows that are new from then on' }]),
      {
        sql: `ALTER TABLE ${printed} RENAME COLUMN ${quoteIdentifier(successor)} TO ${own}`,
        does: 'give the new column its name',
      },
    ],
    forgets: [
      `  IF TG_OP = 'INSERT' OR NOT (ROW(OLD.${own})::pg_catalog.record OPERATOR(pg_catalog.*=) ROW(NEW.${own})::pg_catalog.record) THEN`,
      `    NEW.${away} := NULL;`,
      ...(since === null ? [] : [`    NEW.${since} := true;`]),
      '  END IF;',
    ],
    carries,
    drop: {
      sql: `ALTER TABLE ${printed} DROP COLUMN ${[away, ...(since === null ? [] : [since])].join(', DROP COLUMN ')}`,
      does: `drop the old column, whose values are in ${parked}`,
      undo: 'parked',
    },
  };
}
